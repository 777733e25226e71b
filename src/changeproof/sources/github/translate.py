"""A GitHub delivery → events, by the name in its `X-GitHub-Event` header."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from changeproof.events.event import Event
from changeproof.events.receipts import DeliverySeen
from changeproof.events.revisions import RepositoryObserved, RevisionRecorded
from changeproof.sources.configuration_files import NAME as CONFIGURATION_FILE
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.github.alerts import (
    code_scanning_alert,
    dependabot_alert,
    repository_vulnerability_alert,
    secret_scanning_alert,
)
from changeproof.sources.github.audit_log import ENTRY, AuditEntry, audit_entry
from changeproof.sources.github.checks import check_run, check_suite, status, workflow_run
from changeproof.sources.github.configuration_files import configuration_file
from changeproof.sources.github.deployments import deployment, deployment_status
from changeproof.sources.github.jobs import merge_group, workflow_job
from changeproof.sources.github.members import deploy_key, member, organization
from changeproof.sources.github.packages import package
from changeproof.sources.github.payload import Envelope, Repository, repository_id
from changeproof.sources.github.protection import branch_protection_rule
from changeproof.sources.github.pull_requests import pull_request
from changeproof.sources.github.pushes import push
from changeproof.sources.github.refs import create, delete
from changeproof.sources.github.repositories import repository_observed
from changeproof.sources.github.rest import BODIES, SEEN
from changeproof.sources.github.reviews import pull_request_review
from changeproof.sources.github.rulesets import branch_protection_configuration, repository_ruleset
from changeproof.sources.kinds import Glimpse
from changeproof.sources.reading import Reading, read
from changeproof.sources.times import latest

TRANSLATORS: dict[str, Callable[[Reading], Iterator[Event]]] = {
    "branch_protection_rule": branch_protection_rule,
    "branch_protection_configuration": branch_protection_configuration,
    "check_run": check_run,
    "check_suite": check_suite,
    "code_scanning_alert": code_scanning_alert,
    CONFIGURATION_FILE: configuration_file,
    "create": create,
    "delete": delete,
    "dependabot_alert": dependabot_alert,
    "deploy_key": deploy_key,
    "deployment": deployment,
    "deployment_protection_rule": deployment,
    "deployment_status": deployment_status,
    "member": member,
    "merge_group": merge_group,
    "organization": organization,
    "package": package,
    "pull_request": pull_request,
    "pull_request_review": pull_request_review,
    "push": push,
    "registry_package": package,
    "repository_ruleset": repository_ruleset,
    "repository_vulnerability_alert": repository_vulnerability_alert,
    "secret_scanning_alert": secret_scanning_alert,
    "status": status,
    "workflow_job": workflow_job,
    "workflow_run": workflow_run,
}

_TEAM = "which people or repositories a team stands for is not told with it"
REASONS: dict[str, str] = {
    "deployment_review": "who let a deployment pass is told by the run that it ends in",
    "issue_comment": "what is said in a comment is no verdict",
    "issues": "an issue is no evidence of a change",
    "membership": _TEAM,
    "pull_request_review_comment": "what is said in a comment is no verdict",
    "release": "a release is told by the tag that it names",
    "secret_scanning_alert_location": "the alert itself tells of it",
    "secret_scanning_scan": "it names no revision that was looked at",
    "security_advisory": "it says of no repository that it uses the package",
    "team": _TEAM,
    "team_add": _TEAM,
}
NO_EVIDENCE = "no evidence of a change is read from this event"

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
    ("repository_ruleset", frozenset({"action", "repository_ruleset"})),
    ("merge_group", frozenset({"action", "merge_group"})),
    (CONFIGURATION_FILE, frozenset({CONFIGURATION_FILE, "repository"})),
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
        retrieved = _retrieved(Reading("github", delivery, pseudonyms))
        if retrieved is not None:
            return retrieved
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
    reason = REASONS.get(name, NO_EVIDENCE)
    events: list[Event] = []
    place = None
    try:
        repository = msgspec.convert(payload.get("repository"), Repository | None)
        if repository is not None:
            place = repository_id(repository)
            events.append(repository_observed(reading, repository))
    except (msgspec.ValidationError, MalformedPayload):
        reason = f"{reason}; its repository is unreadable"
    events.insert(0, reading.seen(name, reason, place))
    return Translation(tuple(events), tuple(reading.contents), reason)


def is_github(glimpse: Glimpse) -> bool:
    """Whether a payload's shape is GitHub's: a delivery, a REST body or the audit log."""
    if _of_a_likeness(glimpse.document):
        return False
    if detect_name(glimpse.body) is not None:
        return True
    if any(wanted <= glimpse.keys for _, wanted, _ in (*BODIES, *SEEN)):
        return True
    return any(_is_entry(one) for one in _as_list(glimpse.document)[:1])


def _of_a_likeness(shown: Any) -> bool:
    """Gogs, Gitea and Forgejo send GitHub's shapes; only GitHub's users are `site_admin` or not."""
    if not isinstance(shown, dict):
        return False
    repository = shown.get("repository")
    owner = repository.get("owner") if isinstance(repository, dict) else None
    told = (shown.get("sender"), shown.get("user"), owner)
    people = [who for who in told if isinstance(who, dict)]
    if isinstance(repository, dict) and not people:
        return "node_id" not in repository
    return any("username" in who for who in people) or (
        bool(people) and not any("site_admin" in who for who in people)
    )


def _retrieved(reading: Reading) -> Translation | None:
    """What a REST body or the audit log tells; None where it is neither."""
    body = reading.delivery.body
    shown = read(Any, body)  # a broken body is the better reason
    events: list[Event] | None = None
    if (entries := _as_list(shown)) and all(_is_entry(one) for one in entries):
        many = isinstance(shown, list)
        told = read(tuple[AuditEntry, ...], body) if many else (read(AuditEntry, body),)
        events = [event for entry in told for event in audit_entry(reading, entry)]
    if isinstance(shown, dict) and events is None:
        for _, wanted, reader in BODIES:
            if wanted <= shown.keys():
                events = list(reader(reading))
                break
        else:
            for name, wanted, reason in SEEN:
                if wanted <= shown.keys():
                    events = [reading.seen(name, reason)]
                    break
    if events is None:
        return None
    seen = [event.reason for event in events if isinstance(event, DeliverySeen)]
    told_all = all(isinstance(event, DeliverySeen | RepositoryObserved) for event in events)
    return Translation(
        tuple(events), tuple(reading.contents), seen[0] if seen and told_all else None
    )


def _as_list(shown: Any) -> list[Any]:
    return shown if isinstance(shown, list) else [shown]


def _is_entry(shown: Any) -> bool:
    return isinstance(shown, dict) and shown.keys() >= ENTRY
