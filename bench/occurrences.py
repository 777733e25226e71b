"""What the detection bench lets happen, told as the systems tell it: five kinds of occurrence."""

import hashlib
import hmac
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.registry import NotMeasured

SETTLING = 10.0
"""Seconds that policy lets a source be unexplained."""
APPROVED, OTHER = "a" * 64, "b" * 64
PERSON = {"id": 1001, "login": "person1", "type": "User"}


@dataclass(frozen=True)
class Told:
    """A server, and how one tells it something."""

    address: str
    secret: str
    token: str

    def by_github(self, event: str, payload: Mapping[str, object]) -> None:
        body = json.dumps(payload).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": hashlib.sha256(body).hexdigest(),
            "X-Hub-Signature-256": f"sha256={signature}",
        }
        self._post("/webhooks/github", body, headers)

    def by_event(self, **event: Any) -> None:
        headers = {"Authorization": f"Bearer {self.token}"}
        self._post("/api/events", json.dumps(event).encode(), headers)

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> None:
        whole = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(f"{self.address}{path}", body, whole)
        with urllib.request.urlopen(request) as reply:
            if reply.status >= 300:
                raise NotMeasured(f"what was told was answered with {reply.status}")


@dataclass(frozen=True)
class Occurrence:
    """`tell` lets it happen to system `example/shopN` of `number`; `settling` is waited for on
    purpose; `before` is what stands until then."""

    name: str
    settling: float
    tell: Callable[[Told, int, float], None]
    before: Callable[[Told, int], None] = lambda _told, _number: None


def system(number: int) -> str:
    return f"example/shop{number}"


def pushed(told: Told, number: int, at: float) -> None:
    commit = _commit(number)
    author = {"name": "Person 1", "email": "person1@example.com", "username": "person1"}
    listed = {"id": commit, "tree_id": commit[::-1], "message": "By hand", "timestamp": _clock(at),
              "author": author, "committer": author, "distinct": True,
              "added": [], "removed": [], "modified": ["a.txt"]}  # fmt: skip
    push = {"ref": "refs/heads/main", "before": "1" * 40, "after": commit, "created": False,
            "deleted": False, "forced": False, "commits": [listed], "head_commit": listed,
            "repository": {**_repository(number), "pushed_at": int(at)}, "sender": PERSON,
            "pusher": {"name": "person1", "email": "person1@example.com"}}  # fmt: skip
    told.by_github("push", push)


def pushed_and_deployed(told: Told, number: int, at: float) -> None:
    pushed(told, number, at)
    when = _clock(at)
    deployment = {"id": 800_000 + number, "sha": _commit(number), "ref": "main", "task": "deploy",
                  "environment": "production", "creator": PERSON, "created_at": when,
                  "updated_at": when, "payload": {}}  # fmt: skip
    status = {"id": 900_000 + number, "state": "success", "creator": PERSON,
              "environment": "production", "created_at": when, "updated_at": when}  # fmt: skip
    told.by_github(
        "deployment_status",
        {"action": "created", "deployment_status": status, "deployment": deployment,
         "repository": _repository(number), "sender": PERSON},
    )  # fmt: skip


def protected(told: Told, number: int) -> None:
    """A branch is watched from the first change of its system on."""
    when, side = _clock(time.time() - 120), {"ref": "work", "sha": _commit(number)}
    pull = {"id": 50_000 + number, "number": 1, "state": "open", "title": "First", "user": PERSON,
            "head": {**side, "repo": _repository(number), "user": PERSON},
            "base": {**side, "ref": "main", "repo": _repository(number), "user": PERSON},
            "created_at": when, "updated_at": when}  # fmt: skip
    told.by_github(
        "pull_request",
        {"action": "opened", "number": 1, "pull_request": pull,
         "repository": _repository(number), "sender": PERSON},
    )  # fmt: skip
    _rule(told, number, "created", time.time() - 60)


def unprotected(told: Told, number: int, at: float) -> None:
    _rule(told, number, "deleted", at)


def altered_at_the_console(told: Told, number: int, at: float) -> None:
    told.by_event(
        type="ProductionActed", source="pipeline", delivery=f"act-{number}",
        occurred_at=int(at * 1e6), act=f"console-{number}", system=system(number),
        environment="production", kind="infrastructure", actor="pipeline:person1",
    )  # fmt: skip


def drifted(told: Told, number: int, at: float) -> None:
    told.by_event(
        type="StateObserved", source="pipeline", delivery=f"seen-{number}",
        occurred_at=int(at * 1e6), digest=OTHER, **item(number),
    )  # fmt: skip


def item(number: int) -> dict[str, str]:
    """What is under a baseline."""
    return {"system": system(number), "environment": "production", "item": "nginx.conf"}


OCCURRENCES = (
    Occurrence("direct push", SETTLING, pushed),
    Occurrence("unauthorized deployment", SETTLING, pushed_and_deployed),
    Occurrence("protection off", 0, unprotected, protected),
    Occurrence("console change", SETTLING, altered_at_the_console),
    Occurrence("drift", 0, drifted),
)


def _commit(number: int) -> str:
    return hashlib.sha1(f"detection {number}".encode(), usedforsecurity=False).hexdigest()


def _clock(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _repository(number: int) -> dict[str, object]:
    return {
        "id": 70_000 + number,
        "name": f"shop{number}",
        "full_name": system(number),
        "default_branch": "main",
        "owner": PERSON,
        "private": True,
    }


def _rule(told: Told, number: int, action: str, at: float) -> None:
    rule = {"id": 60_000 + number, "name": "main", "created_at": _clock(at - 60),
            "updated_at": _clock(at), "admin_enforced": True,
            "pull_request_reviews_enforcement_level": "everyone",
            "required_approving_review_count": 1}  # fmt: skip
    told.by_github(
        "branch_protection_rule",
        {"action": action, "rule": rule, "repository": _repository(number), "sender": PERSON},
    )
