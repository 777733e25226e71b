"""GitLab, the service and servers of one's own: what webhooks tell, asked for instead.

Merge requests that changed with each approval and its withdrawal (from their notes, on the version
that was the head then), their commits, pipelines' jobs, deployments, commits of the default branch,
members, and a look at protected branches.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since, nothing_told
from changeproof.intake.clients.paging import Paging

_PAGES = Paging("link")
_ONE = Paging("one")
_RECENT = timedelta(days=1)
"""A pipeline may end so long after its merge request last changed, and a commit be pushed late."""
_ACTIONS = {
    "approved this merge request": "approved",
    "unapproved this merge request": "unapproved",
}
_NOT_HERE = frozenset({403, 404})


class GitLabClient:
    """A token that reads the API. `projects` names them (`acme/shop`), or `group` a group."""

    kind = "gitlab"
    title = "GitLab"
    needs: tuple[str, ...] = ("projects|group",)
    steps: tuple[str, ...] = (
        "In the group's Settings, Access tokens, Add new token: role Maintainer (Reporter hides"
        " protected branches), scope read_api, an end date that you will not miss.",
        "Here: the token as the secret, and group= or projects= under What to ask about.",
    )

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {"private-token": settings.secret}

    def auth(self, settings: Settings) -> None:
        del settings

    def scope(self, settings: Settings) -> str:
        del settings  # one silence for all of GitLab, as its webhooks have
        return "gitlab"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        def below(project: Any) -> Iterable[Listing]:
            return _Project(project, since).listings()

        scope = f"gitlab:{settings.host}"
        for name in settings.many("projects"):
            yield Listing(
                items="project",
                scope=scope,
                path=f"api/v4/projects/{quote(name, safe='')}",
                paging=_ONE,
                deliver=nothing_told,
                below=below,
            )
        for name in settings.many("group"):
            yield Listing(
                items="projects",
                scope=scope,
                path=f"api/v4/groups/{quote(name, safe='')}/projects",
                query={"include_subgroups": "true", "archived": "false"},
                paging=_PAGES,
                deliver=nothing_told,
                below=below,
            )


class _Project:
    """The lists of one project; `row` is it as GitLab describes it."""

    def __init__(self, row: Any, since: Since) -> None:
        self._row, self._since = row, since
        self._path = f"api/v4/projects/{row['id']}"
        host = urlsplit(str(row["web_url"])).netloc
        self._scope = f"gitlab:{host}/project/{row['id']}"
        self._options = (("host", host), ("project", str(row["id"])))
        self._shown = {
            key: row.get(key) for key in ("id", "web_url", "path_with_namespace", "default_branch")
        }

    def listings(self) -> Iterable[Listing]:
        yield self._changed(
            "merge requests",
            "merge_requests",
            {"scope": "all", "order_by": "updated_at", "sort": "asc"},
            "updated_after",
            _updated_at,
            below=self._merge_request,
        )
        branch = self._row.get("default_branch")
        if branch:
            yield self._changed(
                "commits",
                "repository/commits",
                {"ref_name": branch},
                "since",
                lambda row: row.get("committed_date"),
                called=f"commits of {branch}",
            )
        yield self._changed(
            "deployments",
            "deployments",
            {"order_by": "updated_at", "sort": "asc"},
            "updated_after",
            _updated_at,
            optional=_NOT_HERE,
        )
        yield self._list("members", "members/all", optional=_NOT_HERE)
        yield self._list(
            "protected branches",
            "protected_branches",
            deliver=self._look,
            standing=self._protected,
            optional=_NOT_HERE,
        )

    def _merge_request(self, merge: Any) -> Iterable[Listing]:
        own = f"merge_requests/{merge['iid']}"
        versions: list[Any] = []

        def keep(version: Any) -> Sequence[Delivered]:
            versions.append(version)
            return ()

        yield self._list("commits of a merge request", f"{own}/commits")
        yield self._list("versions", f"{own}/versions", deliver=keep, optional=_NOT_HERE)
        yield self._list(
            "approvals",
            f"{own}/notes",
            {"sort": "asc", "order_by": "created_at", "activity_filter": "only_activity"},
            deliver=self._approval(merge, versions),
        )
        yield self._list(
            "pipelines of a merge request",
            f"{own}/pipelines",
            deliver=nothing_told,
            below=self._jobs,
            optional=_NOT_HERE,
        )

    def _jobs(self, pipeline: Any) -> Iterable[Listing]:
        yield self._list(
            "jobs",
            f"pipelines/{pipeline['id']}/jobs",
            {"include_retried": "true"},
            optional=_NOT_HERE,
        )

    def _approval(
        self, merge: Any, versions: Sequence[Any]
    ) -> Callable[[Any], Sequence[Delivered]]:
        def deliver(note: Any) -> Sequence[Delivered]:
            action = _ACTIONS.get(str(note.get("body", "")).strip())
            if not note.get("system") or action is None:
                return ()
            at = str(note.get("created_at", ""))
            head = _head_at(versions, at) or merge.get("sha")
            kept = ("iid", "title", "source_branch", "target_branch", "source_project_id")
            shown = {key: merge.get(key) for key in kept}
            told = {
                **shown,
                "action": action,
                "target_project_id": self._row["id"],
                "updated_at": at,
                "sha": head,
            }
            body = {
                "object_kind": "merge_request",
                "user": note.get("author"),
                "project": self._shown,
                "object_attributes": told,
            }
            return [Delivered("gitlab", body)]

        return deliver

    def _look(self, rule: Any) -> Sequence[Delivered]:
        """It bears no time: what stands is told when it is other than at the last look."""
        key = self._protected(rule)
        shown = {
            "entity_type": "Project",
            "entity_id": self._row["id"],
            "target_details": rule.get("name"),
            "looked_at": True,
        }
        stands = {**shown, "event_type": "protected_branch_updated", "details": rule}
        removed = {**shown, "event_type": "protected_branch_removed"}
        ended = Delivered("gitlab", removed, options=self._options, key=key)
        return [Delivered("gitlab", stands, None, self._options, key, stands=key, ended=ended)]

    def _protected(self, rule: Any) -> str:
        return f"{self._scope}/protection/{rule.get('name')}"

    def _changed(
        self,
        items: str,
        path: str,
        query: Mapping[str, Any],
        parameter: str,
        changed_at: Callable[[Any], str | None],
        *,
        called: str = "",
        **more: Any,
    ) -> Listing:
        """A list of what changed since it was read, by the `parameter` that says since when."""
        cursor = f"{self._scope}/{called or items}"
        read = self._since(cursor)
        if read is not None:
            at = datetime.fromisoformat(read) - _RECENT
            query = {**query, parameter: at.isoformat(timespec="seconds")}
        return self._list(items, path, query, changed_at=changed_at, cursor=cursor, **more)

    def _list(
        self,
        items: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        *,
        deliver: Callable[[Any], Sequence[Delivered]] | None = None,
        **more: Any,
    ) -> Listing:
        return Listing(
            items=items,
            scope=self._scope,
            path=f"{self._path}/{path}",
            query=query or {},
            paging=_PAGES,
            deliver=deliver or self._as_it_came,
            **more,
        )

    def _as_it_came(self, row: Any) -> Sequence[Delivered]:
        return [Delivered("gitlab", row, options=self._options)]


def _head_at(versions: Sequence[Any], at: str) -> str | None:
    """The head that stood then: of the latest version that was made before."""
    made = [
        (str(version.get("created_at", "")), version.get("head_commit_sha"))
        for version in versions
        if isinstance(version, dict)
    ]
    before = [each for each in made if _moment(each[0]) <= _moment(at)]
    return max(before, key=lambda each: _moment(each[0]))[1] if before else None


def _moment(text: str) -> float:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def _updated_at(row: Any) -> str | None:
    said: str | None = row.get("updated_at")
    return said
