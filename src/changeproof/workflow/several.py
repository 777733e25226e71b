"""The same act on several cases or waivers: each is ruled on, recorded and refused by itself."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger
from changeproof.workflow.casework import TakeCase, take_case
from changeproof.workflow.recording import Done
from changeproof.workflow.together import Outcome, refuse_choice
from changeproof.workflow.waiving import (
    GrantWaiver,
    RequestWaiver,
    grant_waiver,
    request_waiver,
)


def give_cases(
    ledger: Ledger, actor: str, cases: Sequence[str], owner: str | None
) -> tuple[Outcome, ...]:
    """Let one person see to each of these. Raises Refusal where nothing can be done at all."""
    return each_by_itself(cases, lambda name: take_case(ledger, actor, TakeCase(name, owner)))


def ask_waivers(
    ledger: Ledger, actor: str, subjects: Sequence[str], command: RequestWaiver
) -> tuple[Outcome, ...]:
    """Ask that one check be set aside for each of these, for the same time and reason: one request
    a subject, so that each is answered by itself. Raises Refusal as above."""
    return each_by_itself(
        subjects, lambda name: request_waiver(ledger, actor, replace(command, subject=name))
    )


def grant_waivers(
    ledger: Ledger, actor: str, waivers: Sequence[str], reason: str | None
) -> tuple[Outcome, ...]:
    """Grant each of these as it was asked for. Raises Refusal as above."""
    return each_by_itself(
        waivers, lambda name: grant_waiver(ledger, actor, GrantWaiver(name, reason))
    )


def each_by_itself(names: Sequence[str], record: Callable[[str], Done]) -> tuple[Outcome, ...]:
    """What became of each, in order; one that is refused stops no other."""
    unique = tuple(dict.fromkeys(names))
    refuse_choice("", len(unique), None, where="chosen")
    return tuple(_one(name, record) for name in unique)


def _one(name: str, record: Callable[[str], Done]) -> Outcome:
    try:
        return Outcome(name, record(name))
    except Refusal as refusal:
        return Outcome(name, why=refusal.why, cure=refusal.cure)
