"""GitLab as a small company sees it; the bodies are our own, with what GitLab always sends."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from changeproof.events.event import Event
from changeproof.sources.delivery import Delivery
from tests.hard_cases.forge import RECEIVED, Somebody, clock, sha

HOST = "gitlab.example.org"
ZEROS = "0" * 40
Json = dict[str, Any]


def account(who: Somebody) -> str:
    return f"gitlab:{HOST}/user/{who.id}"


def person(who: Somebody) -> Json:
    """A commit's author, by the private address that GitLab gives."""
    address = f"{who.id}-{who.login}@users.noreply.{HOST}"
    return {"name": who.login.title(), "email": address}


@dataclass
class GitLab:
    """One project. `items` are the deliveries so far; `tip` is its main branch."""

    number: int = 31
    name: str = "example/shop"
    items: list[Delivery | Event] = field(default_factory=list)
    tip: str = sha("beginning")

    @property
    def id(self) -> str:
        return f"gitlab:{HOST}/project/{self.number}"

    def send(self, kind: str, who: Somebody, **body: Any) -> None:
        project = {
            "id": self.number,
            "web_url": f"https://{HOST}/{self.name}",
            "path_with_namespace": self.name,
            "default_branch": "main",
        }
        user = {
            "id": who.id,
            "username": who.login,
            "name": who.login.title(),
            "email": "[REDACTED]",
        }
        encoded = json.dumps(
            {"object_kind": kind, "project": project, "user": user, **body}
        ).encode()
        name = f"{kind}-{len(self.items)}-{hashlib.sha256(encoded).hexdigest()[:12]}"
        self.items.append(Delivery("gitlab", name, encoded, RECEIVED))

    def commit(self, revision: str, author: Somebody, minute: float) -> Json:
        return {
            "id": revision,
            "message": f"Work on {revision[:7]}",
            "timestamp": clock(minute),
            "author": person(author),
            "added": [],
            "modified": ["app.py"],
            "removed": [],
        }

    def push(self, who: Somebody, minute: float, revision: str, branch: str = "main") -> str:
        """Push one commit."""
        self.send(
            "push",
            who,
            ref=f"refs/heads/{branch}",
            before=self.tip if branch == "main" else ZEROS,
            after=revision,
            user_id=who.id,
            user_username=who.login,
            project_id=self.number,
            commits=[self.commit(revision, who, minute)],
            total_commits_count=1,
        )
        if branch == "main":
            self.tip = revision
        return revision

    def job(self, who: Somebody, minute: float, revision: str, status: str = "success") -> None:
        """One job of the pipeline has ended."""
        self.send(
            "build",
            who,
            build_id=int(minute * 10),
            build_name="unit",
            build_status=status,
            build_started_at=clock(minute - 1),
            build_finished_at=clock(minute),
            sha=revision,
            project_id=self.number,
        )

    def deploy(self, who: Somebody, minute: float, revision: str, status: str = "success") -> None:
        """A job deployed to production."""
        self.send(
            "deployment",
            who,
            status=status,
            status_changed_at=clock(minute),
            deployment_id=int(minute * 10),
            deployable_id=int(minute * 10) + 1,
            environment="production",
            short_sha=revision[:8],
            commit_url=f"https://{HOST}/{self.name}/-/commit/{revision}",
        )

    def merge_request(
        self,
        number: int,
        action: str,
        who: Somebody,
        minute: float,
        head: str,
        author: Somebody,
        **more: Any,
    ) -> str:
        """An act on a merge request that was opened at minute 10; its natural key."""
        changes = more.pop("changes", {})
        self.send(
            "merge_request",
            who,
            changes=changes,
            object_attributes={
                "id": 9000 + number,
                "iid": number,
                "title": "Improve the shop",
                "state": "opened",
                "action": action,
                "author_id": author.id,
                "created_at": clock(10),
                "updated_at": clock(minute),
                "source_branch": f"topic-{number}",
                "target_branch": "main",
                "source_project_id": self.number,
                "target_project_id": self.number,
                "last_commit": self.commit(head, author, 9),
                **more,
            },
        )
        return f"{self.id}/merge/{number}"
