"""What one repository of GitHub's tells.

Pull requests that changed with their reviews, commits and check runs; commits of the default branch
with their parents; deployments with each status; rulesets; the default branch's protection; who may
write. What has a REST body of its own is delivered as it came; a deployment, a status, a ruleset
and a collaborator are put into the envelope of their webhook, because only there they name their
repository.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from changeproof.intake.clients.branch_line import BranchLine
from changeproof.intake.clients.github.files import ConfigurationFiles
from changeproof.intake.clients.github.rebasing import MOST_REBASED, rebased, written
from changeproof.intake.clients.listing import Delivered, Listing, Lists, nothing_told
from changeproof.intake.clients.paging import Paging
from changeproof.sources.configuration_files import NONE as NO_FILES

_ONE = Paging("one")
_LATE = timedelta(days=14)
"""A deployment may get a status so long after it was made."""
_RECENT = timedelta(days=1)
"""A check may end so long after its pull request last changed, and a commit be pushed late."""
_GONE = frozenset({404, 410})
_NOT_HERE = frozenset({403, 404})
_LEVELS = ("pull", "triage", "push", "maintain", "admin")
"""What a collaborator may do, as `permissions` says it, from least to most."""
_ROLES = {"read": "pull", "write": "push"}
"""The same as `role_name` says it, where that is another word."""
_MAY_WRITE = frozenset({"push", "maintain", "admin"})
_SHOWN = ("id", "node_id", "name", "full_name", "default_branch", "owner")
"""Of a repository's row what stays: its counts and times change with every push and star, and what
stands would be told anew each time."""


def repository_lists(row: Any, files: str | None = None) -> Iterable[Listing]:
    """Every list of the repository that GitHub describes as `row`; `files` says which are
    configuration."""
    return _Repository(row, files).listings()


class _Repository:
    """The lists of one repository; `row` is it as GitHub describes it."""

    def __init__(self, row: Any, files: str | None) -> None:
        self._row, self._files = row, files
        self._shown = {name: row[name] for name in _SHOWN if name in row}
        path = f"repos/{quote(str(row['full_name']))}"
        self._scope = f"github:repo/{row['id']}"
        self._lists = Lists("github", self._scope, path, (("repository", self._scope),))
        self._list = self._lists.list
        self._rules_held = False

    def listings(self) -> Iterable[Listing]:
        yield self._list(
            "pull requests",
            "pulls",
            {"state": "all", "sort": "updated", "direction": "desc"},
            deliver=nothing_told,
            changed_at=lambda row: row.get("updated_at"),
            cursor=f"{self._scope}/pull requests",
            until_seen=True,
            seen_before=_RECENT,
            below=self._pull,
        )
        branch = self._row.get("default_branch")
        if branch:
            # Not by `since`: that asks for what a committer's clock says, and a commit of last week
            # may be pushed today. The newest page begins at the tip, whatever its date.
            line = BranchLine(self._lists, branch, _shown)
            yield self._list(
                "commits",
                "commits",
                {"sha": branch},
                deliver=line.deliver,
                line=line,
                changed_at=_committed_at,
                cursor=f"{self._scope}/commits of {branch}",
                until_seen=True,
                seen_before=_RECENT,
                optional=frozenset({409}),
            )
        yield self._list(
            "deployments",
            "deployments",
            deliver=lambda row: [self._told("deployment", deployment=row)],
            changed_at=lambda row: row.get("created_at"),
            cursor=f"{self._scope}/deployments",
            until_seen=True,
            seen_before=_LATE,
            below=self._statuses,
        )
        yield self._list(
            "collaborators",
            "collaborators",
            deliver=self._collaborator,
            standing=self._may_write,
            optional=_NOT_HERE,
            cure="Give a token's owner write access and an app the organization permission Members"
            " (read): GitHub shows collaborators to nobody else.",
        )
        yield self._list(
            "rulesets",
            "rulesets",
            {"includes_parents": "true"},
            deliver=nothing_told,
            below=self._ruleset,
            standing=self._ruleset_key,
            optional=_NOT_HERE,
        )
        if branch:
            yield self._protection(branch)

    def _collaborator(self, row: Any) -> Sequence[Delivered]:
        """Who may write bears no time: it is told when it is other than at the last look."""
        key = self._may_write(row)
        if key is None:
            return ()
        who = {"id": row["id"], "login": row["login"], "type": row.get("type")}
        told, name = {"member": who, "looked_at": True}, "member"
        ended = self._told(name, key, action="removed", **told)
        stands = self._told(
            name, key, action="edited", changes={"permission": {"to": _level(row)}}, **told
        )
        return [replace(stands, stands=key, ended=ended)]

    def _may_write(self, row: Any) -> str | None:
        return f"{self._scope}/member/{row['id']}" if _level(row) in _MAY_WRITE else None

    def _pull(self, pull: Any) -> Iterable[Listing]:
        number, head = pull["number"], pull["head"]["sha"]
        yield self._list(
            "pull request", f"pulls/{number}", paging=_ONE, below=self._commits_of_a_pull
        )
        yield self._list("reviews", f"pulls/{number}/reviews")
        for revision in dict.fromkeys((head, pull.get("merge_commit_sha"))):
            if revision and (revision == head or pull.get("merged_at")):
                yield self._list(
                    "check runs",
                    f"commits/{quote(revision)}/check-runs",
                    {"filter": "all"},
                    paging=Paging("link", rows="check_runs"),
                    optional=_GONE,
                )
                yield self._list(
                    "statuses",
                    f"commits/{quote(revision)}/statuses",
                    deliver=self._status(revision),
                    optional=_GONE,
                )

    def _commits_of_a_pull(self, pull: Any) -> Iterable[Listing]:
        """What it proposed, and what GitHub made of that where it landed one by one."""
        proposed: list[Any] = []

        def told(row: Any) -> Delivered:
            stated = (("pull", str(pull["number"])), ("repository", self._scope))
            return Delivered("github", row, None, stated)

        def propose(row: Any) -> Sequence[Delivered]:
            proposed.append(written(row))
            return [told(row)]

        yield self._list(
            "commits of a pull request", f"pulls/{pull['number']}/commits", deliver=propose
        )
        merge = pull.get("merge_commit_sha")
        if pull.get("merged_at") and merge and pull.get("commits", 0) > 1:
            yield self._list(
                "commits that landed",
                "commits",
                {"sha": merge, "per_page": MOST_REBASED},
                paging=_ONE,
                deliver=lambda rows: [told(row) for row in rebased(proposed, merge, rows)],
                optional=_GONE,
            )

    def _status(self, revision: str) -> Callable[[Any], Sequence[Delivered]]:
        def deliver(row: Any) -> Sequence[Delivered]:
            told = {**row, "sha": revision, "name": self._row["full_name"], "branches": []}
            return [Delivered("github", {**told, "repository": self._shown}, "status")]

        return deliver

    def _statuses(self, deployment: Any) -> Iterable[Listing]:
        yield self._list(
            "statuses of a deployment",
            f"deployments/{deployment['id']}/statuses",
            deliver=lambda row: [
                self._told("deployment_status", deployment=deployment, deployment_status=row)
            ],
        )

    def _ruleset(self, ruleset: Any) -> Iterable[Listing]:
        self._rules_held |= ruleset.get("enforcement") == "active"
        yield self._list(
            "ruleset",
            f"rulesets/{ruleset['id']}",
            paging=_ONE,
            deliver=self._rules,
            optional=_NOT_HERE,
        )

    def _rules(self, ruleset: Any) -> Sequence[Delivered]:
        """What it demands now, and how its removal is told: that bears no time, the look does."""
        told, name = {"repository_ruleset": ruleset}, "repository_ruleset"
        ended = self._told(name, action="deleted", looked_at=True, **told)
        stands = self._told(name, action="edited", **told)
        return [replace(stands, stands=self._ruleset_key(ruleset), ended=ended)]

    def _ruleset_key(self, ruleset: Any) -> str:
        return f"{self._scope}/ruleset/{ruleset['id']}"

    def _protection(self, branch: str) -> Listing:
        """Whether the branch is protected at all, and then how.

        A refusal to show the rules says nothing of them; off is told only of a branch that GitHub
        calls unprotected and that no ruleset of ours covers.
        """

        def off(shown: Any) -> Sequence[Delivered]:
            if shown.get("protected") is not False or self._rules_held:
                return ()
            return self._look(branch, None)

        def standing(shown: Any) -> str | None:
            return None if shown.get("protected") is False else self._protection_key(branch)

        def below(shown: Any) -> Iterable[Listing]:
            tip = (shown.get("commit") or {}).get("sha")
            if tip and self._files != NO_FILES:
                yield ConfigurationFiles(self._lists, self._shown, self._files).at(tip)
            if shown.get("protected"):
                yield self._list(
                    "protection",
                    f"branches/{quote(branch, safe='')}/protection",
                    paging=_ONE,
                    deliver=lambda rule: [
                        replace(
                            one,
                            stands=self._protection_key(branch),
                            ended=self._look(branch, None)[0],
                        )
                        for one in self._look(branch, rule)
                    ],
                    optional=_NOT_HERE,
                )

        return self._list(
            "branch",
            f"branches/{quote(branch, safe='')}",
            paging=_ONE,
            deliver=off,
            below=below,
            standing=standing,
            optional=_GONE,
        )

    def _look(self, branch: str, rule: Mapping[str, Any] | None) -> Sequence[Delivered]:
        """It bears no time: what stands is told when it is other than at the last look."""
        shown: dict[str, Any] = {"name": branch, "looked_at": True}
        if rule is not None:
            reviews = rule.get("required_pull_request_reviews") or {}
            shown["admin_enforced"] = (rule.get("enforce_admins") or {}).get("enabled")
            shown["required_approving_review_count"] = reviews.get(
                "required_approving_review_count", 0
            )
            shown["protection"] = rule
        return [
            self._told(
                "branch_protection_rule",
                key=self._protection_key(branch),
                action="edited" if rule is not None else "deleted",
                rule=shown,
            )
        ]

    def _protection_key(self, branch: str) -> str:
        return f"{self._scope}/protection/{branch}"

    def _told(self, name: str, key: str = "", **said: Any) -> Delivered:
        """In the envelope of a webhook."""
        sender = next((row["creator"] for row in said.values() if _has_creator(row)), None)
        body = {**said, "repository": self._shown, **({"sender": sender} if sender else {})}
        return Delivered("github", body, name, key=key)


def _level(row: Any) -> str:
    """The most that any source of rights gives: a role of the organization may exceed the base."""
    role = str(row.get("role_name") or "")
    held = {name for name, is_held in (row.get("permissions") or {}).items() if is_held}
    held.add(_ROLES.get(role, role))
    return max((name for name in _LEVELS if name in held), key=_LEVELS.index, default="")


def _shown(row: Any) -> tuple[str, Sequence[str]]:
    return row["sha"], [parent["sha"] for parent in row["parents"]]


def _committed_at(row: Any) -> str | None:
    """As whoever committed claims, and as GitHub filters."""
    said: str | None = (row["commit"].get("committer") or {}).get("date")
    return said


def _has_creator(row: Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("creator"), dict)
