"""Which questions a change raises: by the policy in force, its risk, and the register of systems.

A question that nobody has to answer is offered all the same. What the checks make of an answer,
or of none, is theirs to say (points 1, 3, 4, 10 and 15 to 18).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from changeproof.events.assessments import Topic
from changeproof.events.event import canonical, sha256_hex
from changeproof.ledger.acquisitions import Acquisition
from changeproof.ledger.assessments import Assessment
from changeproof.ledger.joined import Change, ChangeAlias
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.requests import ChangeRequest, TemplateClaim
from changeproof.ledger.store import Store
from changeproof.ledger.systems_read import attributes_of
from changeproof.workflow.rating import LEVELS, rate, touched_by_change

TOPICS: tuple[Topic, ...] = get_args(Topic)
PERSONAL = "personal"
"""How the register's classes of personal data begin."""
Asked = tuple[Topic, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A topic; `because` says why it is asked, empty where it is only offered. `given`: the last
    answer on record."""

    topic: Topic
    because: str = ""
    given: Assessment | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.because) and self.given is None


@dataclass(frozen=True, slots=True)
class _Reach:
    """What is committed to on the systems that a change reaches."""

    committed: frozenset[str]
    personal: str


def questions_on(store: Store, change: str, at: int) -> tuple[Question, ...]:
    """Every topic, those that are asked first, in the order of the vocabulary."""
    given = answers_on(store, change)
    asked = dict(_asked(store, change, at, given))
    questions = [Question(each, asked.get(each, ""), given.get(each)) for each in TOPICS]
    return tuple(sorted(questions, key=lambda one: not one.because))


def answers_on(store: Store, change: str) -> dict[str, Assessment]:
    """The last answer by topic."""
    names = {change, *(row.alias for row in store.by(ChangeAlias, "change_id", [change]))}
    rows = store.by(Assessment, "change_name", names)
    return {row.topic: row for row in sorted(rows, key=lambda row: (row.stated_at, row.event))}


def answers_digest(questions: tuple[Question, ...]) -> str:
    """Stands for the answers that were shown, so that a stale form is noticed."""
    return sha256_hex(canonical(sorted(one.given.event for one in questions if one.given)))


def _asked(store: Store, change: str, at: int, given: dict[str, Assessment]) -> Iterator[Asked]:
    policy = policy_at(store, at)
    risk = _risk(store, change, at, policy.get("unrated_risk", ("medium",))[0])
    stages = policy.get("life_cycle.normal", ())
    is_standard = bool(store.by(TemplateClaim, "change_name", [change]))
    if "assess" in stages and not is_standard:
        why = "policy's life cycle has an assessment"
        for topic in ("objectives", "systems", "data", "risk"):
            yield topic, why
    if risk in policy.get("design_required_at", ()):
        yield "design", f"policy asks for a design at {risk} risk"
    if risk in policy.get("post_review_required_at", ()):
        yield "risk_after", f"policy asks for a look afterwards at {risk} risk"
    reach = _reach(store, change, given, policy.get("category", ()))
    if "availability" in reach.committed and risk in policy.get("resilience_required_at", ()):
        yield "availability", f"availability is in scope, and policy asks for it at {risk} risk"
    if "confidentiality" in reach.committed:
        yield "confidentiality", "confidentiality is in scope on what it reaches"
        yield "test_data", "confidentiality is in scope: were tests free of production data?"
    if "privacy" in reach.committed and reach.personal:
        yield "privacy", f"{reach.personal}, and privacy is in scope"
        yield "privacy_design", f"{reach.personal}: is any processing of it new?"
    for acquired in store.by(Acquisition, "change_name", [change])[:1]:
        yield "vendor", f"it brings in {acquired.product} of {acquired.vendor}"
        yield "acceptance", f"it brings in {acquired.product}, which others built"


def _risk(store: Store, change: str, at: int, unrated: str) -> str:
    """The risk that it has by now: the higher of what was stated and what the rules say."""
    requests = store.by(ChangeRequest, "change_name", [change])
    changes = store.by(Change, "change_id", [change])
    if not changes:
        return unrated
    rating = rate(store, at, touched_by_change(store, changes[0]))
    rated: list[str] = [row.risk for row in requests if row.risk]
    rated += [rating.risk] if rating is not None else []
    order: dict[str, int] = {level: place for place, level in enumerate(LEVELS)}
    return max(rated, key=lambda risk: order[risk], default=unrated)


def _reach(
    store: Store, change: str, given: dict[str, Assessment], scope: tuple[str, ...]
) -> _Reach:
    """As the checks see it: a system that the register does not know is held to all in scope."""
    systems = {row.system for row in store.by(Change, "change_id", [change])}
    if "systems" in given:
        systems |= {each for each in given["systems"].items.split(",") if each}
    said = attributes_of(store, systems)
    committed: set[str] = set()
    for system in systems:
        named = set(said.get((system, "category"), ()))
        committed |= named & set(scope) if named else set(scope)
    held = sorted(
        system
        for (system, attribute), values in said.items()
        if attribute == "data_class" and any(each.lower().startswith(PERSONAL) for each in values)
    )
    touched = "data" in given and PERSONAL in given["data"].items.lower()
    if held:
        return _Reach(frozenset(committed), f"{held[0]} holds personal data")
    return _Reach(frozenset(committed), "it touches personal data" if touched else "")
