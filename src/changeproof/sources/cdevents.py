"""CDEvents, plain or wrapped in CloudEvents → deployments, builds, test runs, incidents.

https://cdevents.dev, specification 0.3 to 0.6. The specification has no place for a commit:
`customData.revision` (or `commit`) is read where a sender states it, as are `repository`,
`system`, `actor` and `triggered_by`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal
from urllib.parse import unquote

import msgspec

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import Event
from changeproof.events.forges import FORGES
from changeproof.events.receipts import DeliverySeen
from changeproof.events.requests import IncidentOpened, IncidentResolved
from changeproof.events.testing import ArtifactBuilt, Conclusion, TestsRun
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reading import Reading, read, time

_TYPE = re.compile(r"dev\.cdevents\.([a-z]+)\.([a-z]+)\.[0-9][^\s]*", re.ASCII)
_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})", re.ASCII)
_ACCOUNT = re.compile(
    r"(?:github|local):user/[0-9]{1,15}|git:[0-9a-f]{64}"
    rf"|(?:{'|'.join(FORGES)}):[A-Za-z0-9.:-]{{1,200}}/user/[A-Za-z0-9-]{{1,64}}",
    re.ASCII,
)

_OUTCOMES: dict[str, Conclusion] = {
    "success": "passed",
    "pass": "passed",
    "failure": "failed",
    "fail": "failed",
    "error": "failed",
    "cancel": "cancelled",
}
_DEPLOYMENTS: dict[str, Literal["succeeded", "removed"]] = {
    "deployed": "succeeded",
    "upgraded": "succeeded",
    "published": "succeeded",
    "rolledback": "succeeded",
    "removed": "removed",
}


class Context(msgspec.Struct):
    """What was said, when, by whom."""

    id: str
    source: str
    type: str
    timestamp: str


class Named(msgspec.Struct):
    """A thing that an event refers to."""

    id: str
    name: str | None = None


class Content(msgspec.Struct, rename="camel"):
    """What is read of a subject's content."""

    environment: Named | None = None
    service: Named | None = None
    artifact_id: str | None = None
    outcome: str | None = None
    test_suite: Named | None = None
    test_case: Named | None = None
    change: Named | None = None


class Subject(msgspec.Struct):
    """What the event is about."""

    id: str
    content: Content = msgspec.field(default_factory=Content)


class CDEvent(msgspec.Struct, rename={"custom_data": "customData"}):
    """The delivery."""

    context: Context
    subject: Subject
    custom_data: Any = None

    def custom(self, *names: str) -> str | None:
        """The first of `names` that the sender's own data states as a text."""
        if not isinstance(self.custom_data, dict):
            return None
        found = (self.custom_data.get(name) for name in names)
        return next((value for value in found if isinstance(value, str) and value), None)

    def revision(self) -> str | None:
        """The commit, where the sender states one in full."""
        change = self.subject.content.change
        said = self.custom("revision", "commit") or (change.id if change else "")
        return said if _REVISION.fullmatch(said) else None


