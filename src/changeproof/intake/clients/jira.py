"""Jira and Jira Service Management: issues with their edits, approvals of customers' requests.

Cloud is asked with a login (an e-mail address) and an API token, by `search/jql`; Data Center with
a personal access token, by `search`. The newest edit comes first: what is edited while we read
moves to a page that was read, and takes nothing with it that was not. A JQL time has minutes and
the asker's zone, so a day is asked for again: what is known already says nothing new.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since, nothing_below
from changeproof.intake.clients.paging import Paging

_FIELDS = "*all"
_OVERLAP = timedelta(days=1)


class JiraClient:
    """`projects` names the projects; `service_desk = yes` asks for approvals too."""

    kind = "jira"
    title = "Jira"
    needs: tuple[str, ...] = ("projects",)
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {} if settings.login else settings.bearer

    def auth(self, settings: Settings) -> tuple[str, str] | None:
        return settings.password

    def scope(self, settings: Settings) -> str:
        return f"jira:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        cloud = bool(settings.login)
        for project in settings.many("projects"):
            cursor = f"issues of {project}"
            jql, read = f'project = "{_plain(project)}"', since(cursor)
            if read is not None:
                at = datetime.fromisoformat(read).astimezone(UTC) - _OVERLAP
                jql += f' AND updated >= "{at:%Y-%m-%d %H:%M}"'
            yield Listing(
                items="issues",
                scope=self.scope(settings),
                path="rest/api/3/search/jql" if cloud else "rest/api/2/search",
                query={
                    "jql": f"{jql} ORDER BY updated DESC, key DESC",
                    "fields": _FIELDS,
                    "expand": "changelog",
                },
                paging=Paging(
                    "token" if cloud else "offset",
                    rows="issues",
                    size=("maxResults", 100),
                    place="nextPageToken" if cloud else "startAt",
                    total="" if cloud else "total",
                ),
                deliver=lambda issue: [Delivered("jira", issue)],
                changed_at=lambda issue: issue.get("fields", {}).get("updated"),
                cursor=cursor,
                below=self._below(settings),
            )

    def _below(self, settings: Settings) -> Callable[[Any], Iterable[Listing]]:
        if not settings.options.get("service_desk"):
            return nothing_below

        def approvals(issue: Any) -> Iterable[Listing]:
            yield Listing(
                items="approvals",
                scope=self.scope(settings),
                path=f"rest/servicedeskapi/request/{quote(str(issue.get('id')))}/approval",
                paging=Paging(
                    "offset", rows="values", size=("limit", 50), place="start", more="!isLastPage"
                ),
                deliver=lambda approval: [Delivered("jira", approval)],
                optional=frozenset({400, 404}),
            )

        return approvals


def _plain(name: str) -> str:
    """A project's key within a query: nothing that could end the text."""
    return "".join(letter for letter in name if letter.isalnum() or letter in "_- ")
