"""Which open cases wait for whom, and what a person is told of one.

What was deployed unauthorized is asked for as a decision (`needed`); here are all the others: an
owner hears of theirs, and of a case that nobody has taken on whoever may end it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.messages import cause_of
from changeproof.alerts.needed import UNAUTHORIZED
from changeproof.alerts.notices import Notice, named
from changeproof.checks.loader import load_checks
from changeproof.ledger.cases import CaseOwner
from changeproof.ledger.cases_listed import StandingCase, standing_cases
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import SYSTEM

SEE = "see"
"""The act, in the name of what waits."""
_READ = 1_000
_GRAVITY = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case with its system ("": all) and its check's severity."""

    stands: StandingCase
    system: str
    severity: str

    def is_for(
        self, account: str, may: Callable[[Permission, str], bool], *, everywhere: bool
    ) -> bool:
        """Whether it waits for this account: its owner, or anybody who may end it."""
        if self.stands.owner:
            return self.stands.owner == account
        return may(Permission.CHANGE_AUTHORIZE, self.system) if self.system else everywhere

    def is_late(self, moment: int, after: int) -> bool:
        """Whether its owner's time is over, or nobody took it on for so long."""
        if self.stands.due_at is not None:
            return self.stands.due_at <= moment
        return self.stands.since + after <= moment

    def notice(self, *, late: bool = False) -> Notice:
        """What one person is told; come back, or given to them, it is another thing."""
        stands = self.stands
        act = ("late" if late else "needs", SEE)
        name = named(*act, stands.file.case_id, stands.owner or "nobody", str(stands.since))
        kind = "escalation" if late else "needs_you"
        return Notice(
            kind,  # type: ignore[arg-type]  # one of two words above
            name,
            stands.file.case_id,
            self.system,
            stands.file.check_id,
            self.severity,
        )


def open_cases(store: Store, most: int, without: str = UNAUTHORIZED) -> list[OpenCase]:
    """The newest `most` open cases, without those of a check: those that are asked for as a
    decision, unless it is said otherwise."""
    severities = {check.id: str(check.matter.severity) for check in load_checks().checks}
    return [
        OpenCase(each, _system(each), severities.get(each.file.check_id, ""))
        for each in standing_cases(store, without, most)
    ]


def said_of_cases(store: Store, notices: Collection[Notice]) -> Mapping[str, str]:
    """By case: whose it is, until when, what it began with, about what, and how grave it is."""
    names = {each.subject for each in notices}
    files = {row.case_id: row for row in store.by(CaseFile, "case_id", names)}
    owners = {row.case_id: row for row in store.by(CaseOwner, "case_id", names)}
    return {
        each.subject: _said(each, files[each.subject], owners.get(each.subject))
        for each in notices
        if each.subject in files
    }


def lines_of_cases(store: Store, most: int) -> Iterator[str]:
    """The open cases for a digest, the gravest first, each with its owner; the rest is counted."""
    cases = open_cases(store, _READ, without="")
    cases.sort(key=lambda each: (_place(each.severity), each.stands.since))
    for each in cases[:most]:
        stands = each.stands
        whose = f"seen to by {stands.owner}" if stands.owner else "nobody sees to it"
        due = f", due by {_day(stands.due_at)}" if stands.due_at is not None else ""
        about = cause_of(Notice("case", stands.file.case_id, "", "", stands.file.check_id))
        yield f"  {stands.file.subject}: {about} ({each.severity}); {whose}{due}"
    if len(cases) > most:
        yield f"  and {len(cases) - most:,} more"


def _said(notice: Notice, file: CaseFile, owner: CaseOwner | None) -> str:
    whose = f"your case, due by {_day(owner.due_at)}" if owner is not None else "a case"
    where: Iterable[str] = filter(None, (notice.severity, notice.system))
    cause = cause_of(Notice("case", notice.subject, "", "", notice.check))
    return f"See to {whose}: {cause}, about {file.subject} ({', '.join(where)})"


def _system(each: StandingCase) -> str:
    subject = each.file.subject
    return subject.removeprefix(SYSTEM) if subject.startswith(SYSTEM) else each.system


def _place(severity: str) -> int:
    return _GRAVITY.index(severity) if severity in _GRAVITY else len(_GRAVITY)


def _day(moment: int) -> str:
    return (datetime.fromtimestamp(0, UTC) + timedelta(microseconds=moment)).strftime("%Y-%m-%d")
