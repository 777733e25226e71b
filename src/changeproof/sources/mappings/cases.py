"""A mapping's cases: payloads as its system sends them, and the events that must come of them."""

import json
from pathlib import Path
from typing import Any

import yaml

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms
from changeproof.sources.mappings.shape import Mapping
from changeproof.sources.mappings.translate import translated
from changeproof.sources.reading import Reading

_OF_CASES = Pseudonyms(b"of no instance")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where it was built


def read_cases(path: Path) -> list[dict[str, Any]]:
    """A file has some; each has `name`, `payload` and one of `events`, `ignored`, `refused`.

    `body` is a text in place of `payload` where a system sends no JSON; `event` is what a header
    names, `options` what an operator states.
    """
    cases: list[dict[str, Any]] = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - safe
    return cases


def body_of(case: dict[str, Any]) -> bytes:
    """Its `body` as it stands, or its `payload` as JSON."""
    if "body" in case:
        return str(case["body"]).encode()
    return json.dumps(case["payload"]).encode()


def outcome(mapping: Mapping, case: dict[str, Any]) -> dict[str, Any]:
    """What the mapping makes of a case, put as the case puts what it expects.

    Of each expected event only the fields that the case names are shown, so that an equal
    answer means that they hold.
    """
    options = tuple(sorted(case.get("options", {}).items()))
    name = case.get("event")
    delivery = Delivery(mapping.id, "case", body_of(case), 0, name=name, options=options)
    try:
        translation = translated(mapping, Reading(mapping.named, delivery, _OF_CASES))
    except MalformedPayload as refusal:
        return {"refused": refusal.why}
    if translation.ignored:
        return {"ignored": translation.ignored}
    wanted = case.get("events") or []
    told = [event.model_dump(mode="json") for event in translation.events]
    shown = [
        {name: event.get(name) for name in wanted[index]}
        if index < len(wanted)
        else {"type": event["type"]}
        for index, event in enumerate(told)
    ]
    return {"events": shown}


def expected(case: dict[str, Any]) -> dict[str, Any]:
    """The part of a case that says what must come of it."""
    return {name: case[name] for name in ("events", "ignored", "refused") if name in case}
