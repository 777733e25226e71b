"""Gerrit: changes with every patch set, vote, message and submission."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging

_OVERLAP = timedelta(minutes=5)
_SHOWN = (
    *("ALL_REVISIONS", "ALL_COMMITS", "DETAILED_LABELS", "DETAILED_ACCOUNTS"),
    *("MESSAGES", "SUBMIT_REQUIREMENTS"),
)


class GerritClient:
    """A login with its HTTP password. `projects` names them; `host` the server in keys, where
    that is not the address's own."""

    kind = "gerrit"
    title = "Gerrit"
    needs: tuple[str, ...] = ("projects", "login")
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        del settings
        return {}

    def auth(self, settings: Settings) -> tuple[str, str]:
        return settings.login, settings.secret

    def scope(self, settings: Settings) -> str:
        del settings  # one silence for all of Gerrit, as its events have
        return "gerrit"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        host = settings.options.get("host") or settings.host
        for project in settings.many("projects"):
            cursor = f"changes of {project}"
            query, read = f"project:{_plain(project)}", since(cursor)
            if read is not None:
                at = datetime.fromisoformat(read) - _OVERLAP
                query += f' after:"{at:%Y-%m-%d %H:%M:%S} +0000"'
            yield Listing(
                items="changes",
                scope=f"gerrit:{host}",
                path="a/changes/",
                query={"q": query, "o": list(_SHOWN)},
                paging=Paging("offset", size=("n", 100), place="S", more="last:_more_changes"),
                deliver=lambda change: [Delivered("gerrit", change, options=(("host", host),))],
                changed_at=_updated,
                cursor=cursor,
            )


def _updated(change: Any) -> str | None:
    """`2026-03-01 10:00:00.000000000`, always UTC."""
    said = change.get("updated")
    return f"{said[:19].replace(' ', 'T')}+00:00" if isinstance(said, str) else None


def _plain(name: str) -> str:
    """A project's name within a query: nothing that could end it."""
    return "".join(letter for letter in name if letter.isalnum() or letter in "_-./")
