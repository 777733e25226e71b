"""Small GitHub deliveries of our own, in the shapes of the real ones."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

REPOSITORY: dict[str, Any] = {
    "id": 4711,
    "full_name": "example/shop",
    "default_branch": "main",
    "updated_at": "2026-01-01T00:00:00Z",
}
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def commit(name: object) -> str:
    """An invented commit hash."""
    return hashlib.sha1(str(name).encode()).hexdigest()


def user(number: int) -> dict[str, Any]:
    return {"id": number, "login": f"user{number}", "type": "User"}


def moment(number: int, minutes: int) -> str:
    when = FIRST_DAY + timedelta(hours=number % 8000, minutes=minutes)
    return when.isoformat().replace("+00:00", "Z")


def listed(revision: str, number: int, author: int, message: str) -> dict[str, Any]:
    """A commit as a push lists it."""
    person = {"name": f"User {author}", "email": f"{author}+user{author}@users.noreply.github.com"}
    return {
        "id": revision,
        "tree_id": commit(f"tree {number}"),
        "message": message,
        "timestamp": moment(number, 1),
        "author": person,
        "committer": person,
        "added": [],
        "removed": [],
        "modified": ["app.py"],
    }


def pull_request_story(
    number: int, author: int = 1, reviewer: int = 2
) -> Iterator[tuple[str, bytes]]:
    """Opened, tested, approved, merged, deployed: (event name, body), in order."""
    head, merged = commit(f"head {number}"), commit(f"merge {number}")
    pull = {
        "id": 900_000 + number,
        "number": number,
        "title": f"Change number {number}",
        "user": user(author),
        "state": "open",
        "created_at": moment(number, 2),
        "updated_at": moment(number, 2),
        "merged_at": None,
        "closed_at": None,
        "merged": False,
        "merge_commit_sha": None,
        "merged_by": None,
        "head": {"sha": head, "ref": f"topic-{number}", "repo": REPOSITORY},
        "base": {"sha": commit(f"base {number}"), "ref": "main", "repo": REPOSITORY},
    }

    def said(name: str, **fields: Any) -> tuple[str, bytes]:
        whole = {"repository": REPOSITORY, "sender": user(author), **fields}
        return name, json.dumps(whole).encode()

    yield said("pull_request", action="opened", number=number, pull_request=pull)
    yield said(
        "check_run",
        action="completed",
        check_run={
            "id": 700_000 + number,
            "name": "unit",
            "head_sha": head,
            "status": "completed",
            "conclusion": "success",
            "started_at": moment(number, 3),
            "completed_at": moment(number, 4),
            "app": {"id": 1, "slug": "ci"},
            "check_suite": {"id": 1},
        },
    )
    yield said(
        "pull_request_review",
        action="submitted",
        sender=user(reviewer),
        pull_request=pull,
        review={
            "id": 800_000 + number,
            "user": user(reviewer),
            "state": "approved",
            "commit_id": head,
            "submitted_at": moment(number, 5),
        },
    )
    closed = {
        **pull,
        "state": "closed",
        "merged": True,
        "merged_at": moment(number, 6),
        "closed_at": moment(number, 6),
        "updated_at": moment(number, 6),
        "merge_commit_sha": merged,
        "merged_by": user(author),
    }
    yield said("pull_request", action="closed", number=number, pull_request=closed)
    yield said(
        "push",
        ref="refs/heads/main",
        before=commit(f"merge {number - 1}"),
        after=merged,
        forced=False,
        created=False,
        deleted=False,
        repository={**REPOSITORY, "pushed_at": int(_seconds(number, 6))},
        pusher={"name": f"user{author}"},
        commits=[listed(merged, number, author, f"Change number {number} (#{number})")],
        head_commit=listed(merged, number, author, f"Change number {number} (#{number})"),
    )
    deployment = {
        "id": 600_000 + number,
        "sha": merged,
        "ref": "main",
        "environment": "production",
        "creator": user(author),
        "created_at": moment(number, 7),
        "updated_at": moment(number, 7),
    }
    yield said("deployment", action="created", deployment=deployment)
    yield said(
        "deployment_status",
        action="created",
        deployment=deployment,
        deployment_status={
            "id": 500_000 + number,
            "state": "success",
            "environment": "production",
            "creator": user(author),
            "created_at": moment(number, 8),
            "updated_at": moment(number, 8),
        },
    )


def _seconds(number: int, minutes: int) -> float:
    return (FIRST_DAY + timedelta(hours=number % 8000, minutes=minutes)).timestamp()
