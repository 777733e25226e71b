"""A GitLab delivery or REST body → events, by what it says of itself."""

from collections.abc import Callable, Iterator
from typing import Any

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import RepositoryObserved, RevisionRecorded
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.gitlab.deployments import deployment
from changeproof.sources.gitlab.feature_flags import feature_flag
from changeproof.sources.gitlab.members import member
from changeproof.sources.gitlab.merge_requests import merge_request
from changeproof.sources.gitlab.payload import server
from changeproof.sources.gitlab.pipelines import job, pipeline
from changeproof.sources.gitlab.projects import project, project_observed
from changeproof.sources.gitlab.protection import audit_event
from changeproof.sources.gitlab.pushes import push
from changeproof.sources.gitlab.rest import BODIES, SEEN
from changeproof.sources.kinds import Glimpse
from changeproof.sources.reading import Reading, read
from changeproof.sources.times import latest

TRANSLATORS: dict[str, Callable[[Reading], Iterator[Event]]] = {
    "build": job,
    "deployment": deployment,
    "feature_flag": feature_flag,
    "job": job,
    "merge_request": merge_request,
    "pipeline": pipeline,
    "project_create": project,
    "project_rename": project,
    "project_transfer": project,
    "project_update": project,
    "push": push,
    "tag_push": push,
    "user_add_to_team": member,
    "user_remove_from_team": member,
    "user_update_for_team": member,
}

REASONS: dict[str, str] = {
    "access_token": "a token that is about to end alters nothing",
    "emoji": "a reaction is no verdict",
    "issue": "an issue is no evidence of a change",
    "note": "what is said in a note is no verdict",
    "project_destroy": "what a project held stays on record",
    "release": "a release is told by the tag that it names",
    "repository_update": "its pushes tell the same, with their commits",
    "wiki_page": "a wiki is no part of a system",
    "work_item": "an issue is no evidence of a change",
}
_BESIDE_A_NAME = frozenset({"project_id", "group_id", "user_id", "username"})
_UNPLACED = frozenset({"project", "user"})
_NO_SERVER = "it names no server; state it beside the file (host)"


def is_gitlab(glimpse: Glimpse) -> bool:
    """Whether a payload's shape is GitLab's: a delivery's name within it, or a REST body."""
    if glimpse.holds("object_kind") or glimpse.holds("event_type", "entity_type", "target_type"):
        return True
    if glimpse.holds("event_name") and glimpse.keys & _BESIDE_A_NAME:
        return True
    return any(keys <= glimpse.keys for _, keys, _ in (*BODIES, *SEEN)) and not glimpse.holds(
        "node_id"
    )


def translate_gitlab(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field or what is wrong with the body."""
    reading = Reading("gitlab", delivery, pseudonyms)
    told = read(dict[str, Any], delivery.body)
    name = _named(told)
    if name is not None:
        events = list(_delivered(reading, name))
    else:
        events = list(_retrieved(reading, told.keys()))
    # Commit times are anybody's claim: they must not date what GitLab says of itself.
    at = latest(*(event.occurred_at for event in events if not isinstance(event, RevisionRecorded)))
    if not any(isinstance(event, RepositoryObserved) for event in events):
        events += project_observed(reading, at)
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    read_besides = any(
        not isinstance(event, DeliverySeen | RepositoryObserved | RevisionRecorded)
        for event in events
    )
    ignored = seen[0] if seen and not read_besides else None
    return Translation(tuple(events), tuple(reading.contents), ignored)


def _named(told: dict[str, Any]) -> str | None:
    """The event's name: `object_kind` in webhooks, `event_name` in system hooks."""
    for key in ("object_kind", "event_name"):
        name = told.get(key)
        if isinstance(name, str) and name:
            return name[:100]
    return None


def _delivered(reading: Reading, name: str) -> Iterator[Event]:
    translator = TRANSLATORS.get(name)
    if translator is None:
        yield reading.seen(name, _reason(name))
        return
    if name.partition("_")[0] in _UNPLACED and server(reading) is None:
        yield reading.seen(name, _NO_SERVER)
        return
    yield from translator(reading)


def _reason(name: str) -> str:
    """Why nothing is read from an event of that name."""
    if name in REASONS:
        return REASONS[name]
    if "group" in name:
        return "the projects of the group, and so the systems, are not named"
    if name.startswith(("user_", "key_")):
        return "people are told by the directory, not by the forge"
    return "no evidence of a change is read from this event"


def _retrieved(reading: Reading, keys: Any) -> Iterator[Event]:
    if {"event_type", "entity_type"} <= keys:
        yield from audit_event(reading)
        return
    for _, wanted, translator in BODIES:
        if wanted <= keys:
            yield from translator(reading)
            return
    for name, wanted, reason in SEEN:
        if wanted <= keys:
            yield reading.seen(name, reason)
            return
    raise MalformedPayload(
        "neither a name in it nor its shape shows which event it is", where="object_kind"
    )
