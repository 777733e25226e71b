"""What can be made out of a delivery that cannot be read: of which repository it speaks."""

import json

from changeproof.sources.delivery import Delivery

LARGEST = 1_000_000
"""Bytes of a body that is looked into; a larger one stands for its whole forge."""


def repository_told(delivery: Delivery) -> str | None:
    """The repository's natural key, where the body names one; null where it does not."""
    if delivery.kind != "github" or len(delivery.body) > LARGEST:
        return None
    try:
        told = json.loads(delivery.body)
    except (ValueError, RecursionError):
        return None
    repository = told.get("repository") if isinstance(told, dict) else None
    number = repository.get("id") if isinstance(repository, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**53:
        return None
    return f"github:repo/{number}"
