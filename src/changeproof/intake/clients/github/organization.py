"""What one organization of GitHub's tells: its owners, its members, its audit log."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.listing import Delivered, Listing, Since, nothing_told
from changeproof.intake.clients.paging import Paging

_REFUSED = frozenset({302, 403, 404})
"""302: to those who may not see the members, GitHub shows its public ones under another address,
without a word of who owns it."""
_LATE = timedelta(days=1)
"""An act may be in the audit log so long after it was done."""
_BEGINNING = "2008-01-01"
_MEMBERS = "Give the token or the app the organization permission Members (read)."
_AUDIT_LOG = (
    "Only GitHub Enterprise has an audit log to ask for: there, give the token or the app the"
    " organization permission Administration (read). Elsewhere connect the organization's webhooks,"
    " or hand in its export (changeproof ingest github)."
)


def organization_lists(host: str, name: str, since: Since) -> Iterable[Listing]:
    """Every list of the organization called `name`; `host` is the forge's scope."""
    scope, path = f"{host}/organization/{name}", f"orgs/{quote(name, safe='')}"

    def owner_key(row: Any) -> str:
        return f"{scope}/owner/{row['id']}"

    def owner(row: Any) -> Sequence[Delivered]:
        """Who owns it bears no time: it is told when it is other than at the last look."""
        who = {"id": row["id"], "login": row["login"], "type": row.get("type")}
        said = {
            "organization": {"login": name},
            "membership": {"role": "admin", "user": who},
            "looked_at": True,
        }
        added, removed = (
            Delivered("github", {"action": action, **said}, "organization", key=owner_key(row))
            for action in ("member_added", "member_removed")
        )
        return [replace(added, stands=owner_key(row), ended=removed)]

    for items, role, deliver in (("owners", "admin", owner), ("members", "all", nothing_told)):
        yield Listing(
            items=items,
            scope=scope,
            path=f"{path}/members",
            query={"role": role},
            paging=Paging("link"),
            deliver=deliver,
            standing=owner_key if role == "admin" else None,
            optional=_REFUSED,
            may_redirect=False,
            cure=_MEMBERS,
        )
    cursor = f"{scope}/audit log"
    read = since(cursor)
    day = _BEGINNING if read is None else f"{datetime.fromisoformat(read) - _LATE:%Y-%m-%d}"
    yield Listing(
        items="audit log",
        scope=scope,
        path=f"{path}/audit-log",
        query={"include": "web", "order": "asc", "phrase": f"created:>={day}"},
        paging=Paging("link"),
        deliver=lambda entry: [Delivered("github", entry)],
        changed_at=_acted_at,
        cursor=cursor,
        optional=_REFUSED,
        cure=_AUDIT_LOG,
    )


def _acted_at(entry: Any) -> str:
    """GitHub writes milliseconds since 1970."""
    return datetime.fromtimestamp(entry["@timestamp"] // 1000, UTC).isoformat()
