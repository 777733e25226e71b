"""`branch_protection_rule` → ProtectionChanged: settings are intervals (hard case 42)."""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.revisions import ProtectionChanged
from changeproof.sources.github.payload import (
    Number,
    RepositoryEnvelope,
    identity,
    repository_id,
)
from changeproof.sources.reading import Reading, read, time


class Rule(msgspec.Struct):
    """What a branch's protection demands; what is absent was not stated."""

    name: str
    updated_at: str | None = None
    looked_at: bool = False
    admin_enforced: bool | None = None
    pull_request_reviews_enforcement_level: str | None = None
    required_approving_review_count: Number | None = None


class ProtectionPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    rule: Rule


class _RuleAsSent(msgspec.Struct):
    rule: msgspec.Raw


def branch_protection_rule(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(ProtectionPayload, reading.delivery.body)
    rule, repository = payload.rule, repository_id(payload.repository)
    if payload.action not in ("created", "edited", "deleted"):
        reason = f"the action {str(payload.action)[:60]!r} is not known"
        yield reading.seen("branch_protection_rule", reason, repository)
        return
    removed = payload.action == "deleted"
    approvals = rule.required_approving_review_count
    if rule.pull_request_reviews_enforcement_level == "off":
        approvals = 0
    if rule.looked_at:  # asked for: it bears no time, so the look bounds it
        at, removed_or_seen = reading.delivery.received_at, True
    else:
        at, removed_or_seen = time(rule.updated_at or "", "rule.updated_at"), removed
    settings = bytes(read(_RuleAsSent, reading.delivery.body).rule).decode()
    yield ProtectionChanged(
        # After a removal the rule's own time is that of its last edit, so it only bounds.
        **reading.header(at, actor=identity(payload.sender), bound=removed_or_seen),
        repository=repository,
        pattern=rule.name,
        enforced=not removed,
        approvals_required=approvals,
        administrators_bound=rule.admin_enforced,
        settings=reading.keep(settings),
    )
