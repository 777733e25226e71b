"""What belongs to one merge request of GitLab's.

Its commits; each approval and its withdrawal, from its notes, on the version that was the head
then; the files that it touches; what its head and the commit that landed hold; its pipelines.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from changeproof.intake.clients.gitlab.pipelines import pipeline_lists
from changeproof.intake.clients.listing import Delivered, Listing, Lists, nothing_told
from changeproof.intake.clients.paging import Paging

_ACTIONS = {
    "approved this merge request": "approved",
    "unapproved this merge request": "unapproved",
}
_NOT_HERE = frozenset({403, 404})
_GONE = frozenset({404})
_FILES = "Let the token read merge requests and code (Reporter), on GitLab 15.7 or later."


class MergeRequests:
    """What hangs below a merge request; `shown` is its project, as webhooks show it."""

    def __init__(self, lists: Lists, shown: Mapping[str, Any]) -> None:
        self._lists, self._shown = lists, shown

    def below(self, merge: Any) -> Iterable[Listing]:
        """The lists of the merge request that GitLab describes as `merge`."""
        own = f"merge_requests/{merge['iid']}"
        versions: list[Any] = []

        def keep(version: Any) -> Sequence[Delivered]:
            versions.append(version)
            return ()

        stated = (*self._lists.options, ("merge_request", str(merge["iid"])))
        yield self._lists.list(
            "commits of a merge request",
            f"{own}/commits",
            deliver=lambda row: [Delivered(self._lists.kind, row, options=stated)],
        )
        yield self._lists.list("versions", f"{own}/versions", deliver=keep, optional=_NOT_HERE)
        yield self._lists.list(
            "approvals",
            f"{own}/notes",
            {"sort": "asc", "order_by": "created_at", "activity_filter": "only_activity"},
            deliver=self._approval(merge, versions),
        )
        yield from self._files(merge, own)
        yield from self._trees(merge)
        yield self._lists.list(
            "pipelines of a merge request",
            f"{own}/pipelines",
            deliver=nothing_told,
            below=lambda pipeline: pipeline_lists(self._lists, pipeline),
            optional=_NOT_HERE,
        )

    def _files(self, merge: Any, own: str) -> Iterable[Listing]:
        """Which files it touches, where the list is whole: GitLab cuts it off at a limit, and says
        elsewhere how many there are. Of what stands in them nothing is kept."""
        revision = _landed(merge) or merge.get("sha")
        stated: list[str] = []
        files: list[Any] = []

        def count(row: Any) -> Sequence[Delivered]:
            stated.append(str(row.get("changes_count")))
            return ()

        def keep(row: Any) -> Sequence[Delivered]:
            files.append({"old_path": row["old_path"], "new_path": row["new_path"]})
            return ()

        def whole() -> Sequence[Delivered]:
            if not files or stated != [str(len(files))]:
                return ()
            told = {"revision": revision, "changed_files": files}
            return [Delivered(self._lists.kind, told, options=self._lists.options)]

        if revision:
            yield self._lists.list(
                "merge request", own, paging=Paging("one"), deliver=count, optional=_GONE
            )
            yield self._lists.list(
                "files of a merge request",
                f"{own}/diffs",
                deliver=keep,
                told_at_end=whole,
                copied=False,
                optional=_NOT_HERE,
                cure=_FILES,
            )

    def _trees(self, merge: Any) -> Iterable[Listing]:
        """What stands at the top of the head and of the commit that landed: enough to tell whether
        they hold the same."""
        landed = _landed(merge)
        if landed is None or landed == merge.get("sha"):
            return
        for revision in filter(None, (merge.get("sha"), landed)):
            yield self._tree(revision)

    def _tree(self, revision: str) -> Listing:
        entries: list[Any] = []

        def keep(row: Any) -> Sequence[Delivered]:
            entries.append({name: row[name] for name in ("id", "name", "type", "mode")})
            return ()

        def whole() -> Sequence[Delivered]:
            told = {"revision": revision, "tree_entries": entries}
            return [Delivered(self._lists.kind, told, options=self._lists.options)]

        return self._lists.list(
            "tree",
            "repository/tree",
            {"ref": revision},
            deliver=keep,
            told_at_end=whole,
            optional=_GONE,
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
                "target_project_id": self._shown["id"],
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


def _landed(merge: Any) -> str | None:
    """The commit on the target branch; a fast-forward lands the head itself."""
    if merge.get("state") != "merged":
        return None
    found: str | None = (
        merge.get("merge_commit_sha") or merge.get("squash_commit_sha") or merge.get("sha")
    )
    return found


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
