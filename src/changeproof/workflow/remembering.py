"""Rules that remember: what is like a case opens none for a time, once somebody else approved.

A rule changes no verdict, and all that it kept from opening a case is listed.
"""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.permissions import person_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.acts import CaseResolved
from changeproof.events.cases import CaseRuleAnswered, CaseRuleEnded, CaseRuleRequested
from changeproof.events.refusal import Refusal
from changeproof.ledger.case_rules import CaseRule
from changeproof.ledger.case_rules_read import Outcome, StandingRule, rules_at
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger
from changeproof.ledger.subjects_known import kind_of_subject
from changeproof.workflow.case_found import find_case, require_on_case
from changeproof.workflow.naming import next_name
from changeproof.workflow.parts import not_human
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission, short_name
from changeproof.workflow.rulings import MayNot, may_resolve

PREFIX = "RUL-"
DAY = 86_400_000_000
LONGEST = 366 * DAY
"""A rule is asked for again each year, whatever policy lets waivers last."""


@dataclass(frozen=True, slots=True)
class RequestRule:
    """Remember what is like `case`: by check and, where given, system, path and account pattern."""

    case: str
    check: str
    ends_at: int
    reason: str
    system: str | None = None
    path: str | None = None
    account: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Yes or no to a rule that waits; a no needs its reason."""

    rule: str
    answer: Literal["approved", "refused"]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EndRule:
    """End one before its time."""

    rule: str


def request_rule(
    ledger: Ledger, actor: str, command: RequestRule, *, at: int | None = None
) -> Done:
    """Record a request under the next free `RUL-<year>-<number>`. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = find_case(ledger, command.case)
        require_on_case(ledger, actor, Permission.WAIVER_REQUEST, case, act.at)
        scope = (command.system, command.path, command.account)
        if command.check not in case.checks:
            raise _refused(
                "check", "the case is not about this check", f"Choose: {', '.join(case.checks)}."
            )
        if not any(scope):
            raise _refused(
                "system",
                "a rule for everything that this check finds would hide what it is there to show",
                "Name a system, a path or an account.",
            )
        if not act.at < command.ends_at <= act.at + _longest(act):
            raise _refused(
                "end",
                f"it is past, or more than {_longest(act) // DAY:,} days away",
                "Name an end that is to come, and ask again when it does.",
            )
        name = next_name(ledger.store, f"{PREFIX}{act.year}-", 4, (CaseRule, "rule"))
        event = CaseRuleRequested(
            **act.header,
            rule=name,
            case=case.name,
            check=command.check,
            system=_given("system", command.system),
            path=_given("path", command.path),
            account=_given("account", command.account),
            owner=_given("owner", command.owner) or actor,
            ends_at=command.ends_at,
            reason=act.needed("reason", command.reason, "Say why its like needs no case."),
        )
        note = "It excludes nothing until somebody else approves it."
        return act.record(case.file.subject, event, name=name, note=note)


def answer_rule(ledger: Ledger, actor: str, command: AnswerRule, *, at: int | None = None) -> Done:
    """Record the second person's answer; a yes ends the case. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        rule = _standing(act, command.rule, "waits").stated
        _require_other(act, rule)
        refused = command.answer == "refused"
        reason = (
            act.needed("reason", command.reason, "Say why: whoever asked acts on it.")
            if refused
            else act.keep("reason", command.reason)
        )
        events: list[CaseRuleAnswered | CaseResolved] = [
            CaseRuleAnswered(**act.header, rule=rule.rule, answer=command.answer, reason=reason)
        ]
        [case] = cases_of(ledger.store, ledger.store.by(CaseFile, "case_id", [rule.case_id]))
        if not refused and case.ended is None:
            if kind_of_subject(case.file.subject) == "change":
                may_resolve(ledger, actor, case.file.subject, act.at).require(case.file.subject)
            events.append(
                CaseResolved(**act.header, case=case.name, outcome="remembered", reason=rule.reason)
            )
        note = "It changes no verdict; all that it keeps from opening a case is listed."
        return act.record(case.file.subject, *events, name=rule.rule, note="" if refused else note)


def end_rule(ledger: Ledger, actor: str, command: EndRule, *, at: int | None = None) -> Done:
    """Record that a rule holds no longer. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        rule = _standing(act, command.rule, "in force").stated
        if actor != rule.owner:
            _require(act, rule)
        return act.record("", CaseRuleEnded(**act.header, rule=rule.rule), name=rule.rule)


def may_answer(ledger: Ledger, actor: str, rule: CaseRule, at: int) -> str:
    """Why `actor` may not answer this rule; empty if they may."""
    try:
        _other(ledger, actor, rule, at)
    except MayNot as refusal:
        return refusal.why
    return ""


def _require_other(act: Act, rule: CaseRule) -> None:
    _other(act.ledger, act.actor, rule, act.at)


def _require(act: Act, rule: CaseRule) -> None:
    require_permission(act.ledger, act.actor, Permission.WAIVER_GRANT, rule.system, act.at)


def _other(ledger: Ledger, actor: str, rule: CaseRule, at: int) -> None:
    """Raise MayNot unless the actor is a human who neither asked for it nor owns it."""
    require_permission(ledger, actor, Permission.WAIVER_GRANT, rule.system, at)
    person = person_of(actor, at)
    why = ""
    if rule.requested_by and person == person_of(rule.requested_by, at):
        why = "you asked for it"
    elif person == person_of(rule.owner, at):
        why = "you own it"
    why = why or not_human(ledger.store, actor)
    if why:
        raise MayNot(
            "You may not answer this rule.",
            where=rule.rule,
            why=why,
            cure="Ask somebody else who may set rules aside.",
        )


def _standing(act: Act, name: str, outcome: Outcome) -> StandingRule:
    """The rule of this name, if it stands so. Raises Refusal."""
    wanted = short_name("rule", name)
    found = rules_at(act.ledger.store, act.at, [wanted])
    if found and found[0].outcome == outcome:
        return found[0]
    why = "it was answered before" if outcome == "waits" else "it is not in force"
    raise _refused(
        wanted, why if found else "there is no rule of this name", "Choose one of the list."
    )


def _longest(act: Act) -> int:
    """How long a rule may last: as long as a waiver, and no more than a year."""
    stated = int(policy_at(act.ledger.store, act.at).get("waiver_longest", ("0",))[0])
    return min(stated, LONGEST) if stated else LONGEST


def _given(field: str, text: str | None) -> str | None:
    return short_name(field, text) if text and text.strip() else None


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The rule was not recorded.", where=where, why=why, cure=cure)
