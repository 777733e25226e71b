"""The one door: a delivery of any kind → events. Pure, and total but for its refusals."""

from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from changeproof.events.event import canonical_event
from changeproof.events.refusal import Refusal
from changeproof.sources import (
    alarms,
    attestations,
    cdevents,
    clouds,
    databases,
    devlake,
    directories,
    events,
    gerrit,
    github,
    gitlab,
    gitops,
    hosts,
    jira,
    junit,
    kubernetes,
    mappings,
    reports,
    servicenow,
    tap,
    terraform,
)
from changeproof.sources.claims import as_claims
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.guards import guard_json, guard_size
from changeproof.sources.kinds import Family, Glimpse, Kind
from changeproof.sources.mappings.own import own_kinds
from changeproof.sources.reading import Reading

_KINDS: tuple[Kind, ...] = (
    *reports.KINDS,
    *devlake.KINDS,
    *gitlab.KINDS,
    *gerrit.KINDS,
    *mappings.KINDS,
    *github.KINDS,
    *jira.KINDS,
    *servicenow.KINDS,
    *directories.KINDS,
    *cdevents.KINDS,
    *junit.KINDS,
    *tap.KINDS,
    *alarms.KINDS,
    *clouds.KINDS,
    *databases.KINDS,
    *gitops.KINDS,
    *hosts.KINDS,
    *kubernetes.KINDS,
    *terraform.KINDS,
    *attestations.KINDS,
    *events.KINDS,
)
"""Of two that fit a payload, the first reads it: put what is more particular before the rest."""

_FAMILIES: tuple[Family, ...] = (
    Family(
        "identity",
        "directories and their logs",
        ("scim", "okta", "github", "service-audit", "gcp", "ldif", "saml", "roster"),
    ),
    *mappings.FAMILIES,
    alarms.FAMILY,
    clouds.FAMILY,
    gitops.FAMILY,
    kubernetes.FAMILY,
    terraform.FAMILY,
)

_BY_NAME = {name: kind for kind in _KINDS for name in (kind.name, *kind.aliases)}
_FAMILY_BY_NAME = {family.name: family for family in _FAMILIES}

KINDS: tuple[str, ...] = tuple(
    dict.fromkeys((*(kind.name for kind in _KINDS), *(family.name for family in _FAMILIES)))
)
"""What `ingest KIND` takes, without aliases."""


SHIPPED = frozenset((*_BY_NAME, *_FAMILY_BY_NAME))
"""Names and aliases that a company's own mappings cannot take."""


def kind_named(name: str) -> Kind | Family | None:
    """The kind or family of that name or alias, a company's own among them.

    Raises Refusal where a mapping of theirs cannot be read.
    """
    found = _BY_NAME.get(name) or _FAMILY_BY_NAME.get(name)
    if found is not None:
        return found
    own = (kind for kind in own_kinds(SHIPPED) if name in (kind.name, *kind.aliases))
    return next(own, None)


def described() -> list[dict[str, Any]]:
    """Every kind and family: its name, what people call it, its aliases and members."""
    kinds = [
        {"kind": kind.name, "title": kind.title, "aliases": list(kind.aliases), "members": []}
        for kind in (*_KINDS, *own_kinds(SHIPPED))
    ]
    families = [
        {"kind": family.name, "title": family.title, "aliases": [], "members": list(family.members)}
        for family in _FAMILIES
    ]
    return sorted([*kinds, *families], key=lambda row: str(row["kind"]))


def stated_names() -> list[str]:
    """What an operator may state beside a file, of any kind."""
    return sorted({name for kind in _KINDS for name in kind.options})


def of_record(name: str) -> bool:
    """Whether people's decisions travel in payloads of that kind."""
    found = kind_named(name)
    if isinstance(found, Family):
        return any(_BY_NAME[member].of_record for member in found.members)
    return found is not None and found.of_record


def is_confidential(delivery: Delivery) -> bool:
    """Whether passwords or keys may stand in its body, so that only the digest is kept."""
    found = kind_named(delivery.kind)
    members = [_BY_NAME[name] for name in found.members] if isinstance(found, Family) else [found]
    glimpse = Glimpse(delivery.body)
    return any(kind is not None and kind.confidential(glimpse) for kind in members)


def detect(body: bytes) -> str | None:
    """The kind that a payload's shape shows; None where it shows none that we know.

    Raises OverLimit, and Refusal where a company's own mapping cannot be read.
    """
    guard_size(body)
    glimpse = Glimpse(body)
    found = next((kind.name for kind in _KINDS if kind.fits(glimpse)), None)
    if found is not None:
        return found
    return next((kind.name for kind in own_kinds(SHIPPED) if kind.fits(glimpse)), None)


def translate(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """The events that a delivery states, and the contents that they address.

    Raises MalformedPayload (keep it in quarantine) where it cannot be read, OverLimit (refuse
    it without a trace) where it is too large, Refusal for a kind that is not known.
    """
    found = kind_named(delivery.kind)
    if found is None:
        raise Refusal(
            "The delivery was not taken.",
            where=delivery.kind[:60] or "kind",
            why=f'"{delivery.kind[:60]}" is no kind of payload that we read',
            cure=f"Name one of: {', '.join(KINDS)}.",
        )
    guard_size(delivery.body)
    kind = _member(found, delivery.body) if isinstance(found, Family) else found
    if kind.json:
        guard_json(delivery.body)
    named = delivery if delivery.kind == kind.name else replace(delivery, kind=kind.name)
    try:
        translation = kind.translate(named, pseudonyms)
    except ValidationError as error:  # a field that fits the payload's shape and not the event's
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MalformedPayload(f"{error.title}: {first['msg']}", where=where) from error
    if not translation.events:  # an API's reply that lists nothing
        translation = _empty(named, pseudonyms)
    if delivery.claims:
        translation = as_claims(translation, delivery.received_at)
    for event in translation.events:
        try:
            canonical_event(event)
        except Refusal as refusal:
            raise MalformedPayload(refusal.why, where=refusal.where) from refusal
    if kind.confidential(Glimpse(delivery.body)):
        kept = tuple(each for each in translation.contents if each != delivery.body)
        return replace(translation, contents=kept)
    return translation


def _empty(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    reading = Reading(delivery.kind, delivery, pseudonyms)
    seen = reading.seen(delivery.kind, "it lists nothing")
    return Translation((seen,), tuple(reading.contents), ignored=seen.reason)


def _member(family: Family, body: bytes) -> Kind:
    glimpse = Glimpse(body)
    for name in family.members:
        if _BY_NAME[name].fits(glimpse):
            return _BY_NAME[name]
    raise MalformedPayload(
        f"its shape is none that {family.title} have: {', '.join(family.members)}"
    )
