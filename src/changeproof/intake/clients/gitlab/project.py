"""What one project of GitLab's tells.

Merge requests that changed with all that belongs to them, pipelines of the default branch with
their jobs and test reports, deployments, commits of the default branch, members, and a look at
protected branches.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from changeproof.intake.clients.branch_line import BranchLine
from changeproof.intake.clients.gitlab.files import ConfigurationFiles
from changeproof.intake.clients.gitlab.merge_requests import MergeRequests
from changeproof.intake.clients.gitlab.pipelines import pipeline_lists
from changeproof.intake.clients.listing import Delivered, Listing, Lists, Since, nothing_told
from changeproof.sources.configuration_files import NONE as NO_FILES

_RECENT = timedelta(days=1)
"""A pipeline may end so long after its merge request last changed, and a commit be pushed late."""
_NOT_HERE = frozenset({403, 404})


def project_lists(row: Any, since: Since, files: str | None = None) -> Iterable[Listing]:
    """Every list of the project that GitLab describes as `row`; `files` says which are
    configuration."""
    yield from _Project(row, since).listings()
    branch = row.get("default_branch")
    if branch and files != NO_FILES:
        yield ConfigurationFiles(lists_of_project(row), files).of(branch)


def lists_of_project(row: Any) -> Lists:
    """What the lists of the project share."""
    host = urlsplit(str(row["web_url"])).netloc
    options = (("host", host), ("project", str(row["id"])))
    scope = f"gitlab:{host}/project/{row['id']}"
    return Lists("gitlab", scope, f"api/v4/projects/{row['id']}", options)


class _Project:
    """The lists of one project; `row` is it as GitLab describes it."""

    def __init__(self, row: Any, since: Since) -> None:
        self._row, self._since = row, since
        self._lists = lists_of_project(row)
        self._scope, self._options = self._lists.scope, self._lists.options
        self._list = self._lists.list
        shown = ("id", "web_url", "path_with_namespace", "default_branch")
        self._merges = MergeRequests(self._lists, {key: row.get(key) for key in shown})

    def listings(self) -> Iterable[Listing]:
        yield self._changed(
            "merge requests",
            "merge_requests",
            {"scope": "all", "order_by": "updated_at", "sort": "desc"},
            "updated_after",
            _updated_at,
            below=self._merges.below,
        )
        branch = self._row.get("default_branch")
        if branch:
            # Not by `since`: that asks for what a committer's clock says, and a commit of last week
            # may be pushed today. The newest page begins at the tip, whatever its date.
            line = BranchLine(self._lists, branch, _shown)
            yield self._list(
                "commits",
                "repository/commits",
                {"ref_name": branch},
                deliver=line.deliver,
                line=line,
                changed_at=lambda row: row.get("committed_date"),
                cursor=f"{self._scope}/commits of {branch}",
                until_seen=True,
                seen_before=_RECENT,
            )
            yield self._changed(
                "pipelines",
                "pipelines",
                {"ref": branch, "order_by": "updated_at", "sort": "desc"},
                "updated_after",
                _updated_at,
                called=f"pipelines of {branch}",
                deliver=nothing_told,
                below=lambda pipeline: pipeline_lists(self._lists, pipeline),
                optional=_NOT_HERE,
            )
        yield self._changed(
            "deployments",
            "deployments",
            {"order_by": "updated_at", "sort": "desc"},
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
        """A list of what changed since it was read, by the `parameter` that says since when; the
        newest first, so that what changes while we read draws no row to a page that was read."""
        cursor = f"{self._scope}/{called or items}"
        read = self._since(cursor)
        if read is not None:
            at = datetime.fromisoformat(read) - _RECENT
            query = {**query, parameter: at.isoformat(timespec="seconds")}
        return self._list(items, path, query, changed_at=changed_at, cursor=cursor, **more)


def _shown(row: Any) -> tuple[str, Sequence[str]]:
    return row["id"], row["parent_ids"]


def _updated_at(row: Any) -> str | None:
    said: str | None = row.get("updated_at")
    return said
