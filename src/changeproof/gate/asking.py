"""May this artifact go to that environment now? The very same checks, one supposed deployment.

The deployment is added to the evidence inside a savepoint, the changes that it would bring are
judged, and the savepoint is rolled back. Only the answer stays, as an event.
"""

import uuid
from collections.abc import Collection, Mapping

from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.vocabulary import Permission
from changeproof.checks.judge import judge_with_due
from changeproof.events.acts import GateAnswered
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import canonical, sha256_hex
from changeproof.events.forges import is_pull
from changeproof.events.refusal import Refusal
from changeproof.gate.answer import (
    Answer,
    Freeze,
    Question,
    answer_json,
    decide,
    refuse,
    with_unmerged,
)
from changeproof.gate.content import Destination, Unknown, destination, known_content
from changeproof.gate.cures import utc
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    DeploymentRevision,
    Finding,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.joins.ownership import PROPOSED
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.pulls import PullHead
from changeproof.ledger.requests import Emergency, TimeWindow
from changeproof.ledger.service import Ledger, Submission, now
from changeproof.ledger.store import Store

SOURCE = "gate"
SUPPOSED = "supposed:"
LONGEST_NAME = 500
LISTED = 300
"""Changes that the event names; the contents hold all."""

__all__ = ["Answer", "answer_json", "ask"]


def ask(
    ledger: Ledger,
    *,
    environment: str,
    system: str | None = None,
    revision: str | None = None,
    artifact: str | None = None,
    actor: str | None = None,
    at: int | None = None,
    systems: frozenset[str] | None = None,
) -> Answer:
    """Answer, and record the answer with its reasons.

    `systems` are those of which the actor may ask; None: all. Raises NotPermitted where the
    answer would be about another one; then nothing is recorded.

    `at` asks about another moment, such as the end of a freeze. Deny is the default: for
    content that nobody told us of, and for whatever cannot be judged.
    """
    asked_at = now()
    moment = asked_at if at is None else at
    question = Question(
        _tidy("environment", environment) or "production",
        _tidy("system", system),
        _tidy("revision", revision),
        _tidy("artifact", artifact),
    )
    with ledger.writing():
        answer = _answer(ledger, question, actor, moment, systems)
        return _recorded(ledger, answer, actor, moment if _demonstrates(ledger) else asked_at)


def _tidy(field: str, text: str | None) -> str | None:
    """What was typed, without blanks around. Raises Refusal for what no event can hold."""
    tidy = (text or "").strip()
    if len(tidy) > LONGEST_NAME or not tidy.isprintable():
        raise Refusal(
            "The gate was not asked.",
            where=field,
            why=f"it is longer than {LONGEST_NAME} characters or holds unprintable ones",
            cure=f"Name the {field} as the deployment does.",
        )
    return tidy or None


def _demonstrates(ledger: Ledger) -> bool:
    return ledger.instance.demonstration


def _answer(
    ledger: Ledger,
    question: Question,
    actor: str | None,
    at: int,
    systems: frozenset[str] | None,
) -> Answer:
    store = ledger.store
    if question.system is not None:
        _within(systems, [question.system])
    known = known_content(store, question)
    if isinstance(known, Unknown):
        return refuse(question, known.why, known.cure, at)
    place = destination(store, known)
    _within(systems, [place.system or ""])
    deployments = list(_supposed(known, place, actor, at))
    with ledger.supposing(deployments):
        covered = _covered(store, [each.deployment for each in deployments], str(known.revision))
        # The system that was named need not be the one whose changes the revision brings.
        _within(systems, [row.system for row in store.by(Change, "change_id", covered)])
        findings: dict[str, list[Finding]] = {change: [] for change in covered}
        judged = judge_with_due(store, sorted(covered), at)
        for finding in judged.findings:
            findings.setdefault(finding.subject, []).append(finding)
        if not covered:
            why = f"the revision {str(known.revision)[:12]} belongs to no change on record"
            return refuse(known, why, "Connect its repository or import its history.", at)
        unmerged = _unmerged(store, str(known.revision))
        answer = decide(
            known,
            covered,
            findings,
            list(_freezes(store, covered, judged.emergencies, place.system, at)),
            in_production=_is_production(store, known.environment, at),
            at=at,
        )
    return answer if unmerged is None else with_unmerged(answer, unmerged)


def _within(systems: frozenset[str] | None, asked: Collection[str]) -> None:
    """Raise NotPermitted for a system that is not among those the actor may ask of."""
    beyond = set(asked) - systems if systems is not None else set()
    if beyond:
        raise NotPermitted(Permission.GATE_ASK, None)


