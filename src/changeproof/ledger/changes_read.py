"""A change as people and programs read it: the same object in `changes --json` and the API."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from changeproof.events.forges import is_pull
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Finding,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.pulls import PullHead, PullMerge, PullOpened
from changeproof.ledger.revisions import Revision, RevisionAuthor
from changeproof.ledger.store import Store

URGENCY = ("deviation", "not_verifiable", "pending", "met", "not_applicable")
"""Verdicts, the most urgent first (DESIGN.md section 3)."""

POINTS = "cc8_1/"


class Evidence(Protocol):
    """What is read here of a ledger, so that any database can stand behind it."""

    store: Store

    def texts(self, digests: Iterable[str]) -> dict[str, str]:
        """The texts that are still kept under these digests."""
        ...


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """What is on record of one change. `title` is None where the text is no longer kept."""

    id: str
    aliases: tuple[str, ...]
    kind: str
    origin: str
    system: str
    title: str | None
    requested_by: str | None
    authors: tuple[str, ...]
    revisions: tuple[str, ...]
    opened_at: int | None


@dataclass(slots=True)
class _Work:
    """One implementation's revisions, and who wrote them."""

    revisions: set[str] = field(default_factory=set)
    merge: str | None = None
    heads: set[str] = field(default_factory=set)
    opened_by: str | None = None


def read_changes(
    ledger: Evidence, ids: Collection[str] | None = None, *, as_of: int | None = None
) -> list[ChangeRecord]:
    """The changes of these ids (None: all), sorted by id; unknown ids are left out.

    With `as_of`, those alone that were open by then; a change without a time always was.
    """
    store = ledger.store
    changes = store.all(Change) if ids is None else store.by(Change, "change_id", ids)
    if as_of is not None:
        changes = [row for row in changes if row.opened_at is None or row.opened_at <= as_of]
    names = [row.change_id for row in changes]
    aliases: dict[str, list[str]] = {}
    for alias in store.by(ChangeAlias, "change_id", names):
        aliases.setdefault(alias.change_id, []).append(alias.alias)
    held: dict[str, list[str]] = {}
    for each in store.by(Implementation, "change_id", names):
        held.setdefault(each.change_id, []).append(each.implementation)
    works = _read_works(store, {name for group in held.values() for name in group})
    writers = _read_writers(store, works)
    texts = ledger.texts({row.title for row in changes if row.title})
    records = []
    for row in sorted(changes, key=lambda row: row.change_id):
        work = [works[name] for name in held.get(row.change_id, ())]
        record = ChangeRecord(
            id=row.change_id,
            aliases=tuple(sorted(aliases.get(row.change_id, ()))),
            kind=row.kind,
            origin=row.origin,
            system=row.system,
            title=texts.get(row.title or ""),
            requested_by=row.requested_by,
            authors=_authors(work, writers),
            revisions=tuple(sorted({revision for one in work for revision in one.revisions})),
            opened_at=row.opened_at,
        )
        records.append(record)
    return records


def verdict_of(findings: Iterable[Finding]) -> str:
    """A change's verdict: the most urgent of its `cc8_1` findings; `pending` if none was made."""
    found = {row.verdict for row in findings if row.check_id.startswith(POINTS)}
    return next((verdict for verdict in URGENCY if verdict in found), "pending")


def read_findings(store: Store, subjects: Collection[str]) -> dict[str, list[Finding]]:
    """The current findings of these subjects, each list sorted by check."""
    found: dict[str, list[Finding]] = {subject: [] for subject in subjects}
    for row in store.by(Finding, "subject", subjects):
        found[row.subject].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row.check_id)
    return found


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding without its subject; `evidence` is a sorted list of event ids."""
    return {
        "check": finding.check_id,
        "verdict": finding.verdict,
        "basis": finding.basis,
        "reason": finding.reason,
        "evidence": sorted(filter(None, set(finding.evidence.split(",")))),
    }


def change_json(record: ChangeRecord, findings: Sequence[Finding]) -> dict[str, Any]:
    """The object of `changes --json` and of the API."""
    return {
        "id": record.id,
        "aliases": list(record.aliases),
        "kind": record.kind,
        "origin": record.origin,
        "system": record.system,
        "title": record.title,
        "requested_by": record.requested_by,
        "authors": list(record.authors),
        "revisions": list(record.revisions),
        "verdict": verdict_of(findings),
        "findings": [finding_json(row) for row in sorted(findings, key=lambda row: row.check_id)],
    }


def _read_works(store: Store, implementations: Collection[str]) -> dict[str, _Work]:
    works = {name: _Work() for name in implementations}
    pulls = [name for name in implementations if is_pull(name)]
    for name in implementations:
        if is_commit(name):
            works[name].revisions.add(name.removeprefix("git:"))
    for row in store.by(RevisionImplementation, "implementation", implementations):
        works[row.implementation].revisions.add(row.revision)
    for opened in store.by(PullOpened, "pull", pulls):
        works[opened.pull].opened_by = opened.author
    current: dict[str, PullHead] = {}
    for head in store.by(PullHead, "pull", pulls):
        works[head.pull].heads.add(head.revision)
        held = current.get(head.pull)
        if held is None or (head.stated_at, head.event) > (held.stated_at, held.event):
            current[head.pull] = head
    for pull, head in current.items():
        works[pull].revisions.add(head.revision)
    for merge in store.by(PullMerge, "pull", pulls):
        works[merge.pull].merge = merge.revision
        works[merge.pull].revisions |= {each for each in (merge.head, merge.revision) if each}
    return works


@dataclass(frozen=True, slots=True)
class _Writers:
    """Authors and co-authors by revision, and which revisions are merges of several parents."""

    authors: Mapping[str, set[str]]
    co_authors: Mapping[str, set[str]]
    merges: frozenset[str]


def _read_writers(store: Store, works: Mapping[str, _Work]) -> _Writers:
    revisions = {each for work in works.values() for each in work.revisions | work.heads}
    authors: dict[str, set[str]] = {}
    co_authors: dict[str, set[str]] = {}
    for row in store.by(RevisionAuthor, "revision", revisions):
        part = authors if row.part == "author" else co_authors
        part.setdefault(row.revision, set()).add(row.account)
    known = store.by(Revision, "revision", revisions)
    merges = frozenset(row.revision for row in known if row.complete and row.parent_count > 1)
    return _Writers(authors, co_authors, merges)


def _authors(works: Sequence[_Work], writers: _Writers) -> tuple[str, ...]:
    """Who wrote it. Merging is not writing: a merge's own author counts only where nothing else
    says who wrote what it brought (hard cases 2 and 20)."""
    found: set[str] = set()
    for work in works:
        everything = work.revisions | work.heads
        own = {each for each in everything if each in writers.merges or each == work.merge}
        written = _accounts(writers.authors, everything - own)
        if not written and work.opened_by:
            written = {work.opened_by}
        if not written:
            written = _accounts(writers.authors, everything)
        found |= written | _accounts(writers.co_authors, everything)
    return tuple(sorted(found))


def _accounts(parts: Mapping[str, set[str]], revisions: Iterable[str]) -> set[str]:
    return {account for revision in revisions for account in parts.get(revision, ())}
