"""The decision itself: pure, and deny unless everything speaks for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from changeproof.gate.cures import split_reason
from changeproof.ledger.joined import Finding

POINTS = "cc8_1/"
BEFORE_DEPLOYMENT = frozenset(
    f"{POINTS}{name}"
    for name in (
        "02_authorization",
        "03_design_and_development",
        "07_testing",
        "08_approval",
        "09_deployment",
    )
)
"""Points that are decided when production begins: a change in production never waits for them."""

CONTENT = "gate/content"
FREEZE = "gate/freeze"
UNSURE = "gate/judgement"

Word = Literal["allow", "deny"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Something that speaks against it (`blocks`), or is owed afterwards."""

    change: str
    check: str
    verdict: str
    reason: str
    cure: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Freeze:
    """A freeze that holds now, and the changes that a declared emergency lets through.

    `stopped` are those with a declaration that covers nothing, and its fault in the checks' word.
    """

    name: str
    ends: str
    let_through: frozenset[str]
    stopped: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as far as it could be made out."""

    environment: str
    system: str | None
    revision: str | None
    artifact: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """`event` and `entry` say where the log holds the answer."""

    word: Word
    question: Question
    changes: tuple[str, ...]
    reasons: tuple[Reason, ...]
    answered_at: int
    event: str = ""
    entry: int = -1

    @property
    def allowed(self) -> bool:
        return self.word == "allow"


def decide(
    question: Question,
    covered: Collection[str],
    findings: Mapping[str, Sequence[Finding]],
    freezes: Collection[Freeze],
    *,
    in_production: bool,
    at: int,
) -> Answer:
    """Allow iff every covered change was judged, and nothing found stands against it.

    Against it stand, on the points of CC8.1, a deviation, what could not be verified, and (where
    the environment is production) a wait for what must come first; and a freeze.
    """
    reasons = [
        reason
        for change in sorted(covered)
        for reason in _of_change(change, findings.get(change, ()), in_production, at)
    ]
    for freeze in freezes:
        held = sorted(set(covered) - freeze.let_through) or ([] if covered else [""])
        reasons += [_frozen(change, freeze) for change in held]
    reasons.sort(key=lambda each: (not each.blocks, each.change, each.check))
    denied = any(each.blocks for each in reasons)
    return Answer(
        "deny" if denied else "allow", question, tuple(sorted(covered)), tuple(reasons), at
    )


def refuse(question: Question, why: str, cure: str, at: int, change: str = "") -> Answer:
    """Deny because of what was asked about: unknown content, or content that contradicts itself."""
    reason = Reason(change, CONTENT, "not_verifiable", why, cure)
    return Answer("deny", question, (), (reason,), at)


def with_unmerged(answer: Answer, pull: str) -> Answer:
    """Say first what stands behind the rest: content that a pull request only proposes."""
    revision = str(answer.question.revision)[:12]
    why = f"{revision} is proposed by {pull}, which has not been merged"
    cure = "Merge it, then ask about the commit that the merge made."
    first = Reason(pull, CONTENT, "not_verifiable", why, cure)
    return replace(answer, word="deny", reasons=(first, *answer.reasons))


def answer_json(answer: Answer) -> dict[str, Any]:
    """The object that terminal, API and log contents hold."""
    return {
        "answer": answer.word,
        "environment": answer.question.environment,
        "system": answer.question.system,
        "revision": answer.question.revision,
        "artifact": answer.question.artifact,
        "changes": list(answer.changes),
        "reasons": [
            {
                "change": each.change,
                "check": each.check,
                "verdict": each.verdict,
                "reason": each.reason,
                "cure": each.cure,
                "blocks": each.blocks,
            }
            for each in answer.reasons
        ],
        "answered_at": answer.answered_at,
        "event": answer.event,
        "entry": answer.entry,
    }


def _of_change(
    change: str, findings: Sequence[Finding], in_production: bool, at: int
) -> list[Reason]:
    points = [row for row in findings if row.check_id.startswith(POINTS)]
    if not points:
        why = "no check has judged this change"
        cure = "Run: changeproof doctor. It says which checks are loaded."
        return [Reason(change, UNSURE, "not_verifiable", why, cure)]
    reasons = []
    for row in points:
        waits = row.verdict == "pending"
        blocks = row.verdict in ("deviation", "not_verifiable") or (
            waits and in_production and row.check_id in BEFORE_DEPLOYMENT
        )
        if blocks or waits:
            said, cure = split_reason(row, at)
            reasons.append(Reason(change, row.check_id, row.verdict, said, cure, blocks))
    return reasons


_DECLARE = "in an emergency declare one that names this change: changeproof emergency --change"
_AUTHORIZE = (
    "have somebody entitled, who neither asked for, declared nor wrote it, authorize the emergency"
    " themselves: changeproof authorize"
)
_FAULTS = {
    "authorization_owed": ("nobody else has authorized it yet", _AUTHORIZE),
    "not_authorized": ("nobody else has authorized it", _AUTHORIZE),
    "authorized_late": ("it was authorized too late", _AUTHORIZE),
    "authorized_by_itself": (
        "who authorized it also asked for, declared or wrote it",
        _AUTHORIZE,
    ),
    "not_entitled": ("who authorized it did not hold the role for that", _AUTHORIZE),
    "not_provided": (
        "the policy in force has no way for emergencies",
        "adopt a policy that says how an emergency is declared",
    ),
    "no_incident": (
        "it names no incident",
        "declare one that names the incident: changeproof emergency --change",
    ),
    "incident_later": (
        "the incident that it names began only after the deployment",
        "plan the change, and have it approved beforehand",
    ),
    "incident_over": (
        "the incident that it names was over before it was declared",
        "plan the change, and have it approved beforehand",
    ),
    "other_system": ("it was declared for another system than the change is of", _DECLARE),
    "unbounded": (
        "it states no end",
        "declare one that says until when it holds: changeproof emergency --change",
    ),
}
"""What stops a declared emergency, by the fault that the checks find, and its cure."""


def _frozen(change: str, freeze: Freeze) -> Reason:
    said, cure = f"{freeze.name} holds until {freeze.ends}", _DECLARE
    fault = freeze.stopped.get(change)
    if fault is not None:
        why, cure = _FAULTS.get(fault, ("it does not cover this deployment", _DECLARE))
        said += f", and the emergency declared for this change does not lift it: {why}"
    return Reason(change, FREEZE, "deviation", said, f"Wait for its end; {cure}")
