"""Which policy judges from when, the values and rules that checks read of it, and its calendar."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.receipts import PolicyAdopted, PolicyProposed
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table
from changeproof.policy.calendar import MOST_YEARS, open_times


@table("policy_in_force", key=("policy_version",), seen="in_force_from")
@dataclass(frozen=True, slots=True)
class PolicyInForce(Row):
    """A policy and from when it judges; its text stands in contents."""

    policy_version: int
    policy: str
    in_force_from: int
    adopted_by: str | None
    approved_by: str | None
    stated_at: int
    event: str


@table("policy_proposal", key=("policy_version", "event"), seen="proposed_at")
@dataclass(frozen=True, slots=True)
class PolicyProposal(Row):
    """A policy that somebody put forward; its text stands in contents."""

    policy_version: int
    policy: str
    in_force_from: int
    proposed_by: str | None
    proposed_at: int | None
    stated_at: int
    event: str


@table("policy_parameter", key=("policy_version", "parameter", "position"))
@dataclass(frozen=True, slots=True)
class PolicyParameter(Row):
    """One value that checks read; lists have a row a position."""

    policy_version: int
    parameter: str
    position: int
    value: str
    stated_at: int
    event: str


@table("policy_rule", key=("policy_version", "rule", "number", "part", "value"))
@dataclass(frozen=True, slots=True)
class PolicyRule(Row):
    """One value of one part of a rule; a part without rows holds for everything."""

    policy_version: int
    rule: str
    number: int
    part: str
    value: str
    stated_at: int
    event: str


@table("business_time", key=("policy_version", "opens_at"))
@dataclass(frozen=True, slots=True)
class BusinessTime(Row):
    """A stretch in which business time runs, where a policy counts anything in it.

    `open_before` and `open_after` are all business time before it opens and until it closes.
    """

    policy_version: int
    opens_at: int
    closes_at: int
    next_opens_at: int
    open_before: int
    open_after: int
    stated_at: int
    event: str


@projects(PolicyAdopted)
def policy_rows(event: PolicyAdopted, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield PolicyInForce(
        event.policy_version,
        event.policy,
        event.in_force_from if event.in_force_from is not None else 0,
        event.actor if event.proposed_by is None else event.proposed_by,
        event.approved_by if event.proposed_by is None else event.actor,
        at,
        event_id,
    )
    for parameter, values in sorted(event.parameters.items()):
        rule, number, part = _rule(parameter)
        for position, value in enumerate(values):
            if rule:
                yield PolicyRule(event.policy_version, rule, number, part, value, at, event_id)
            else:
                yield PolicyParameter(
                    event.policy_version, parameter, position, value, at, event_id
                )
    yield from _business_times(event, at, event_id)


@projects(PolicyProposed)
def proposal_row(event: PolicyProposed, event_id: str) -> Iterator[Row]:
    yield PolicyProposal(
        event.policy_version,
        event.policy,
        event.in_force_from,
        event.actor,
        event.occurred_at,
        moment(event),
        event_id,
    )


def _rule(parameter: str) -> tuple[str, int, str]:
    """The parts of `risk_rule/1/area`; of another parameter, no rule."""
    parts = parameter.split("/")
    if len(parts) == 3 and parts[1].isascii() and parts[1].isdecimal() and len(parts[1]) < 10:
        return parts[0], int(parts[1]), parts[2]
    return "", 0, ""


def _business_times(event: PolicyAdopted, at: int, event_id: str) -> Iterator[BusinessTime]:
    """The calendar that the event states; nothing where it states none that can be read.

    The event may come from elsewhere: what it says is bounded before it is counted out.
    """
    given = event.parameters
    if given.get("business.used") != ("true",):
        return
    try:
        years = int(given["business.years"][0]), int(given["business.years"][1])
        if not (1970 <= years[0] <= years[1] <= 9000 and years[1] - years[0] < MOST_YEARS):
            return
        begins, offsets = given["business.offset_from"], given["business.offset"]
        calendar = list(
            open_times(
                [(int(each), int(offset)) for each, offset in zip(begins, offsets, strict=True)],
                given["business.opens"][0],
                given["business.closes"][0],
                given["business.days"],
                given.get("business.holidays", ()),
                years,
            )
        )
    except (KeyError, IndexError, ValueError, OverflowError):
        return
    for each in calendar:
        yield BusinessTime(
            event.policy_version,
            each.opens_at,
            each.closes_at,
            each.next_opens_at,
            each.open_before,
            each.open_after,
            at,
            event_id,
        )
