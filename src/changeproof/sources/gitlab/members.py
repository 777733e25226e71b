"""Members of projects (system hooks) → AccessGranted, AccessEnded.

A level is every right below it: developers write, maintainers may alter pipelines and
protection too. A member below a developer cannot alter a repository.
"""

from collections.abc import Iterator

import msgspec

from changeproof.events.access import Access, AccessEnded, AccessGranted
from changeproof.events.event import Event
from changeproof.sources.gitlab.payload import Number, Project, User, account, place
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

_WRITE: tuple[Access, ...] = ("write",)
_ALL: tuple[Access, ...] = ("write", "administer_pipeline", "administer_protection")
_RIGHTS: dict[str, tuple[Access, ...]] = {
    "developer": _WRITE,
    "master": _ALL,
    "maintainer": _ALL,
    "owner": _ALL,
}
_LEVELS = {30: "developer", 40: "maintainer", 50: "owner", 60: "owner"}


class MemberPayload(msgspec.Struct):
    """The delivery; older servers call the level `project_access`."""

    event_name: str
    project_id: Number
    project_path_with_namespace: str
    user_id: Number | None = None
    user_username: str | None = None
    access_level: str | None = None
    project_access: str | None = None
    expires_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


def member(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(MemberPayload, reading.delivery.body)
    where = place(reading, Project(payload.project_id))
    who = account(where.host, User(payload.user_id, payload.user_username))
    if who.account is None:
        reason = "it names no account by its number"
        yield reading.seen(payload.event_name, reason, where.repository)
        return
    created = optional_time(payload.created_at, "created_at")
    updated = optional_time(payload.updated_at, "updated_at")
    level = (payload.access_level or payload.project_access or "").lower()
    removed = payload.event_name == "user_remove_from_team"
    rights = () if removed else _RIGHTS.get(level, ())
    added = payload.event_name == "user_add_to_team"
    if added and not rights:
        reason = f"the level {level[:60]!r} gives no right to alter the repository"
        yield reading.seen(payload.event_name, reason, where.repository)
        return
    header = reading.header(created if added else latest(created, updated), who, bound=not added)
    system = payload.project_path_with_namespace
    for right in rights:
        yield AccessGranted(
            **header,
            account=who.account,
            access=right,
            system=system,
            ends_at=optional_time(payload.expires_at, "expires_at"),
        )
    for right in () if added else _ALL:  # an edit states the new level alone
        if right not in rights:
            yield AccessEnded(**header, account=who.account, access=right, system=system)


def rights_at(level: int) -> tuple[Access, ...]:
    """What a member of that numeric level may do."""
    return _RIGHTS.get(_LEVELS.get(level, ""), ())
