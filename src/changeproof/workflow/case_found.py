"""The case that a name stands for, and who may act on it."""

from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.cases_read import Case, cases_about, cases_of
from changeproof.ledger.joined import Change
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import ORGANISATION, SYSTEM, kind_of_subject, standing_names
from changeproof.workflow.naming import UnknownName, find_change
from changeproof.workflow.requesting import require_permission, short_name

PREFIX = "case:"


def find_case(ledger: Ledger, name: str) -> Case:
    """The case of this name, or the newest about the change that it stands for. Raises Refusal."""
    wanted = short_name("case", name)
    files = ledger.store.by(CaseFile, "case_id", {wanted, f"{PREFIX}{wanted}"})
    if files:
        return cases_of(ledger.store, files[:1])[0]
    subject = wanted.removeprefix(PREFIX)
    if kind_of_subject(subject) == "change":
        subject = find_change(ledger, subject)
    found = cases_about(ledger.store, [subject]).get(subject)
    if found is None:
        raise UnknownName(
            "Nothing was recorded.",
            where=wanted[:200],
            why="there is no case of this name",
            cure="Name one of the cases: changeproof case list.",
        )
    return found


def open_case(ledger: Ledger, name: str) -> Case:
    """The same, if it waits for somebody. Raises Refusal."""
    case = find_case(ledger, name)
    if case.ended is not None:
        raise Refusal(
            "The case was not resolved.",
            where=case.name,
            why="it was resolved before, and stays as it was",
            cure="Read how it ended on its page; it opens by itself where the cause comes back.",
        )
    return case


def system_of_case(store: Store, case: Case) -> str | None:
    """The system that it concerns; None: all, or none that is known."""
    return system_of_subject(store, case.file.subject)


def system_of_subject(store: Store, subject: str) -> str | None:
    """The system of anything that is judged; None for what concerns all."""
    if subject == ORGANISATION:
        return None
    if subject.startswith(SYSTEM):
        return subject.removeprefix(SYSTEM)
    kind = kind_of_subject(subject)
    if kind == "change":
        rows = store.by(Change, "change_id", [subject])
        return rows[0].system if rows else None
    found = standing_names(store, kind, among=[subject.removeprefix(f"{kind}:")])
    return next(iter(found.values()), None) or None


def require_on_case(
    ledger: Ledger, actor: str, permission: Permission, case: Case, at: int
) -> None:
    """Raise MayNot unless `actor` holds it on the case's system."""
    require_permission(ledger, actor, permission, system_of_case(ledger.store, case), at)
