"""Our own events as JSON, from whoever has a token: the generic endpoint.

What is claimed here is a claim: the time is the receipt's, the claimed one stands beside it
(DESIGN.md section 4, rule 3); the source says that it came this way; and what only a signed-in
person, the product or the policy's two persons may do cannot be stated at all.
"""

from typing import Any

import msgspec

from changeproof.events import (
    absences,
    access,
    acts,
    asked_roles,
    boards,
    break_glass,
    cases,
    connections,
    controls,
    decisions,
    documents,
    group_roles,
    people,
    receipts,
    requests,
    retrievals,
    seats,
    steps,
)
from changeproof.events.event import Event
from changeproof.events.refusal import Refusal
from changeproof.events.vocabulary import EVENT_TYPES, event_from
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading, read

SOURCE = "events"

OF_THE_PRODUCT = frozenset(
    name
    for module in (acts, cases, connections, controls, receipts, retrievals)
    for name, member in vars(module).items()
    if isinstance(member, type) and issubclass(member, Event) and member is not Event
) | {"ConfigurationFileSeen"}
"""What the product says of itself, what it reads itself, and what is done about its cases: nobody
else says it."""
_OF_PERSONS = frozenset(
    kind.__name__
    for kind in (
        absences.AbsenceStated,
        absences.AbsenceEnded,
        boards.BoardMeetingCalled,
        boards.BoardVoteCast,
        boards.BoardDecided,
        people.AccountJoined,
        people.AccountSettled,
        people.AccountDeclared,
        people.RoleGranted,
        people.RoleRevoked,
        access.PersonReturned,
        requests.ChangeAuthorized,
        requests.ChangeApproved,
        requests.ChangeDeclined,
        decisions.ChangeCommented,
        decisions.DecisionWithdrawn,
        requests.EmergencyDeclared,
        requests.PostReviewHeld,
        documents.DocumentVersionProposed,
        documents.DocumentPutInForce,
        documents.DocumentReviewed,
        steps.StepsPlanned,
        steps.StepReported,
        steps.StepFailureDecided,
        break_glass.BreakGlassUsed,
        break_glass.BreakGlassReviewed,
        group_roles.GroupRoleProposed,
        group_roles.GroupRoleAdopted,
        group_roles.GroupRoleEnded,
        group_roles.GroupRolesPinned,
        asked_roles.RoleAsked,
        asked_roles.RoleConfirmed,
        asked_roles.RoleRefused,
        asked_roles.VisitLinkMade,
        seats.AuditorSeatGiven,
        seats.AuditorSeatEnded,
    )
)
"""Decisions: nobody takes one in another's name, and a pipeline's token takes none."""

ACCEPTED: frozenset[str] = frozenset(EVENT_TYPES) - OF_THE_PRODUCT - _OF_PERSONS
"""The types of events that the generic endpoint takes."""

REPORTED = frozenset(
    {
        *("RepositoryObserved", "RevisionRecorded", "RevisionPushed", "RefChanged"),
        *("HistoryBegins", "HistoryRetrieved", "PullRequestOpened", "PullRequestDescribed"),
        *("PullRequestRetargeted", "PullRequestRevised", "PullRequestMerged"),
        *("PullRequestClosed", "PullRequestReopened", "ArtifactBuilt", "TestsRun", "ScanRan"),
        *("DeploymentRequested", "DeploymentFinished", "StateObserved", "ProductionActed"),
        *("ChangeLinked", "ChangeScheduled", "ChangeDocumented", "TemplateClaimed"),
        *("SoftwareAcquired", "TotalsRecorded", "ControlPerformed", "DetectionRaised"),
        *("InventoryTaken", "IncidentOpened", "IncidentLinked", "IncidentResolved"),
        *("VulnerabilityFound", "VulnerabilityScored", "VulnerabilityLinked"),
        "AdvisoryExploited",
    }
)
"""Events by which a program says what it did or saw. By all others somebody decides (a review, a
waiver, a baseline), or it is settled who may. A new type is one of those until it is named here."""


