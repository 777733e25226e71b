"""How each document stands at a moment: which version holds, and when it is to be looked at."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from changeproof.ledger.documents import (
    DocumentInForce,
    DocumentReader,
    DocumentReview,
    DocumentVersion,
)
from changeproof.ledger.store import Store

_Kind = TypeVar("_Kind", DocumentVersion, DocumentInForce, DocumentReview, DocumentReader)


@dataclass(frozen=True, slots=True)
class StandingDocument:
    """One document at a moment. `versions` are all of them, the newest first.

    Who is to acknowledge the version in force are the holders of `roles`, and `accounts`.
    """

    name: str
    versions: tuple[DocumentVersion, ...]
    in_force: DocumentVersion | None = None
    in_force_from: int = 0
    looked_at: int = 0
    roles: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    since: tuple[tuple[str, int], ...] = ()
    """From when each version was in force, also those that are no longer."""

    @property
    def newest(self) -> DocumentVersion:
        return self.versions[0]

    @property
    def shown(self) -> DocumentVersion:
        """The version in force, or the newest where none is."""
        return self.in_force or self.newest

    @property
    def review_due(self) -> int | None:
        """By when somebody looks at it again; null where nobody needs to."""
        if self.in_force is None or self.in_force.review_every is None:
            return None
        return self.looked_at + self.in_force.review_every

    @property
    def proposed(self) -> tuple[DocumentVersion, ...]:
        """Versions that came after the one in force, and are not."""
        number = version_number(self.in_force) if self.in_force else 0
        return tuple(each for each in self.versions if version_number(each) > number)


def version_number(version: DocumentVersion) -> int:
    """Versions are counted 1, 2, 3; what came in as anything else stands before them."""
    stated = version.document_version
    return int(stated) if stated.isascii() and stated.isdigit() else 0


def documents_at(
    store: Store, moment: int, names: Collection[str] | None = None
) -> list[StandingDocument]:
    """These documents (None: all) as they stand at `moment`, by name; four queries."""

    def read(kind: type[_Kind]) -> list[_Kind]:
        return store.all(kind) if names is None else store.by(kind, "document", names)

    versions: dict[str, list[DocumentVersion]] = {}
    for row in read(DocumentVersion):
        if row.stated_at <= moment:
            versions.setdefault(row.document, []).append(row)
    begun, reviews, readers = read(DocumentInForce), read(DocumentReview), read(DocumentReader)
    return [
        _standing(
            name,
            held,
            [row for row in begun if row.document == name and _at(row) <= moment],
            [row.reviewed_at or 0 for row in reviews if row.document == name],
            [row for row in readers if row.document == name],
            moment,
        )
        for name, held in sorted(versions.items())
    ]


def _standing(
    name: str,
    versions: list[DocumentVersion],
    begun: list[DocumentInForce],
    reviewed: list[int],
    readers: list[DocumentReader],
    moment: int,
) -> StandingDocument:
    ordered = tuple(
        sorted(versions, key=lambda row: (version_number(row), row.stated_at), reverse=True)
    )
    since = tuple((row.document_version, _at(row)) for row in begun)
    latest = max(begun, key=lambda row: (_at(row), row.event), default=None)
    held = next(
        (row for row in ordered if latest and row.document_version == latest.document_version),
        None,
    )
    if latest is None or held is None:
        return StandingDocument(name, ordered, since=since)
    own = [row for row in readers if row.document_version == held.document_version]
    return StandingDocument(
        name,
        ordered,
        held,
        _at(latest),
        max([_at(latest), *(at for at in reviewed if at <= moment)]),
        tuple(row.role for row in own if row.role),
        tuple(row.account for row in own if row.account),
        since,
    )


def _at(row: DocumentInForce) -> int:
    return row.stated_at if row.in_force_from is None else row.in_force_from
