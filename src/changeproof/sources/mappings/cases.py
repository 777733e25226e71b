"""A mapping's cases: payloads as its system sends them, and the events that must come of them."""

import json
from pathlib import Path
from typing import Any

import yaml

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms
from changeproof.sources.mappings.shape import Mapping
from changeproof.sources.mappings.translate import kind_of


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Each has `name`, `payload` and one of `events`, `ignored`, `refused`; a file has some."""
    cases: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    return cases


def outcome(mapping: Mapping, case: dict[str, Any]) -> dict[str, Any]:
    """What the mapping makes of a case, put as the case puts what it expects.

    Of each expected event only the fields that the case names are shown, so that an equal
    answer means that they hold.
    """
    body = json.dumps(case["payload"]).encode()
    delivery = Delivery(mapping.id, "case", body, 0, name=case.get("event"))
    try:
        translation = kind_of(mapping).translate(delivery, Pseudonyms(b"of no instance"))
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
