"""A GitHub delivery → events, by the name in its `X-GitHub-Event` header."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import RevisionRecorded
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.github.checks import check_run, check_suite, status, workflow_run
from changeproof.sources.github.deployments import deployment, deployment_status
from changeproof.sources.github.payload import Envelope, Repository, repository_id
from changeproof.sources.github.protection import branch_protection_rule
from changeproof.sources.github.pull_requests import pull_request
from changeproof.sources.github.pushes import push
from changeproof.sources.github.refs import create, delete
from changeproof.sources.github.repositories import repository_observed
from changeproof.sources.github.reviews import pull_request_review
from changeproof.sources.reading import Reading, read
from changeproof.sources.times import latest

TRANSLATORS: dict[str, Callable[[Reading], Iterator[Event]]] = {
    "branch_protection_rule": branch_protection_rule,
    "check_run": check_run,
    "check_suite": check_suite,
    "create": create,
    "delete": delete,
    "deployment": deployment,
    "deployment_status": deployment_status,
    "pull_request": pull_request,
    "pull_request_review": pull_request_review,
    "push": push,
    "status": status,
    "workflow_run": workflow_run,
}

_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}", re.ASCII)

_SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("push", frozenset({"ref", "before", "after", "commits"})),
    ("pull_request_review_comment", frozenset({"action", "pull_request", "comment"})),
    ("pull_request_review_thread", frozenset({"action", "pull_request", "thread"})),
    ("pull_request_review", frozenset({"action", "pull_request", "review"})),
    ("pull_request", frozenset({"action", "pull_request", "number"})),
    ("check_run", frozenset({"action", "check_run"})),
    ("deployment_status", frozenset({"deployment", "deployment_status"})),
    ("workflow_job", frozenset({"action", "workflow_job"})),
    ("check_suite", frozenset({"action", "check_suite"})),
    ("deployment", frozenset({"deployment", "repository"})),
    ("deployment_review", frozenset({"action", "workflow_run", "since"})),
    ("workflow_run", frozenset({"action", "workflow_run", "workflow"})),
    ("status", frozenset({"sha", "state", "context", "branches"})),
    ("create", frozenset({"ref", "ref_type", "master_branch"})),
    ("delete", frozenset({"ref", "ref_type", "pusher_type"})),
    ("branch_protection_rule", frozenset({"action", "rule", "repository"})),
    ("ping", frozenset({"zen", "hook"})),
)
"""Keys by which an event is known where no header names it; the first that fits decides."""


def detect_name(body: bytes) -> str | None:
    """The event that a GitHub payload's shape shows; None where it shows none."""
    try:
        keys = msgspec.json.decode(body, type=dict[str, msgspec.Raw]).keys()
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return next((name for name, wanted in _SHAPES if wanted <= keys), None)


def translate_github(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field or what is wrong with the body."""
    name = delivery.name or detect_name(delivery.body)
    if name is None:
        read(dict[str, Any], delivery.body)  # a broken body is the better reason
        raise MalformedPayload(
            "no header names the event, and its shape shows none that we know", where="event"
        )
    if not _NAME.fullmatch(name):
        raise MalformedPayload(f"{name[:60]!r} is no name of an event", where="X-GitHub-Event")
    reading = Reading("github", delivery, pseudonyms)
    translator = TRANSLATORS.get(name)
    if translator is None:
        return _only_seen(reading, name)
    events = list(translator(reading))
    repository = read(Envelope, delivery.body).repository
    if repository is not None:
        # Commit times are anybody's claim: they must not date what GitHub says of itself.
        at = latest(
            *(event.occurred_at for event in events if not isinstance(event, RevisionRecorded))
        )
        events.append(repository_observed(reading, repository, at))
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    return Translation(tuple(events), tuple(reading.contents), seen[0] if seen else None)


def _only_seen(reading: Reading, name: str) -> Translation:
    """An event that is no evidence here: its repository is noted where it is readable."""
    payload = read(dict[str, Any], reading.delivery.body)
    reason = "no evidence of a change is read from this event"
    events: list[Event] = []
    place = None
    try:
        repository = msgspec.convert(payload.get("repository"), Repository | None)
        if repository is not None:
            place = repository_id(repository)
            events.append(repository_observed(reading, repository))
    except (msgspec.ValidationError, MalformedPayload):
        reason = "no evidence of a change is read from this event; its repository is unreadable"
    events.insert(0, reading.seen(name, reason, place))
    return Translation(tuple(events), tuple(reading.contents), reason)
