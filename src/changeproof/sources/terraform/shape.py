"""What all files of Terraform share: where they belong, and how their shape is seen."""

from typing import Any

from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.document_files import documents
from changeproof.sources.facts import option
from changeproof.sources.kinds import Glimpse

PLACE = ("system", "environment")


def place(delivery: Delivery, system: str, environment: str = "production") -> dict[str, Any]:
    """System and environment as the operator states them, else as the file suggests."""
    return {
        "system": option(delivery, "system") or system,
        "environment": option(delivery, "environment") or environment,
    }


def first_value(glimpse: Glimpse) -> Any:
    """The first value of a JSON file in any Unicode encoding; None where there is none."""
    if glimpse.document is not None:
        return glimpse.document
    if glimpse.body[:1] not in (b"{", b"\xef", b"\xff", b"\xfe"):
        return None
    try:
        return documents(glimpse.body)[0]
    except (MalformedPayload, IndexError):
        return None


def one_object(delivery: Delivery) -> dict[str, Any]:
    """The one object that a file holds. Raises MalformedPayload."""
    values = documents(delivery.body)
    if len(values) != 1 or not isinstance(values[0], dict):
        raise MalformedPayload("it is not one object")
    return values[0]
