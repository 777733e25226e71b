"""What the process asks of people: read the policy, look at a topic again, perform a control.

What is recorded here is the evidence of the checks on practices and on what is around changes.
"""

from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from changeproof.accounts.holdings import allows_somewhere
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import Event
from changeproof.events.oversight import ControlPerformed, DocumentAcknowledged, ReviewHeld
from changeproof.events.refusal import Refusal
from changeproof.ledger.acknowledged import POLICY
from changeproof.ledger.policy_read import in_force_at
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_known import known_systems, near_names
from changeproof.workflow.parts import kind_of_account
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import require_permission, short_name
from changeproof.workflow.rulings import MayNot

Word = TypeVar("Word", bound=str)

Topic = Literal[
    "process",
    "pipeline",
    "protection",
    "baseline",
    "deviations",
    "unilateral_path",
    "scope",
    "prover",
]
TOPICS: tuple[Topic, ...] = get_args(Topic)
"""What is looked at as a whole; access to production has a review of its own, access by access."""
Outcome = Literal["kept", "changed", "escalated"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
Activity = Literal[
    "drift_scan",
    "restore_test",
    "failover_test",
    "capacity_review",
    "vendor_assessment",
    "data_reconciliation",
    "notice_monitoring",
]
ACTIVITIES: tuple[Activity, ...] = get_args(Activity)
Result = Literal["passed", "failed"]
RESULTS: tuple[Result, ...] = get_args(Result)
LONGEST_FOUND = 200


@dataclass(frozen=True, slots=True)
class AcknowledgePolicy:
    """The actor read this version, and agrees to work by it."""

    version: int


@dataclass(frozen=True, slots=True)
class HoldReview:
    """The actor looked at a topic again, of one system or (None) of all; `reason` says what was
    looked at and what came of it."""

    topic: Topic
    outcome: Outcome
    reason: str
    system: str | None = None


@dataclass(frozen=True, slots=True)
class PerformControl:
    """The actor tested or scanned something; `found` is one line on what came out."""

    activity: Activity
    outcome: Result
    system: str | None = None
    found: str | None = None


def acknowledge_policy(
    ledger: Ledger, actor: str, command: AcknowledgePolicy, *, at: int | None = None
) -> Done:
    """Record that the actor read the policy in force. Raises Refusal for another one, MayNot."""
    with acting(ledger, actor, at) as act:
        require_human(act)
        if not allows_somewhere(holdings_of([actor], act.at)[actor], Permission.POLICY_ACKNOWLEDGE):
            raise MayNot(
                "It was not acknowledged.",
                where=actor,
                why="you hold no role in the process",
                cure="Ask an administrator for one; whoever holds none need not acknowledge it.",
            )
        current = in_force_at(ledger.store, act.at)
        in_force = current.policy_version if current is not None else 0
        if command.version != in_force:
            raise Refusal(
                "It was not acknowledged.",
                where=f"version {command.version}",
                why=f"version {in_force} is in force" if current else "no policy is in force",
                cure=f"Read version {in_force}, and acknowledge that one.",
            )
        event = DocumentAcknowledged(
            **act.header, document=POLICY, document_version=str(command.version)
        )
        return act.record("", event, name=f"version {command.version}")


def hold_review(ledger: Ledger, actor: str, command: HoldReview, *, at: int | None = None) -> Done:
    """Record that a topic was looked at again. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        topic = _one_of("topic", command.topic, TOPICS)
        outcome = _one_of("outcome", command.outcome, OUTCOMES)
        system = _entitled(act, command.system)
        reason = act.needed("reason", command.reason, "Say what was looked at and what came of it.")
        event: Event = ReviewHeld(
            **act.header, topic=topic, system=system, outcome=outcome, reason=reason
        )
        return act.record("", event, name=topic)


def perform_control(
    ledger: Ledger, actor: str, command: PerformControl, *, at: int | None = None
) -> Done:
    """Record that a control was performed, with its result. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        activity = _one_of("activity", command.activity, ACTIVITIES)
        outcome = _one_of("outcome", command.outcome, RESULTS)
        found = " ".join((command.found or "").split())
        if len(found) > LONGEST_FOUND:
            raise Refusal(
                "The act was not recorded.",
                where="found",
                why=f"it has {len(found):,} characters; {LONGEST_FOUND} are taken",
                cure="Say it in one line, and keep the report where it is.",
            )
        event = ControlPerformed(
            **act.header,
            activity=activity,
            system=_entitled(act, command.system),
            outcome=outcome,
            found=found or None,
        )
        return act.record("", event, name=activity)


def _entitled(act: Act, system: str | None) -> str | None:
    """The system, known and the actor's to look after. Raises Refusal, MayNot."""
    name = short_name("system", system) if system else None
    if name is not None:
        known = known_systems(act.ledger.store)
        if name not in known:
            near = near_names(name, known)
            raise Refusal(
                "The act was not recorded.",
                where="system",
                why=f"no system on record is called “{name[:100]}”",
                cure=f"Did you mean {', '.join(near)}?" if near else "Name one that is.",
            )
    require_permission(act.ledger, act.actor, Permission.REVIEW_HOLD, name, act.at)
    require_human(act)
    return name


def require_human(act: Act) -> None:
    """Raise MayNot where a program acts: what is recorded is somebody's own word."""
    kind = kind_of_account(act.ledger.store, act.actor)
    if kind != "human":
        raise MayNot(
            "The act was not recorded.",
            where=act.actor,
            why=f"{{{act.actor}}} is declared as a {kind}, and this is for people",
            cure="Have somebody do it in their own name.",
        )


def _one_of(field: str, value: Word, known: tuple[Word, ...]) -> Word:
    if value in known:
        return value
    raise Refusal(
        "The act was not recorded.",
        where=field,
        why=f"“{value[:40]}” is no {field} that we know" if value else f"no {field} was chosen",
        cure=f"Choose one of: {', '.join(known)}.",
    )
