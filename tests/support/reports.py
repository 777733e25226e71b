"""Reports as tools would send them, short and our own, and what becomes of whole folders."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.translate import detect, is_confidential, translate

HEAD = "a" * 40
DIGEST = "d" * 64
_KEY = Pseudonyms(b"a key for tests, of 32 bytes....")


def told(kind: str, payload: Any, **options: str) -> Translation:
    """Translate one report, with what an operator states beside it."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return translate(
        Delivery(kind, "1", body, 1_700_000_000_000_000, options=tuple(sorted(options.items()))),
        _KEY,
    )


def told_or_refused(kind: str, body: bytes, **options: str) -> Translation | MalformedPayload:
    """The translation, or the refusal."""
    try:
        return told(kind, body, **options)
    except MalformedPayload as malformed:
        return malformed


def events_of(translation: Translation, kind: str) -> list[Any]:
    """Its events of one type."""
    return [event for event in translation.events if event.type == kind]


def became(folder: Path, kind: str, **options: str) -> tuple[Counter[str], Counter[str]]:
    """Of all files in a folder: how many were translated, ignored, malformed; and the events.

    Every file is read twice, with the same result; who is ignored or malformed has a reason.
    """
    outcomes: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for file in payloads(folder):
        body = file.read_bytes()
        translation = told_or_refused(kind, body, **options)
        if isinstance(translation, MalformedPayload):
            assert translation.why, file
            outcomes["malformed"] += 1
            continue
        assert translation == told(kind, body, **options), file
        delivery = Delivery(kind, "report", body, 0)
        assert (body in translation.contents) is not is_confidential(delivery)
        outcomes["translated" if translation.ignored is None else "ignored"] += 1
        events.update(event.type for event in translation.events)
        assert all(event.reason for event in events_of(translation, "DeliverySeen")), file
    return outcomes, events


def not_guessed(folder: Path, kind: str) -> dict[str, str | None]:
    """The files of a folder whose shape shows another kind, or none."""
    guesses = {file.name: detect(file.read_bytes()) for file in payloads(folder)}
    return {name: guess for name, guess in guesses.items() if guess != kind}


def payloads(folder: Path) -> list[Path]:
    """The files of a folder of real payloads, which holds a folder for each origin."""
    return sorted(file for file in folder.glob("*/*") if file.is_file())