def _supposed(
    question: Question, place: Destination, actor: str | None, at: int
) -> list[DeploymentFinished]:
    name = f"{SUPPOSED}{uuid.uuid4().hex}"
    if place.landings is None:
        return [_deployment(name, question, place, actor, at, str(question.revision))]
    return [
        _deployment(
            f"{name}/{number}", question, place, actor, at, revision, replaces=parent, landing=True
        )
        for number, (revision, parent) in enumerate(place.landings)
    ]


def _deployment(
    name: str,
    question: Question,
    place: Destination,
    actor: str | None,
    at: int,
    revision: str,
    *,
    replaces: str | None = None,
    landing: bool = False,
) -> DeploymentFinished:
    return DeploymentFinished(
        source=SOURCE,
        delivery=name,
        occurred_at=at,
        actor=actor,
        deployment=name,
        outcome="succeeded",
        repository=place.repository,
        system=place.system,
        environment=question.environment,
        revision=revision,
        artifact=question.artifact,
        replaces=replaces,
        landing=landing,
    )


def _covered(store: Store, deployments: Collection[str], revision: str) -> set[str]:
    """The changes that would come into production, and the one that holds the revision itself:
    going back to it, or deploying it again, is asked of it too."""
    brought = {
        row.revision
        for row in store.by(DeploymentRevision, "deployment", deployments)
        if row.direction == 1
    }
    owned = store.by(RevisionImplementation, "revision", brought | {revision})
    works = {row.implementation for row in owned}
    if not works:
        works = {row.pull for row in store.by(PullHead, "revision", [revision])}
    return {row.change_id for row in store.by(Implementation, "implementation", works)}


def _unmerged(store: Store, revision: str) -> str | None:
    """The pull request that proposes this revision and has merged none, if no other holds it."""
    owned = store.by(RevisionImplementation, "revision", [revision])
    if any(is_pull(row.implementation) and row.trust != PROPOSED for row in owned):
        return None
    heads = {row.pull for row in store.by(PullHead, "revision", [revision])}
    return min(heads, default=None)


def _freezes(
    store: Store,
    covered: Collection[str],
    faults: Mapping[str, str],
    system: str | None,
    at: int,
) -> list[Freeze]:
    """The freezes that hold, and who passes: changes that an emergency in force names, if the
    checks find no fault with it (what passes here must not be a deviation of point 09 there)."""
    held = [
        row
        for row in store.all(TimeWindow)
        if row.kind == "freeze"
        and row.begins_at <= at < row.ends_at
        and (row.system is None or system is None or row.system == system)
    ]
    if not held:
        return []
    names = {change: {change} for change in covered}
    for alias in store.by(ChangeAlias, "change_id", covered):
        names[alias.change_id].add(alias.alias)
    spoken = {name for group in names.values() for name in group}
    urgent = {
        row.change_name
        for row in store.by(Emergency, "change_name", spoken)
        if (row.declared_at or 0) <= at and (row.ends_at is None or at < row.ends_at)
    }
    declared = {change for change, group in names.items() if group & urgent}
    passing = frozenset(change for change in declared if faults.get(change) == "")
    stopped = {change: faults.get(change, "") for change in declared - passing}
    return [Freeze(_freeze_name(row), utc(row.ends_at), passing, stopped) for row in held]


def _freeze_name(row: TimeWindow) -> str:
    return f"The freeze {row.time_window} of {row.system or 'all systems'}"


def _is_production(store: Store, environment: str, at: int) -> bool:
    named = policy_at(store, at).get("production_environments", ("production",))
    return environment.lower() in {name.lower() for name in named}


def _recorded(ledger: Ledger, answer: Answer, actor: str | None, at: int) -> Answer:
    body = canonical(answer_json(answer))
    event = GateAnswered(
        source=SOURCE,
        delivery=uuid.uuid4().hex,
        occurred_at=at,
        actor=actor,
        answer=answer.word,
        environment=answer.question.environment,
        system=answer.question.system,
        revision=_whole(answer.question.revision),
        artifact=answer.question.artifact,
        changes=answer.changes[:LISTED],
        reasons=sha256_hex(body),
    )
    received_at = at if ledger.instance.demonstration else None
    recorded = ledger.record([Submission([event], [body], SOURCE, received_at)])
    return Answer(
        answer.word,
        answer.question,
        answer.changes,
        answer.reasons,
        answer.answered_at,
        recorded.entries[0].id,
        recorded.first_position,
    )


def _whole(revision: str | None) -> str | None:
    """A revision as events hold it: in full, or not at all."""
    whole = revision is not None and len(revision) in (40, 64)
    return revision if whole and set(str(revision)) <= set("0123456789abcdef") else None
