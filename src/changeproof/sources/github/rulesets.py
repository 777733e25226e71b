"""`repository_ruleset`, `branch_protection_configuration` → ProtectionChanged.

Several rulesets may protect one branch: each is an interval of its own, named by its number.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.events.revisions import ProtectionChanged
from changeproof.sources.github.payload import (
    Number,
    Repository,
    RepositoryEnvelope,
    identity,
    moment,
    repository_id,
)
from changeproof.sources.reading import Reading, optional_time, read


class Parameters(msgspec.Struct):
    """What a rule demands."""

    required_approving_review_count: Number | None = None


class Rule(msgspec.Struct):
    """One rule of a ruleset."""

    type: str
    parameters: Parameters | None = None


class Names(msgspec.Struct):
    """Refs, by patterns."""

    include: tuple[str, ...] = ()


class Conditions(msgspec.Struct):
    """Where a ruleset holds."""

    ref_name: Names | None = None


class Ruleset(msgspec.Struct):
    """Rules of one repository, or of all in an organisation."""

    id: Number
    name: str
    enforcement: str
    target: str | None = None
    conditions: Conditions | None = None
    rules: tuple[Rule, ...] = ()
    bypass_actors: tuple[msgspec.Raw, ...] | None = None
    updated_at: str | None = None


class RulesetPayload(RepositoryEnvelope, kw_only=True):
    """The delivery. `looked_at`: asked for, and its list no longer holds it."""

    repository_ruleset: Ruleset
    looked_at: bool = False


class _RulesetAsSent(msgspec.Struct):
    repository_ruleset: msgspec.Raw


def repository_ruleset(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(RulesetPayload, reading.delivery.body)
    rules, repository = payload.repository_ruleset, payload.repository
    if rules.target not in (None, "branch"):
        reason = f"a ruleset of {str(rules.target)[:60]} protects no branch"
        yield reading.seen("repository_ruleset", reason, repository_id(repository))
        return
    approvals = [
        rule.parameters.required_approving_review_count
        for rule in rules.rules
        if rule.type == "pull_request" and rule.parameters is not None
    ]
    removed = payload.action == "deleted"
    sent = bytes(read(_RulesetAsSent, reading.delivery.body).repository_ruleset).decode()
    settings = reading.keep(sent)
    if payload.looked_at:  # its own time is that of its last edit, so the look bounds the removal
        at: int | None = reading.delivery.received_at
    else:
        at = optional_time(rules.updated_at, "repository_ruleset.updated_at")
    for branch in _branches(rules, repository):
        yield ProtectionChanged(
            **reading.header(
                at,
                actor=identity(payload.sender),
                bound=removed or payload.looked_at,
            ),
            repository=repository_id(repository),
            pattern=f"{branch} (ruleset {rules.id})"[:500],
            enforced=not removed and rules.enforcement == "active",
            approvals_required=max((one or 0 for one in approvals), default=0),
            administrators_bound=(None if rules.bypass_actors is None else not rules.bypass_actors),
            settings=settings,
        )


def _branches(rules: Ruleset, repository: Repository) -> tuple[str, ...]:
    named = rules.conditions.ref_name if rules.conditions else None
    spelled = {"~ALL": "*", "~DEFAULT_BRANCH": repository.default_branch or "~DEFAULT_BRANCH"}
    refs = named.include if named and named.include else ("~ALL",)
    return tuple(dict.fromkeys(spelled.get(ref, ref.removeprefix("refs/heads/")) for ref in refs))


class ConfigurationPayload(RepositoryEnvelope, kw_only=True):
    """The delivery: all of a repository's protection was switched."""


def branch_protection_configuration(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(ConfigurationPayload, reading.delivery.body)
    repository = payload.repository
    if payload.action not in ("enabled", "disabled"):
        reason = f"the action {str(payload.action)[:60]!r} is not known"
        yield reading.seen("branch_protection_configuration", reason, repository_id(repository))
        return
    yield ProtectionChanged(
        **reading.header(
            moment(repository.updated_at, "repository.updated_at"),
            actor=identity(payload.sender),
            bound=True,
        ),
        repository=repository_id(repository),
        pattern="*",
        enforced=payload.action == "enabled",
    )
