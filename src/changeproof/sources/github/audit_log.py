"""Entries of an organisation's audit log (its JSON export, or the stream) → protection, access.

They state the time of the act, which the webhooks about protection and members do not.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.access import AccessEnded, AccessGranted
from changeproof.events.event import Event
from changeproof.events.oversight import DetectionRaised
from changeproof.events.revisions import ProtectionChanged
from changeproof.sources.github.members import ALL, RIGHTS
from changeproof.sources.github.payload import Number, User, identity
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.reading import Reading
from changeproof.sources.times import from_milliseconds

ENTRY = frozenset({"action", "@timestamp"})
_PROTECTED = {"protected_branch.create": True, "protected_branch.destroy": False}
_MEMBER = frozenset({"repo.add_member", "repo.update_member", "repo.remove_member"})


class AuditEntry(msgspec.Struct):
    """One act."""

    action: str
    at: Number = msgspec.field(name="@timestamp")
    document: str | None = msgspec.field(default=None, name="_document_id")
    actor: str | None = None
    actor_id: Number | None = None
    user: str | None = None
    user_id: Number | None = None
    repo: str | None = None
    repo_id: Number | None = None
    name: str | None = None
    branch: str | None = None
    permission: str | None = None


def audit_entry(reading: Reading, entry: AuditEntry) -> Iterator[Event]:
    """Acts without the numbers of repository and account say too little to be joined."""
    at, by = from_milliseconds(entry.at), _account(entry.actor_id, entry.actor)
    pattern = entry.name or entry.branch
    repository = f"github:repo/{entry.repo_id}" if entry.repo_id is not None else None
    if repository is not None and entry.action in _PROTECTED and pattern:
        yield ProtectionChanged(
            **reading.header(at, actor=by),
            repository=repository,
            pattern=pattern,
            enforced=_PROTECTED[entry.action],
        )
    elif repository is not None and entry.action == "protected_branch.policy_override":
        yield DetectionRaised(
            **reading.header(at, actor=by),
            detection=f"{repository}/policy_override/{entry.document or entry.at}",
            system=entry.repo,
            kind=f"protection of {pattern or 'a branch'} overridden"[:500],
        )
    elif entry.action in _MEMBER and entry.repo and entry.user_id is not None:
        yield from _member(reading, entry, at, by)
    else:
        yield reading.seen(entry.action[:500], "no evidence is read from this act", repository)


def _member(reading: Reading, entry: AuditEntry, at: int | None, by: Identity) -> Iterator[Event]:
    who = _account(entry.user_id, entry.user)
    level = (entry.permission or "").lower()
    removed = entry.action == "repo.remove_member"
    if who.account is None or entry.repo is None or not (removed or level):
        yield reading.seen(entry.action, "it does not say what the member may do")
        return
    rights = () if removed else RIGHTS.get(level, ())
    header = reading.header(at, who, actor=by)
    for right in rights:
        yield AccessGranted(**header, account=who.account, access=right, system=entry.repo)
    for right in () if entry.action == "repo.add_member" else ALL:
        if right not in rights:
            yield AccessEnded(**header, account=who.account, access=right, system=entry.repo)


def _account(number: int | None, login: str | None) -> Identity:
    return identity(User(number, login or "")) if number is not None else NOBODY
