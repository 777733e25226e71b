"""A payload and a mapping → events. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from pydantic import ValidationError

from changeproof.events.event import Event
from changeproof.events.vocabulary import EVENT_TYPES
from changeproof.sources.commits import Commit, recorded
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.facts import Gathered
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Authentication, Glimpse, Kind, always, never
from changeproof.sources.mappings.bodies import glimpsed, payloads_of
from changeproof.sources.mappings.conversions import convert, part_of_key
from changeproof.sources.mappings.expressions import find, holds
from changeproof.sources.mappings.shape import (
    Actor,
    Found,
    Heading,
    Key,
    Mapping,
    Rule,
    Stated,
    Value,
)
from changeproof.sources.reading import Reading

_MOST_COMPARED = 500
"""Members of a list, each of which is seen with all others."""


def kind_of(heading: Heading, mapping: Callable[[], Mapping]) -> Kind:
    """The kind of `ingest` that a mapping makes; its rules are loaded when they are needed."""

    def fits(glimpse: Glimpse) -> bool:
        return any(_fitting(heading, payload) for payload in glimpsed(heading, glimpse))

    def translate(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
        return translated(mapping(), Reading(heading.named, delivery, pseudonyms))

    return Kind(
        name=heading.id,
        title=heading.title,
        translate=translate,
        fits=fits,
        aliases=tuple(heading.aliases),
        json=False,  # what it is, is asked where the body is read
        of_record=heading.of_record,
        options=heading.options,
        authentication=Authentication(
            heading.authentication.kind,
            heading.authentication.header,
            heading.authentication.prefix,
        ),
        confidential=always if heading.confidential else never,
    )


def _fitting(heading: Heading, payload: dict[str, Any]) -> bool:
    try:
        return bool(payload) and holds(heading.fits, payload, "fits")
    except MalformedPayload:
        return False


def translated(mapping: Mapping, reading: Reading) -> Translation:
    """Raises MalformedPayload, naming the field.

    Expressions see the payload's own keys and more: `_name`, the event's name, `_options`, what
    an operator stated beside the file, and under `each` the member at hand, `_each`; a `when`
    that asks for them sees the list's `_others`.
    """
    gathered = Gathered(reading, (reading.delivery.name or mapping.id)[:100])
    for payload in payloads_of(mapping, reading.delivery.body):
        name = reading.delivery.name
        if name is None and mapping.name is not None:
            said = find(mapping.name, payload, "name")
            name = said if isinstance(said, str) else None
        scope = {**payload, "_name": name, "_options": dict(reading.delivery.options)}
        for index, broken in enumerate(mapping.refused):
            if holds(broken.when, scope, f"refused[{index}].when"):
                raise MalformedPayload(broken.reason)
        events = [*_ruled(mapping, scope, reading), *_committed(mapping, scope, reading)]
        gathered.add(events)
        if not events:
            gathered.name = (name or mapping.id)[:100]
            gathered.passed_over(_reason(mapping, scope))
    return gathered.translation()


def _reason(mapping: Mapping, scope: dict[str, Any]) -> str:
    for index, one in enumerate(mapping.ignored):
        if holds(one.when, scope, f"ignored[{index}].when"):
            return one.reason
    return f"no rule of the mapping {mapping.id} reads it"


def _ruled(mapping: Mapping, scope: dict[str, Any], reading: Reading) -> Iterator[Event]:
    for index, rule in enumerate(mapping.rules):
        place = f"rules[{index}]"
        for inner in _scopes(rule.each, scope, place, beside="_others" in rule.when):
            if holds(rule.when, inner, f"{place}.when"):
                yield _event(rule, inner, reading, rule.event)


def _committed(mapping: Mapping, scope: dict[str, Any], reading: Reading) -> Iterator[Event]:
    for index, rule in enumerate(mapping.commits):
        place = f"commits[{index}]"
        if not holds(rule.when, scope, f"{place}.when"):
            continue
        repository = str(_value(rule.repository, scope, reading, f"{place}.repository"))
        for number, inner in enumerate(_scopes(rule.each, scope, place)):
            where = f"{place}.each[{number}]"
            try:
                commit = msgspec.convert(inner["_each"], Commit)
            except msgspec.ValidationError as error:
                raise MalformedPayload(str(error), where=where) from error
            parents = _value(rule.parents, inner, reading, where) if rule.parents else None
            yield recorded(reading, repository, commit, where, parents)


def _scopes(
    each: str | None, scope: dict[str, Any], where: str, *, beside: bool = False
) -> list[dict[str, Any]]:
    if each is None:
        return [scope]
    members = find(each, scope, where)
    if members is None:
        return []
    if not isinstance(members, list):
        raise MalformedPayload(f"`{each}` is no list", where=where)
    if not beside:
        return [{**scope, "_each": member} for member in members]
    if len(members) > _MOST_COMPARED:
        raise MalformedPayload(
            f"it lists {len(members):,}; we compare {_MOST_COMPARED:,} with each other", where=where
        )
    return [
        {**scope, "_each": member, "_others": members[:place] + members[place + 1 :]}
        for place, member in enumerate(members)
    ]


def _event(rule: Rule, scope: dict[str, Any], reading: Reading, where: str) -> Event:
    shape = EVENT_TYPES[rule.event]
    time = rule.occurred_at
    at = _value(time.found, scope, reading, f"{where}.occurred_at") if time else None
    actor = _actor(rule.actor, scope, reading, f"{where}.actor") if rule.actor else None
    header = reading.header(at, actor=actor, bound=time is not None and time.basis == "bound")
    fields = {}
    for name, said in rule.fields.items():
        value = _value(said, scope, reading, f"{where}.{name}")
        if value is not None or shape.model_fields[name].is_required():
            fields[name] = value
    try:
        return shape(**header, **fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in (where, *first["loc"]))
        raise MalformedPayload(first["msg"], where=place) from error


def _actor(said: Actor, scope: dict[str, Any], reading: Reading, where: str) -> Identity:
    """Nobody where the payload names nobody: a deleted user, an act of the system's own."""
    account = said.account
    parts = account.parts.values() if isinstance(account, Key) else (account,)
    if any(find(part.path, scope, f"{where} = {part.path}") is None for part in parts):
        return NOBODY
    named = _value(account, scope, reading, where)
    kind = said.kind
    if isinstance(kind, Found):
        kind = _value(kind, scope, reading, f"{where}.kind")
    return Identity(named, None if kind == "human" else kind) if named else NOBODY


def _value(said: Value, scope: dict[str, Any], reading: Reading, where: str) -> Any:
    if isinstance(said, Stated):
        return said.value
    if isinstance(said, Found):
        place = f"{where} = {said.path}"
        return convert(find(said.path, scope, place), said, reading, place)
    return _key(said, scope, reading, where)


def _key(said: Key, scope: dict[str, Any], reading: Reading, where: str) -> str | None:
    parts = {}
    for name, part in said.parts.items():
        place = f"{where} = {part.path}"
        found = find(part.path, scope, place)
        if found is None and said.optional:
            return None
        parts[name] = part_of_key(found, part, reading, place)
    return said.form.format(**parts)
