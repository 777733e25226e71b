"""GitHub's webhook bodies. Shapes: docs.github.com/webhooks/webhook-events-and-payloads."""

from dataclasses import dataclass
from typing import Any

import msgspec

from changeproof.demonstration.hours import SECOND, stamp
from changeproof.demonstration.staff import ORGANISATION_ID, ORGANISATION_LOGIN, GitHubUser

Json = dict[str, Any]

ZEROS = "0" * 40
HTML = "https://github.com"


@dataclass(frozen=True, slots=True)
class Place:
    """A repository as payloads name it."""

    number: int
    name: str

    @property
    def full_name(self) -> str:
        return f"{ORGANISATION_LOGIN}/{self.name}"

    @property
    def account(self) -> str:
        return f"github:repo/{self.number}"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit; `by_github` marks one that GitHub's pages made (merge, squash)."""

    revision: str
    tree: str
    message: str
    author: GitHubUser | None
    at: int
    by_github: bool = False


def encode(body: Json) -> bytes:
    return msgspec.json.encode(body)


def user(one: GitHubUser) -> Json:
    return {
        "login": one.login,
        "id": one.number,
        "type": one.type,
        "site_admin": False,
        "html_url": f"{HTML}/{one.login}",
    }


def repository(place: Place, at: int, *, pushed: bool = False) -> Json:
    """`pushed_at` is a number in push payloads alone."""
    return {
        "id": place.number,
        "name": place.name,
        "full_name": place.full_name,
        "private": True,
        "owner": {"login": ORGANISATION_LOGIN, "id": ORGANISATION_ID, "type": "Organization"},
        "html_url": f"{HTML}/{place.full_name}",
        "default_branch": "main",
        "updated_at": stamp(at),
        "pushed_at": at // SECOND if pushed else stamp(at),
    }


def around(place: Place, sender: GitHubUser | None, at: int, **body: Any) -> bytes:
    """A body with what stands around every event."""
    return encode(
        {
            **body,
            "repository": repository(place, at),
            "organization": {"login": ORGANISATION_LOGIN, "id": ORGANISATION_ID},
            "sender": user(sender) if sender else None,
        }
    )


def push(
    place: Place, sender: GitHubUser, at: int, ref: str, before: str | None, commits: list[Commit]
) -> bytes:
    """A ref moved to the last of `commits`."""
    listed = [_commit(place, one) for one in commits]
    return encode(
        {
            "ref": f"refs/heads/{ref}",
            "before": before or ZEROS,
            "after": commits[-1].revision,
            "created": before is None,
            "deleted": False,
            "forced": False,
            "base_ref": None,
            "compare": f"{HTML}/{place.full_name}/compare/{commits[-1].revision[:12]}",
            "commits": listed,
            "head_commit": listed[-1],
            "pusher": {"name": sender.login, "email": sender.address},
            "repository": repository(place, at, pushed=True),
            "organization": {"login": ORGANISATION_LOGIN, "id": ORGANISATION_ID},
            "sender": user(sender),
        }
    )


def _commit(place: Place, one: Commit) -> Json:
    author = (
        {"name": one.author.name, "email": one.author.address, "username": one.author.login}
        if one.author
        else {"name": "", "email": ""}
    )
    committer = author
    if one.by_github:
        committer = {"name": "GitHub", "email": "noreply@github.com", "username": "web-flow"}
    return {
        "id": one.revision,
        "tree_id": one.tree,
        "distinct": True,
        "message": one.message,
        "timestamp": stamp(one.at),
        "url": f"{HTML}/{place.full_name}/commit/{one.revision}",
        "author": author,
        "committer": committer,
        "added": [],
        "removed": [],
        "modified": [],
    }


def deployment(
    place: Place,
    creator: GitHubUser,
    at: int,
    *,
    number: int,
    revision: str,
    environment: str,
    task: str,
    run: int,
    started_by: GitHubUser | None,
    state: str | None = None,
    asked_at: int,
) -> bytes:
    """`deployment`, or with `state` the `deployment_status` that ends it."""
    body: Json = {
        "action": "created",
        "deployment": {
            "id": number,
            "sha": revision,
            "ref": "main",
            "task": task,
            "environment": environment,
            "original_environment": environment,
            "payload": {},
            "description": None,
            "creator": user(creator),
            "created_at": stamp(asked_at),
            "updated_at": stamp(at),
        },
    }
    if started_by is not None:
        body["workflow_run"] = {
            "id": run,
            "name": "Deploy",
            "path": ".github/workflows/deploy.yml",
            "head_sha": revision,
            "event": "push" if task == "deploy" else "workflow_dispatch",
            "actor": user(started_by),
            "triggering_actor": user(started_by),
        }
    if state is not None:
        body["deployment_status"] = {
            "id": number * 10 + 3,
            "state": state,
            "environment": environment,
            "description": "",
            "creator": user(creator),
            "created_at": stamp(at),
            "updated_at": stamp(at),
        }
    return around(place, creator, at, **body)


def protection(
    place: Place,
    sender: GitHubUser,
    at: int,
    *,
    action: str,
    created_at: int,
    checks: tuple[str, ...],
    approvals: int,
) -> bytes:
    return around(
        place,
        sender,
        at,
        action=action,
        rule={
            "id": place.number % 1_000_000 + 37_000_000,
            "repository_id": place.number,
            "name": "main",
            "created_at": stamp(created_at),
            "updated_at": stamp(at),
            "pull_request_reviews_enforcement_level": "everyone",
            "required_approving_review_count": approvals,
            "dismiss_stale_reviews_on_push": False,
            "require_code_owner_review": False,
            "authorized_dismissal_actors_only": False,
            "required_status_checks": list(checks),
            "required_status_checks_enforcement_level": "everyone",
            "strict_required_status_checks_policy": False,
            "allow_force_pushes_enforcement_level": "off",
            "allow_deletions_enforcement_level": "off",
            "admin_enforced": True,
        },
    )


def reference(place: Place, sender: GitHubUser, at: int, ref: str, *, born: bool) -> bytes:
    """`create` of a branch, or `delete`, which does not name the default branch."""
    more: Json = {"master_branch": "main", "description": None} if born else {}
    return around(place, sender, at, ref=ref, ref_type="branch", pusher_type="user", **more)
