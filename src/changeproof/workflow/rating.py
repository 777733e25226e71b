"""The risk that policy's rules give a change, as far as it is known before it goes live.

The checks rate it again by all that it then touched (`checks/views/rated_risk.sql`); a rule about
the hours or the size of work that nobody has linked yet waits for that.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal, cast

from changeproof.events.refusal import Refusal
from changeproof.ledger.assessments import Assessment
from changeproof.ledger.joined import Change, ChangeAlias, Implementation, RevisionImplementation
from changeproof.ledger.joins.systems import read_systems
from changeproof.ledger.policy_read import rules_at
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.pulls import PullHead
from changeproof.ledger.revisions import RevisionRepository, RevisionTouch
from changeproof.ledger.store import Store
from changeproof.ledger.systems import SystemRecord
from changeproof.ledger.systems_read import attributes_of

Risk = Literal["low", "medium", "high", "critical"]
LEVELS: tuple[Risk, ...] = ("low", "medium", "high", "critical")
_PARTS = {"system": "system", "area": "area", "data_class": "data", "kind": "kind"}


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change is known to touch; `paths` is the number of files in its largest commit."""

    systems: frozenset[str]
    kinds: frozenset[str]
    areas: frozenset[str] = frozenset()
    data_classes: frozenset[str] = frozenset()
    paths: int = 0

    def values(self, part: str) -> frozenset[str]:
        """The values of one part of a rule."""
        named = {
            "system": self.systems,
            "area": self.areas,
            "data_class": self.data_classes,
            "kind": self.kinds,
        }
        return named[part]


@dataclass(frozen=True, slots=True)
class Rating:
    """The risk that a change has at least, and which rule says so."""

    risk: Risk
    rule: int
    because: str


def touched_by(
    store: Store, systems: Collection[str], kind: str, works: Collection[str] = ()
) -> Touched:
    """What a change of these systems and this work touches; data by the register of systems."""
    heads = {row.revision for row in store.by(PullHead, "pull", works)}
    heads |= {row.revision for row in store.by(RevisionImplementation, "implementation", works)}
    heads |= {work.removeprefix("git:") for work in works if work.startswith("git:")}
    touches = store.by(RevisionTouch, "revision", heads)
    sizes: Counter[str] = Counter()
    for row in touches:
        sizes[row.revision] += row.path_count
    return Touched(
        systems=frozenset(systems),
        kinds=frozenset({kind}),
        areas=frozenset(row.area for row in touches),
        data_classes=frozenset(registered(store, "data_class", systems)),
        paths=max(sizes.values(), default=0),
    )


def touched_by_change(store: Store, change: Change) -> Touched:
    """What a change on record touches, as `checks/views/change_trait.sql` says it: beside its own
    system those of the repositories that its work stands in, and registered ones that an
    assessment has named; beside its own kind those of what was done by hand."""
    works = [
        row.implementation for row in store.by(Implementation, "change_id", [change.change_id])
    ]
    acts = [work.removeprefix("act:") for work in works if work.startswith("act:")]
    systems = {change.system, *_of_repositories(store, works), *_of_assessments(store, change)}
    touched = touched_by(store, systems, change.kind or "software", works)
    by_hand = frozenset(row.kind for row in store.by(ProductionAct, "act", acts))
    return replace(touched, kinds=touched.kinds | by_hand)


def _of_repositories(store: Store, works: Collection[str]) -> set[str]:
    joined = store.by(RevisionImplementation, "implementation", works)
    places = store.by(RevisionRepository, "revision", {row.revision for row in joined})
    if not places:
        return set()
    known = read_systems(store)
    return {known.of(row.repository) for row in places}


def _of_assessments(store: Store, change: Change) -> set[str]:
    aliases = store.by(ChangeAlias, "change_id", [change.change_id])
    names = {change.change_id, *(row.alias for row in aliases)}
    named = {
        item
        for row in store.by(Assessment, "change_name", names)
        if row.topic == "systems"
        for item in row.items.lower().split(",")
    }
    return {row.system for row in store.all(SystemRecord) if row.system.lower() in named}


def registered(store: Store, attribute: str, systems: Collection[str] | None = None) -> list[str]:
    """What the register says of systems (None: of all) under one heading, sorted."""
    said = attributes_of(store, systems)
    return sorted(
        {value for (_, name), values in said.items() if name == attribute for value in values}
    )


def rate(store: Store, at: int, touched: Touched) -> Rating | None:
    """The highest of the rules in force at `at` that hold; None where none does."""
    held = [
        Rating(cast(Risk, risk), number, because)
        for number, parts in rules_at(store, at, "risk_rule")
        for risk in parts.get("risk", ())
        if (because := _holds(parts, touched))
    ]
    return min(held, key=lambda one: (-LEVELS.index(one.risk), one.rule), default=None)


def rated_above(rating: Rating | None, stated: Risk | None, reason: str | None) -> None:
    """Refuse a risk below what the rules give, and one above it without a reason."""
    if rating is None or stated is None or stated == rating.risk:
        return
    rule = f"rule {rating.rule} of the policy rates it {rating.risk}: {rating.because}"
    if LEVELS.index(stated) < LEVELS.index(rating.risk):
        raise Refusal(
            "The change was not requested.",
            where="risk",
            why=f"{rule}; nobody rates it lower",
            cure=f"Choose {rating.risk} or higher, or leave it open.",
        )
    if not (reason or "").strip():
        raise Refusal(
            "The change was not requested.",
            where="risk_reason",
            why=f"{rule}; a higher rating needs a reason",
            cure="Say what makes it riskier than the rule knows.",
        )


def _holds(parts: dict[str, tuple[str, ...]], touched: Touched) -> str:
    """Which of its traits make the rule hold; empty where it does not."""
    if "outside_business" in parts:
        return ""
    reasons = []
    for part, label in _PARTS.items():
        if part in parts:
            common = sorted(touched.values(part) & set(parts[part]))
            if not common:
                return ""
            reasons.append(f"{label} {', '.join(common)}")
    for limit in parts.get("paths_over", ()):
        if touched.paths <= int(limit):
            return ""
        files = "1 file" if touched.paths == 1 else f"{touched.paths} files"
        reasons.append(f"{files} in one commit")
    return " and ".join(reasons)
