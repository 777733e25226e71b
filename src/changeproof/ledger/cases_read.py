"""How a case stands, read from what was said of it: open, taken on, ended, come back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

from changeproof.ledger.cases import (
    CaseComment,
    CaseOwner,
    CaseReopening,
    CaseRevert,
    CaseSubject,
    DeviationAccount,
    LikeSearch,
)
from changeproof.ledger.judgements import CaseFile, CaseLink, CaseResolution
from changeproof.ledger.store import Store

State = Literal["open", "taken on", "revert awaited", "ended"]

IS_OPEN = (
    "NOT EXISTS (SELECT 1 FROM case_resolution AS r WHERE r.case_id = c.case_id"
    " AND NOT EXISTS (SELECT 1 FROM case_reopening AS o WHERE o.case_id = r.case_id"
    " AND o.reopened_at >= r.resolved_at))"
)
"""The condition that a case of `case_file AS c` waits for somebody."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case with every row of it, each list oldest first."""

    file: CaseFile
    subjects: tuple[CaseSubject, ...] = ()
    owner: CaseOwner | None = None
    comments: tuple[CaseComment, ...] = ()
    reverts: tuple[CaseRevert, ...] = ()
    reopenings: tuple[CaseReopening, ...] = ()
    resolutions: tuple[CaseResolution, ...] = ()
    links: dict[str, str] = field(default_factory=dict)  # by the event of the resolution
    searches: tuple[LikeSearch, ...] = ()
    accounts: tuple[DeviationAccount, ...] = ()

    @property
    def name(self) -> str:
        return self.file.case_id

    @property
    def every_subject(self) -> tuple[str, ...]:
        """What the case is about, its first subject first."""
        return tuple(dict.fromkeys((self.file.subject, *(each.subject for each in self.subjects))))

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks by which its subjects came to it."""
        return tuple(
            dict.fromkeys((self.file.check_id, *(each.check_id for each in self.subjects)))
        )

    @property
    def since(self) -> int:
        """When it was opened, or the last time that it came back."""
        return max((row.reopened_at for row in self.reopenings), default=self.file.opened_at)

    @property
    def ended(self) -> CaseResolution | None:
        """How it ended; None where it is open."""
        last = self.resolutions[-1] if self.resolutions else None
        again = max((row.reopened_at for row in self.reopenings), default=None)
        if last is None or (again is not None and again >= last.resolved_at):
            return None
        return last

    @property
    def ending(self) -> str:
        """How it ended: the outcome, and of a revert that was seen that it was."""
        if self.ended is None:
            return ""
        was_seen = self.ended.outcome == "reverted" and not self.is_word_only
        return "revert_seen" if was_seen else self.ended.outcome

    @property
    def is_word_only(self) -> bool:
        """Whether it ended as reverted on somebody's word, and nothing was seen of it yet."""
        last = self.ended
        if last is None or last.outcome != "reverted":
            return False
        # Of old the monitor said the same word of a revert that had been announced.
        announced = {(row.account, row.reason) for row in self.reverts}
        return (last.account, last.reason) not in announced

    @property
    def awaited(self) -> CaseRevert | None:
        """The revert whose deployment is watched for; None where none is."""
        last = self.reverts[-1] if self.reverts else None
        if last is None or self.ended is not None or last.awaited_at < self.since:
            return None
        return last

    @property
    def state(self) -> State:
        if self.ended is not None:
            return "ended"
        if self.awaited is not None:
            return "revert awaited"
        return "open" if self.owner is None else "taken on"

    @property
    def explained(self) -> DeviationAccount | None:
        """The company's account that stands."""
        return self.accounts[-1] if self.accounts else None


_OF_A_CASE = (
    CaseOwner,
    CaseLink,
    CaseSubject,
    CaseComment,
    CaseRevert,
    CaseReopening,
    CaseResolution,
    LikeSearch,
    DeviationAccount,
)


def cases_of(store: Store, files: Sequence[CaseFile]) -> list[Case]:
    """These cases with all that was said of them, in the order given; nine queries."""
    names = [row.case_id for row in files]
    store.ahead(*((row, "case_id", names) for row in _OF_A_CASE))
    owners = {row.case_id: row for row in store.by(CaseOwner, "case_id", names)}
    links: dict[str, dict[str, str]] = {}
    for link in store.by(CaseLink, "case_id", names):
        links.setdefault(link.case_id, {})[link.event] = link.change_name
    subjects = _grouped(store.by(CaseSubject, "case_id", names))
    comments = _grouped(store.by(CaseComment, "case_id", names))
    reverts = _grouped(store.by(CaseRevert, "case_id", names))
    reopenings = _grouped(store.by(CaseReopening, "case_id", names))
    resolutions = _grouped(store.by(CaseResolution, "case_id", names))
    searches = _grouped(store.by(LikeSearch, "case_id", names))
    accounts = _grouped(store.by(DeviationAccount, "case_id", names))
    return [
        Case(
            row,
            subjects.get(row.case_id, ()),
            owners.get(row.case_id),
            comments.get(row.case_id, ()),
            reverts.get(row.case_id, ()),
            reopenings.get(row.case_id, ()),
            resolutions.get(row.case_id, ()),
            links.get(row.case_id, {}),
            searches.get(row.case_id, ()),
            accounts.get(row.case_id, ()),
        )
        for row in files
    ]


def cases_about(store: Store, subjects: Collection[str]) -> dict[str, Case]:
    """The newest case of each of these subjects, opened for it or extended to it."""
    store.ahead((CaseSubject, "subject", subjects), (CaseFile, "subject", subjects))
    further = store.by(CaseSubject, "subject", subjects)
    files = store.by(CaseFile, "subject", subjects)
    files += store.by(CaseFile, "case_id", {row.case_id for row in further})
    unique = {row.case_id: row for row in files}
    ordered = sorted(unique.values(), key=lambda row: (row.opened_at, row.case_id))
    wanted = set(subjects)
    return {
        subject: case
        for case in cases_of(store, ordered)
        for subject in case.every_subject
        if subject in wanted
    }


def _grouped(rows: Iterable[Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = {}
    for row in sorted(rows, key=attrgetter("stated_at", "event")):
        found.setdefault(row.case_id, []).append(row)
    return {name: tuple(held) for name, held in found.items()}


def like_found(hits: int, listed: str) -> str:
    """What a search for the like of a case found, in words. A hit is one check of one subject, a
    line of `listed`; empty: that list is kept no longer."""
    if not hits:
        return "no other deviation of the same checks"
    found = f"{hits:,} deviation{'' if hits == 1 else 's'} of the same checks"
    others = len({line.rpartition(" ")[0] for line in listed.splitlines()})
    return f"{found} on {others:,} other{'' if others == 1 else 's'}" if others else found
