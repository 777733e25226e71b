"""Policies, procedures and runbooks of the company, version by version."""

from typing import Annotated, Literal

from pydantic import Field

from changeproof.events.event import AccountId, Digest, Event, Identifier, Microseconds, ShortText
from changeproof.events.people import Role

DocumentKind = Literal["policy", "procedure", "runbook"]


class DocumentVersionProposed(Event):
    """The actor wrote a version; it says nothing until its `change` was carried out.

    `text` is its content. Who holds one of the `roles` on the system, and each of the `accounts`,
    is to acknowledge it within `acknowledge_within` of its coming into force, or of the role;
    `review_every` is how long it stands without being looked at again. Both are microseconds; null
    asks for neither.
    """

    type: Literal["DocumentVersionProposed"] = "DocumentVersionProposed"
    document: Identifier
    document_version: ShortText
    change: Identifier
    system: ShortText
    kind: DocumentKind
    title: ShortText
    text: Digest
    review_every: Microseconds | None = None
    roles: tuple[Role, ...] = ()
    accounts: Annotated[tuple[AccountId, ...], Field(max_length=200)] = ()
    acknowledge_within: Microseconds | None = None


class DocumentPutInForce(Event):
    """The actor carried the change out: from now on this version holds, and no earlier one."""

    type: Literal["DocumentPutInForce"] = "DocumentPutInForce"
    document: Identifier
    document_version: ShortText
    change: Identifier


class DocumentReviewed(Event):
    """The actor looked again at the version in force: it stays, or a new one is to be written."""

    type: Literal["DocumentReviewed"] = "DocumentReviewed"
    document: Identifier
    document_version: ShortText
    outcome: Literal["kept", "changed"]
    reason: Digest | None = None
