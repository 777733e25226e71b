"""Rules that remember what needs no case, and all that they kept from opening one."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.cases import (
    CaseExcluded,
    CaseRuleAnswered,
    CaseRuleEnded,
    CaseRuleRequested,
)
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("case_rule", key=("rule",), rule="earliest")
@dataclass(frozen=True, slots=True)
class CaseRule(Row):
    """A rule as asked for; it holds once somebody else approved it."""

    rule: str
    case_id: str
    check_id: str
    system: str | None
    path: str | None
    account: str | None
    owner: str
    ends_at: int
    reason: str
    requested_by: str | None
    requested_at: int
    stated_at: int
    event: str


@table("case_rule_answer", key=("rule",), rule="earliest")
@dataclass(frozen=True, slots=True)
class CaseRuleAnswer(Row):
    """`approved` or `refused`, by whom."""

    rule: str
    answer: str
    account: str | None
    reason: str | None
    answered_at: int
    stated_at: int
    event: str


@table("case_rule_end", key=("rule",), rule="earliest")
@dataclass(frozen=True, slots=True)
class CaseRuleEnd(Row):
    """It was ended before its time."""

    rule: str
    account: str | None
    ended_at: int
    stated_at: int
    event: str


@table("case_exclusion", key=("subject", "check_id", "rule"), rule="earliest", indexes=("rule",))
@dataclass(frozen=True, slots=True)
class CaseExclusion(Row):
    """A case that a rule kept from being opened."""

    rule: str
    subject: str
    check_id: str
    excluded_at: int
    stated_at: int
    event: str


@projects(CaseRuleRequested)
def rule_row(event: CaseRuleRequested, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseRule(
        event.rule,
        event.case,
        event.check,
        event.system,
        event.path,
        event.account,
        event.owner,
        event.ends_at,
        event.reason,
        event.actor,
        at,
        at,
        event_id,
    )


@projects(CaseRuleAnswered)
def answer_row(event: CaseRuleAnswered, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseRuleAnswer(event.rule, event.answer, event.actor, event.reason, at, at, event_id)


@projects(CaseRuleEnded)
def rule_end_row(event: CaseRuleEnded, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseRuleEnd(event.rule, event.actor, at, at, event_id)


@projects(CaseExcluded)
def exclusion_row(event: CaseExcluded, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield CaseExclusion(event.rule, event.subject, event.check, at, at, event_id)
