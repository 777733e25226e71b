"""The one door: a delivery of any kind → events. Pure, and total but for its refusals."""

from collections.abc import Callable

from pydantic import ValidationError

from changeproof.events.event import canonical_event
from changeproof.events.refusal import Refusal
from changeproof.sources.cdevents import translate_cdevents
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.events import translate_events
from changeproof.sources.github import translate_github
from changeproof.sources.guards import guard_json, guard_size
from changeproof.sources.jira import translate_jira
from changeproof.sources.junit import translate_junit

_TRANSLATORS: dict[str, Callable[[Delivery, Pseudonyms], Translation]] = {
    "github": translate_github,
    "jira": translate_jira,
    "junit": translate_junit,
    "cdevents": translate_cdevents,
    "events": translate_events,
}
_NO_JSON = frozenset({"junit"})

KINDS: tuple[str, ...] = tuple(_TRANSLATORS)
"""What `ingest KIND` takes."""


def translate(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """The events that a delivery states, and the contents that they address.

    Raises MalformedPayload (keep it in quarantine) where it cannot be read, OverLimit (refuse
    it without a trace) where it is too large, Refusal for a kind that is not known.
    """
    translator = _TRANSLATORS.get(delivery.kind)
    if translator is None:
        raise Refusal(
            "The delivery was not taken.",
            where=delivery.kind[:60] or "kind",
            why=f'"{delivery.kind[:60]}" is no kind of payload that we read',
            cure=f"Name one of: {', '.join(KINDS)}.",
        )
    guard_size(delivery.body)
    if delivery.kind not in _NO_JSON:
        guard_json(delivery.body)
    try:
        translation = translator(delivery, pseudonyms)
    except ValidationError as error:  # a field that fits the payload's shape and not the event's
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MalformedPayload(f"{error.title}: {first['msg']}", where=where) from error
    for event in translation.events:
        try:
            canonical_event(event)
        except Refusal as refusal:
            raise MalformedPayload(refusal.why, where=refusal.where) from refusal
    return translation
