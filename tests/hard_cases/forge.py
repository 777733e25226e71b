"""GitHub as a small company's webhooks see it: every act makes the deliveries it really makes.

The bodies are our own, in the shapes of the real ones, reduced to what GitHub always sends.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from changeproof.events.event import Event
from changeproof.sources.delivery import Delivery
from changeproof.sources.times import microseconds

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
RECEIVED = int((MONDAY + timedelta(days=27)).timestamp() * 1_000_000)  # after all that they tell
Json = dict[str, Any]


def sha(name: object) -> str:
    """An invented commit or tree."""
    return hashlib.sha1(str(name).encode()).hexdigest()


def clock(minute: float) -> str:
    """So many minutes after Monday morning, as GitHub writes a time."""
    return (MONDAY + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")


def at(minute: float) -> int:
    """The same in UTC microseconds."""
    moment = microseconds(clock(minute))
    assert moment is not None
    return moment


@dataclass(frozen=True)
class Somebody:
    """A GitHub user; their commits carry the private address that GitHub gives."""

    id: int
    login: str
    kind: str = "User"
    email: str = ""

    @property
    def account(self) -> str:
        return f"github:user/{self.id}"

    @property
    def user(self) -> Json:
        return {"id": self.id, "login": self.login, "type": self.kind, "site_admin": False}

    @property
    def person(self) -> Json:
        address = self.email or f"{self.id}+{self.login}@users.noreply.github.com"
        return {"name": self.login.title(), "email": address, "username": self.login}

    @property
    def trailer(self) -> str:
        return f"Co-authored-by: {self.person['name']} <{self.person['email']}>"


ANNA = Somebody(101, "anna")
BEN = Somebody(102, "ben")
CLEO = Somebody(103, "cleo")
DORA = Somebody(104, "dora")
PIPELINE = Somebody(41898282, "github-actions[bot]", "Bot")
GITHUB = Somebody(19864447, "web-flow", email="noreply@github.com")


@dataclass(frozen=True)
class Commit:
    """A commit as pushes list it. `tree` follows the commit unless two hold the same."""

    name: str
    author: Somebody | None = ANNA
    message: str = ""
    tree: str = ""
    committer: Somebody | None = None
    paths: tuple[str, ...] = ("app.py",)

    @property
    def revision(self) -> str:
        return self.name if len(self.name) == 40 else sha(self.name)

    def listed(self, minute: float) -> Json:
        blank = {"name": None, "email": None}
        author = self.author.person if self.author else blank
        committer = self.committer.person if self.committer else author
        return {
            "id": self.revision,
            "tree_id": self.tree or sha(f"tree of {self.revision}"),
            "distinct": True,
            "message": self.message or f"Work on {self.name}",
            "timestamp": clock(minute),
            "author": author,
            "committer": committer,
            "added": [],
            "removed": [],
            "modified": list(self.paths),
        }


def signed_by(who: Somebody | None) -> Json | None:
    return who.user if who else None


@dataclass
class Forge:
    """One repository. `items` are the deliveries so far, in order; `tip` is its main branch."""

    number: int = 4711
    name: str = "example/shop"
    items: list[Delivery | Event] = field(default_factory=list)
    tip: str = sha("beginning")
    _counter: int = 0

    @property
    def id(self) -> str:
        return f"github:repo/{self.number}"

    @property
    def repository(self) -> Json:
        return {
            "id": self.number,
            "name": self.name.partition("/")[2],
            "full_name": self.name,
            "private": True,
            "default_branch": "main",
            "created_at": clock(-90_000),
            "updated_at": clock(-1_000),
            "pushed_at": clock(-1_000),
        }

    def send(self, event: str, sender: Somebody | None, **body: Any) -> Json:
        """Deliver a body; what every delivery has is added unless it is given."""
        whole = {"repository": self.repository, "sender": signed_by(sender), **body}
        encoded = json.dumps(whole).encode()
        self._counter += 1
        name = f"{event}-{self._counter}-{hashlib.sha256(encoded).hexdigest()[:12]}"
        self.items.append(Delivery("github", name, encoded, RECEIVED, event))
        return whole

    def next_id(self) -> int:
        self._counter += 1
        return 10_000 + self._counter

    def push(
        self,
        by: Somebody | None,
        minute: float,
        *commits: Commit,
        branch: str = "main",
        before: str | None = None,
        forced: bool = False,
    ) -> str:
        """Push commits to a branch; the new tip."""
        after = commits[-1].revision
        listed = [commit.listed(minute) for commit in commits]
        self.send(
            "push",
            by,
            ref=f"refs/heads/{branch}",
            before=before or (self.tip if branch == "main" else "0" * 40),
            after=after,
            created=branch != "main" and before is None,
            deleted=False,
            forced=forced,
            repository={
                **self.repository,
                "pushed_at": int((MONDAY + timedelta(minutes=minute)).timestamp()),
            },
            pusher={"name": by.login} if by else {"name": None},
            commits=listed,
            head_commit=listed[-1],
        )
        if branch == "main":
            self.tip = after
        return after

    def check(
        self,
        revision: str,
        minute: float,
        conclusion: str = "success",
        name: str = "unit",
        app: str = "github-actions",
    ) -> None:
        """A check run that has completed."""
        self.send(
            "check_run",
            PIPELINE,
            action="completed",
            check_run={
                "id": self.next_id(),
                "name": name,
                "head_sha": revision,
                "status": "completed",
                "conclusion": conclusion,
                "started_at": clock(minute - 1),
                "completed_at": clock(minute),
                "app": {"id": 15368, "slug": app, "name": app},
                "check_suite": {"id": 1, "head_sha": revision},
            },
        )

    def deploy(
        self,
        revision: str,
        minute: float,
        by: Somebody | None = PIPELINE,
        environment: str = "production",
        state: str = "success",
        announced: bool = True,
    ) -> None:
        """A deployment and how it ended; `announced` sends the `deployment` delivery too."""
        deployment = {
            "id": self.next_id(),
            "sha": revision,
            "ref": "main",
            "task": "deploy",
            "environment": environment,
            "creator": signed_by(by),
            "created_at": clock(minute - 1),
            "updated_at": clock(minute),
        }
        if announced:
            self.send("deployment", by, action="created", deployment=deployment)
        self.send(
            "deployment_status",
            by,
            action="created",
            deployment=deployment,
            deployment_status={
                "id": self.next_id(),
                "state": state,
                "environment": environment,
                "creator": signed_by(by),
                "created_at": clock(minute),
                "updated_at": clock(minute),
            },
        )

    def pull(self, number: int, author: Somebody | None = ANNA, **more: Any) -> "Pull":
        """A pull request that nobody told of yet."""
        return Pull(self, number, author, **more)


@dataclass
class Pull:
    """One pull request: each method is an act, with the deliveries that GitHub makes of it."""

    forge: Forge
    number: int
    author: Somebody | None = ANNA
    title: str = "Improve the shop"
    fork: Json | None = None
    commits: list[Commit] = field(default_factory=list)
    minute: float = 0
    opened_at: float = 0
    ended: Json = field(default_factory=dict)
    base_ref: str = "main"

    @property
    def id(self) -> str:
        return f"{self.forge.id}/pull/{self.number}"

    @property
    def branch(self) -> str:
        return f"topic-{self.number}"

    @property
    def head(self) -> str:
        return self.commits[-1].revision

    def body(self, minute: float) -> Json:
        """The pull request as a delivery of that minute shows it."""
        tip = self.forge.tip if self.base_ref == "main" else sha(self.base_ref)
        base = {"sha": tip, "ref": self.base_ref, "repo": self.forge.repository}
        return {
            "id": 900_000 + self.number,
            "number": self.number,
            "state": "open",
            "title": self.title,
            "user": signed_by(self.author),
            "body": None,
            "created_at": clock(self.opened_at),
            "updated_at": clock(minute),
            "closed_at": None,
            "merged_at": None,
            "merge_commit_sha": None,
            "head": {
                "sha": self.head,
                "ref": self.branch,
                "repo": self.fork or self.forge.repository,
            },
            "base": base,
            "merged": False,
            "merged_by": None,
            **self.ended,
        }

    def tell(self, action: str, by: Somebody | None, minute: float, **more: Any) -> None:
        body = self.body(minute)
        more = {"number": self.number, "pull_request": body, **more}
        self.forge.send("pull_request", by, action=action, **more)

    def open(
        self, minute: float, *commits: Commit, pushed: bool = True, told: bool = True
    ) -> "Pull":
        """Push a branch and open the pull request."""
        self.commits = list(commits) or [Commit(f"{self.number}: first", self.author)]
        self.opened_at = minute
        if pushed and self.fork is None:
            self.forge.push(self.author, minute - 1, *self.commits, branch=self.branch)
        if told:
            self.tell("opened", self.author, minute)
        return self

    def add(
        self,
        by: Somebody | None,
        minute: float,
        *commits: Commit,
        pushed: bool = True,
        synchronized: bool = True,
    ) -> str:
        """Push more commits to its branch; the new head."""
        before = self.head
        self.commits += commits
        if pushed:
            self.forge.push(by, minute, *commits, branch=self.branch, before=before)
        if synchronized:
            self.tell("synchronize", by, minute, before=before, after=self.head)
        return self.head

    def review(
        self,
        by: Somebody | None,
        minute: float,
        state: str = "approved",
        revision: str | None = None,
        name: int | None = None,
    ) -> int:
        """Submit a review of the head (or of another commit); its number."""
        number = name or self.forge.next_id()
        review = {
            "id": number,
            "user": signed_by(by),
            "body": None,
            "state": state,
            "commit_id": revision or self.head,
            "submitted_at": clock(minute),
            "author_association": "MEMBER",
        }
        self.forge.send(
            "pull_request_review",
            by,
            action="submitted",
            review=review,
            pull_request=self._shown(minute),
        )
        return number

    def retarget(self, base_ref: str, by: Somebody, minute: float) -> None:
        """Aim it at another branch."""
        before = self.body(minute)["base"]
        self.base_ref = base_ref
        changes = {"base": {"ref": {"from": before["ref"]}, "sha": {"from": before["sha"]}}}
        self.tell("edited", by, minute, changes=changes)

    def dismiss(self, number: int, reviewer: Somebody, by: Somebody, minute: float) -> None:
        """Dismiss a review."""
        review = {
            "id": number,
            "user": reviewer.user,
            "state": "dismissed",
            "commit_id": self.head,
            "submitted_at": clock(minute - 1),
        }
        self.forge.send(
            "pull_request_review",
            by,
            action="dismissed",
            review=review,
            pull_request=self._shown(minute),
        )

    def _shown(self, minute: float) -> Json:
        """As deliveries about reviews show it: without who merged it."""
        body = self.body(minute)
        return {key: body[key] for key in body if key not in ("merged", "merged_by")}

    def close(self, by: Somebody | None, minute: float) -> None:
        """Close it unmerged."""
        self.ended = {"state": "closed", "closed_at": clock(minute)}
        self.tell("closed", by, minute)

    def merge(
        self,
        by: Somebody | None,
        minute: float,
        *landed: Commit,
        pushed: bool = True,
        told: bool = True,
    ) -> str:
        """Merge it as `landed` (default: a squash by GitHub); the commit on main."""
        squash = Commit(
            f"{self.number}: merged", self.author, f"{self.title} (#{self.number})", "", GITHUB
        )
        commits = landed or (squash,)
        revision = commits[-1].revision
        self.ended = {
            "state": "closed",
            "merged": True,
            "merged_at": clock(minute),
            "closed_at": clock(minute),
            "merge_commit_sha": revision,
            "merged_by": signed_by(by),
        }
        if told:
            self.tell("closed", by, minute)
        if pushed:
            self.forge.push(by, minute, *commits)
        else:
            self.forge.tip = revision
        return revision


def same_content(commit: Commit, other: Commit) -> Commit:
    """`commit` with the tree of `other`."""
    tree = other.tree or sha(f"tree of {other.revision}")
    return replace(commit, tree=tree)
