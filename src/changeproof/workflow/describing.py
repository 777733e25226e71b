"""What a request says beyond its head: papers, what it affects, what it sets; as events."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from changeproof.events.assessments import ChangeAssessed, ChangeDocumented, Topic
from changeproof.events.event import Event
from changeproof.events.production_acts import ItemProposed
from changeproof.events.refusal import Refusal
from changeproof.workflow.rating import Risk
from changeproof.workflow.recording import Act

LONGEST_ITEM = 200
MOST_ITEMS = 50


@dataclass(frozen=True, slots=True)
class Setting:
    """A configuration item's value now and afterwards; a digest alone is written `sha256:…`."""

    environment: str
    item: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """Of the three lists None says nothing, an empty one says "none", which `impact` explains.

    `systems` are those reached beside the change's own.
    """

    impact: str | None = None
    test_plan: str | None = None
    systems: tuple[str, ...] | None = None
    objectives: tuple[str, ...] | None = None
    data_classes: tuple[str, ...] | None = None
    risk_reason: str | None = None
    settings: tuple[Setting, ...] = ()


def described(
    act: Act, change: str, system: str, risk: Risk | None, said: Description
) -> Iterator[Event]:
    """The events of a description. Raises Refusal for what cannot stand on record."""
    impact = act.keep("impact", said.impact)
    plan = act.keep("test plan", said.test_plan)
    if impact is not None:
        yield ChangeDocumented(**act.header, change=change, part="impact", digest=impact)
    if plan is not None:
        yield ChangeDocumented(**act.header, change=change, part="test_plan", digest=plan)
    if said.systems is not None:
        reached = tuple(dict.fromkeys((system, *names("systems", said.systems))))
        yield _assessed(act, change, "systems", reached)
    if said.objectives is not None:
        yield _affected(act, change, "objectives", said.objectives, impact)
    if said.data_classes is not None:
        yield _affected(act, change, "data", said.data_classes, impact)
    reason = act.keep("risk_reason", said.risk_reason)
    if risk is not None and reason is not None:
        yield _assessed(act, change, "risk", (risk,), reason)
    for setting in said.settings:
        yield _proposed(act, change, system, setting)


def names(field: str, listed: tuple[str, ...]) -> tuple[str, ...]:
    """Names for one cell: tidied, each once, without commas. Raises Refusal."""
    tidy = tuple(dict.fromkeys(" ".join(each.replace(",", ";").split()) for each in listed))
    kept = tuple(each for each in tidy if each)
    why = ""
    if len(kept) > MOST_ITEMS:
        why = f"it names {len(kept)}; {MOST_ITEMS} are taken"
    elif any(len(each) > LONGEST_ITEM or not each.isprintable() for each in kept):
        why = f"a name has more than {LONGEST_ITEM} characters, or some that nobody can see"
    if why:
        raise Refusal("The act was not recorded.", where=field, why=why, cure="Name them in short.")
    return kept


def _affected(
    act: Act,
    change: str,
    topic: Literal["objectives", "data"],
    listed: tuple[str, ...],
    impact: str | None,
) -> ChangeAssessed:
    kept = names(topic, listed)
    if not kept and impact is None:
        raise Refusal(
            "The act was not recorded.",
            where="impact",
            why=f"it says that no {topic} are affected, and not why",
            cure="Say under impact why none is.",
        )
    return _assessed(act, change, topic, kept, None if kept else impact)


def _assessed(
    act: Act, change: str, topic: Topic, items: tuple[str, ...], reason: str | None = None
) -> ChangeAssessed:
    return ChangeAssessed(
        **act.header,
        change=change,
        topic=topic,
        answer="addressed" if items else "not_affected",
        items=items,
        reason=reason,
    )


def _proposed(act: Act, change: str, system: str, setting: Setting) -> ItemProposed:
    (item,) = names("item", (setting.item,)) or ("",)
    (environment,) = names("environment", (setting.environment,)) or ("",)
    if not item or not environment:
        raise Refusal(
            "The act was not recorded.",
            where="item" if not item else "environment",
            why="a setting needs the item's name and the environment that it stands in",
            cure="Name both, such as the item limits/daily in production.",
        )
    before = _digest(act, "before", setting.before)
    after = _digest(act, "after", setting.after)
    if after is None:
        raise Refusal(
            "The act was not recorded.",
            where="after",
            why=f"it does not say what {item} is to be",
            cure="State the value, or its digest as sha256: and 64 digits.",
        )
    return ItemProposed(
        **act.header,
        change=change,
        system=system,
        environment=environment,
        item=item,
        before_digest=before,
        after_digest=after,
    )


def _digest(act: Act, field: str, value: str | None) -> str | None:
    """The digest of a value, which is kept; a digest that is stated stays alone (a secret)."""
    stated = (value or "").strip().lower()
    digits = stated.removeprefix("sha256:")
    if digits != stated and len(digits) == 64 and not set(digits) - set("0123456789abcdef"):
        return digits
    return act.keep(field, value)
