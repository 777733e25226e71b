"""What can be made out of a delivery that cannot be read: of which repository it speaks."""

import json
from typing import Any
from urllib.parse import urlsplit

from changeproof.sources.delivery import Delivery

LARGEST = 1_000_000
"""Bytes of a body that is looked into; a larger one stands for its whole forge."""


def repository_told(delivery: Delivery) -> str | None:
    """The repository's natural key, where the body names one; null where it does not."""
    if delivery.kind not in ("github", "gitlab") or len(delivery.body) > LARGEST:
        return None
    try:
        told = json.loads(delivery.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    if delivery.kind == "github":
        number = _number(told.get("repository"))
        return f"github:repo/{number}" if number else None
    project = told.get("project")
    number, host = _number(project), _host(project)
    return f"gitlab:{host}/project/{number}" if number and host else None


def _number(named: Any) -> int | None:
    number = named.get("id") if isinstance(named, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**53:
        return None
    return number


def _host(project: Any) -> str | None:
    address = project.get("web_url") if isinstance(project, dict) else None
    try:
        host = urlsplit(address).netloc if isinstance(address, str) else ""
    except ValueError:
        return None
    return host.rpartition("@")[2].lower()[:260] or None