def translate_cdevents(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("cdevents", delivery, pseudonyms)
    body = read(dict[str, msgspec.Raw], delivery.body)
    if "context" not in body and "data" in body and "specversion" in body:  # CloudEvents
        body = read(dict[str, msgspec.Raw], bytes(body["data"]))
    if "context" not in body and "subject" not in body:
        events: list[Event] = [reading.seen("cdevents", "it is no event: it has no context")]
    else:
        encoded = msgspec.json.encode(body)
        context = read(_Contextual, encoded).context
        named = _TYPE.fullmatch(context.type)
        if named is None:
            raise MalformedPayload(
                f"{context.type[:60]!r} is no type of a CDEvent", where="context.type"
            )
        translator = _TRANSLATORS.get((named[1], named[2]))
        if translator is None:
            reason = "no evidence of a change is read from this event"
            events = [reading.seen(f"{named[1]}.{named[2]}", reason)]
        else:
            events = list(translator(reading, read(CDEvent, encoded), named[2]))
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    return Translation(tuple(events), tuple(reading.contents), seen[0] if seen else None)


class _Contextual(msgspec.Struct):
    context: Context


def _deployed(reading: Reading, event: CDEvent, predicate: str) -> Iterator[Event]:
    content = event.subject.content
    if content.environment is None:
        raise MalformedPayload("it names no environment", where="subject.content.environment")
    triggered_by = _account(event, "triggered_by")
    yield DeploymentFinished(
        **reading.header(_at(event), triggered_by, actor=_account(event, "actor")),
        deployment=f"{_subject(event)}/{event.context.id}",
        outcome=_DEPLOYMENTS[predicate],
        repository=event.custom("repository"),
        system=event.custom("system") or event.subject.id,
        environment=content.environment.id,
        revision=event.revision(),
        artifact=_artifact(content.artifact_id),
        rollback=predicate == "rolledback",
        triggered_by=triggered_by.account,
    )


def _built(reading: Reading, event: CDEvent, predicate: str) -> Iterator[Event]:
    del predicate
    yield ArtifactBuilt(
        **reading.header(_at(event), actor=_account(event, "actor")),
        artifact=_artifact(event.subject.id) or event.subject.id,
        revision=event.revision(),
        repository=event.custom("repository"),
        name=event.subject.id[:500],
    )


def _tested(reading: Reading, event: CDEvent, predicate: str) -> Iterator[Event]:
    del predicate
    content = event.subject.content
    suite = content.test_suite or content.test_case
    conclusion = _OUTCOMES.get(content.outcome or "")
    if conclusion is None:
        raise MalformedPayload(
            f"{str(content.outcome)[:60]!r} is no outcome", where="subject.content.outcome"
        )
    yield TestsRun(
        **reading.header(_at(event), actor=_account(event, "actor")),
        run=_subject(event),
        revision=event.revision(),
        repository=event.custom("repository"),
        name=(suite.name or suite.id) if suite else event.subject.id,
        poster=event.context.source[:500],
        conclusion=conclusion,
    )


def _incident(reading: Reading, event: CDEvent, predicate: str) -> Iterator[Event]:
    content = event.subject.content
    header = reading.header(_at(event))
    if predicate == "resolved":
        yield IncidentResolved(**header, incident=_subject(event))
        return
    yield IncidentOpened(
        **header,
        incident=_subject(event),
        system=content.service.id if content.service else None,
        environment=content.environment.id if content.environment else None,
    )


_TRANSLATORS: dict[tuple[str, str], Callable[[Reading, CDEvent, str], Iterator[Event]]] = {
    **{("service", predicate): _deployed for predicate in _DEPLOYMENTS},
    ("artifact", "packaged"): _built,
    ("artifact", "published"): _built,
    ("testsuiterun", "finished"): _tested,
    ("testcaserun", "finished"): _tested,
    ("incident", "detected"): _incident,
    ("incident", "resolved"): _incident,
}


def _at(event: CDEvent) -> int:
    return time(event.context.timestamp, "context.timestamp")


def _subject(event: CDEvent) -> str:
    return f"cdevents:{event.context.source}/{event.subject.id}"


def _account(event: CDEvent, name: str) -> Identity:
    said = event.custom(name) or ""
    return Identity(said, None) if _ACCOUNT.fullmatch(said) else NOBODY


def _artifact(package: str | None) -> str | None:
    """`sha256:…` where the package's address holds one, as the gate names artifacts."""
    if package is None:
        return None
    found = _DIGEST.search(unquote(package))
    return found[0] if found else package


def _fits(glimpse: Glimpse) -> bool:
    return b"dev.cdevents." in glimpse.body and bool(
        glimpse.holds("context", "subject") or glimpse.holds("specversion")
    )


KINDS = (Kind("cdevents", "CDEvents", translate_cdevents, _fits),)