SCHEMA = "The schema of all events: GET /api/events/schema."


def translate_events(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """One object, a list of them, or one a line. Raises MalformedPayload: all or none."""
    try:
        return _translated(delivery, pseudonyms)
    except MalformedPayload as malformed:
        why = f"{malformed.why.rstrip('.')}. {SCHEMA}"
        raise MalformedPayload(why, where=malformed.where) from malformed


def _translated(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    reading = Reading(SOURCE, delivery, pseudonyms)
    events = tuple(
        _event(reading, stated, f"event {number}")
        for number, stated in enumerate(_stated(delivery.body), 1)
    )
    if not events:
        raise MalformedPayload("it holds no event")
    return Translation(events, tuple(reading.contents))


def _stated(body: bytes) -> list[Any]:
    if body.lstrip()[:1] == b"[":
        return read(list[Any], body)
    try:
        return [read(dict[str, Any], body)]
    except MalformedPayload as error:
        lines = [line for line in body.splitlines() if line.strip()]
        if len(lines) < 2 or lines[0].rstrip()[-1:] != b"}":
            raise
        try:
            return [msgspec.json.decode(line) for line in lines]
        except (msgspec.DecodeError, RecursionError):
            raise error from None


def _event(reading: Reading, stated: Any, place: str) -> Event:
    if not isinstance(stated, dict):
        raise MalformedPayload("it is no object", where=place)
    delivery = reading.delivery
    name = stated.get("type")
    if not isinstance(name, str) or name not in EVENT_TYPES:
        raise MalformedPayload(f"{str(name)[:60]!r} is no type of event", where=f"{place}: type")
    if name not in ACCEPTED:
        whose = "the product" if name in OF_THE_PRODUCT else "a signed-in person"
        raise MalformedPayload(f"a {name} is stated by {whose} alone", where=f"{place}: type")
    _require_no_verification(stated, f"{place}: {name}")
    _require_no_fields(stated, f"{place}: {name}")
    origin = stated.get("source", SOURCE)
    if origin != SOURCE:
        origin = f"{SOURCE}:{str(origin).removeprefix(f'{SOURCE}:')}"
    claimed = stated.get("occurred_at")
    if claimed is not None and type(claimed) is not int:
        raise MalformedPayload(
            "a time is a whole number here: UTC microseconds since 1970",
            where=f"{place}: {name}.occurred_at",
        )
    header = {
        "source": origin,
        "delivery": stated.get("delivery", delivery.id),
        "payload_digest": delivery.digest,
        "occurred_at": claimed,
        "time_basis": stated.get("time_basis", "none" if claimed is None else "stated"),
    }
    if not delivery.trust_claimed_times:
        header |= {
            "occurred_at": delivery.counted_at,
            "claimed_at": delivery.reported_at if claimed is None else claimed,
            "time_basis": "stated",
        }
    try:
        return event_from({**stated, **header})
    except Refusal as refusal:
        raise MalformedPayload(refusal.why, where=f"{place}: {refusal.where}") from refusal


def _require_no_verification(stated: dict[str, Any], place: str) -> None:
    """Raises MalformedPayload: whether a signature holds is found by our own verification alone."""
    if stated.get("attestation") in (None, "unverified") and stated.get("attested") is None:
        return
    raise MalformedPayload(
        "whether a signature holds is verified here, not claimed: deliver the attestation itself",
        where=f"{place}.attestation",
    )


def _require_no_fields(stated: dict[str, Any], place: str) -> None:
    """Raises MalformedPayload: a digest that somebody names could lead to any text that is kept."""
    for name in ("fields", "after_fields"):
        if stated.get(name) is not None:
            raise MalformedPayload(
                "the fields of a content are read from what its own system delivers",
                where=f"{place}.{name}",
            )


def _fits(glimpse: Glimpse) -> bool:
    first = glimpse.document
    if isinstance(first, list):
        first = first[0] if first else None
    return isinstance(first, dict) and first.get("type") in ACCEPTED


KINDS = (Kind("events", "our own events", translate_events, _fits),)
