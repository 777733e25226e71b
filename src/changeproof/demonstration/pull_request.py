"""One pull request, from its first push to its merge."""

from collections.abc import Mapping
from dataclasses import replace

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.payloads import github
from changeproof.demonstration.payloads.github import Commit
from changeproof.demonstration.payloads.github_pulls import PullState, pull_request, review
from changeproof.demonstration.staff import GitHubUser


class PullRequest:
    """Opened when it is made: the branch is pushed, then the pull request appears."""

    def __init__(
        self,
        repository: Repository,
        author: GitHubUser,
        title: str,
        branch: str,
        *,
        body: str = "",
        commits: int = 1,
        trailers: str = "",
    ) -> None:
        self.repository = repository
        self.world = repository.world
        self.author = author
        self.number = self.world.count(f"pull of {repository.system.key}") + 1180
        self.branch = f"{branch}-{self.number}"
        self.base = repository.tip
        self.commits: list[Commit] = []
        self._trailers = trailers
        first = self._written(author, title, commits)
        if self.number % 6 == 0:  # not every branch's birth is told: a year has enough of them
            self._reference("create", author)
        self._push(author, first, None)
        now = self.world.now
        self.state = PullState(
            self.number,
            title,
            body or title + ".",
            author,
            self.branch,
            self.head,
            self.base.revision,
            now,
            now,
            commits=commits,
        )
        self._tell("opened", author)

    @property
    def id(self) -> str:
        """`github:repo/583231/pull/7`"""
        return f"{self.repository.place.account}/pull/{self.number}"

    @property
    def head(self) -> str:
        return self.commits[-1].revision

    def push(self, pusher: GitHubUser, message: str, author: GitHubUser | None = None) -> str:
        """Another commit; the new head."""
        before = self.head
        self._push(pusher, self._written(author or pusher, message, 1), before)
        self.state = replace(
            self.state, head=self.head, updated_at=self.world.now, commits=len(self.commits)
        )
        self._tell("synchronize", pusher, before)
        return self.head

    def test(
        self,
        outcomes: Mapping[str, str] | None = None,
        *,
        attempt: int = 1,
        only: tuple[str, ...] = (),
    ) -> None:
        """The checks on the head end now."""
        self.repository.test(
            self.head, self.author, self.branch, outcomes, attempt=attempt, only=only
        )

    def review(
        self, by: GitHubUser, verdict: str = "approved", text: str = "", *, told: bool = True
    ) -> None:
        """Somebody gives a verdict on the head that they see."""
        number = 1_900_000_000 + self.world.count("review") * 53
        now = self.world.now
        self.state = replace(self.state, updated_at=now)
        body = review(
            self.repository.place,
            by,
            "submitted",
            self.state,
            number=number,
            reviewer=by,
            verdict=verdict,
            revision=self.head,
            submitted_at=now,
            text=text,
        )
        if told:
            self.repository.hook("pull_request_review", body)

    def merge(self, by: GitHubUser, *, style: str | None = None) -> str:
        """It is merged now; the commit on main. The tree is the head's if main stood still."""
        repository, title = self.repository, self.state.title
        current = repository.tip.revision == self.base.revision
        tree = self.commits[-1].tree if current else None
        if (style or repository.system.style) == "squash":
            message = f"{title} (#{self.number})"
            if len(self.commits) > 1:
                told = "\n".join(f"* {one.message.partition(chr(10))[0]}" for one in self.commits)
                message += f"\n\n{told}"
            if self._trailers:
                message += f"\n\n{self._trailers}"
            landing = [repository.commit(self.author, message, tree=tree, by_github=True)]
        else:
            message = f"Merge pull request #{self.number} from wrenfield/{self.branch}\n\n{title}"
            merge = repository.commit(by, message, tree=tree, by_github=True)
            landing = [*self.commits, merge]
        revision = landing[-1].revision
        now = self.world.now
        self.state = replace(
            self.state,
            updated_at=now,
            closed_at=now,
            merged_at=now,
            merged_by=by,
            merge_commit=revision,
        )
        self._tell("closed", by)
        return repository.land(by, landing)

    def close(self, by: GitHubUser) -> None:
        """It is given up."""
        now = self.world.now
        self.state = replace(self.state, updated_at=now, closed_at=now)
        self._tell("closed", by)

    def delete_branch(self, by: GitHubUser) -> None:
        self._reference("delete", by)

    def label(self, by: GitHubUser) -> None:
        """A small edit; its payload states once more all that the pull request is by now."""
        self.state = replace(self.state, updated_at=self.world.now)
        self._tell("labeled", by)

    def _written(self, author: GitHubUser, message: str, number: int) -> list[Commit]:
        text = f"{message}\n\n{self._trailers}" if self._trailers else message
        return [self.repository.commit(author, text) for _ in range(number)]

    def _push(self, pusher: GitHubUser, commits: list[Commit], before: str | None) -> None:
        self.commits += commits
        place, now = self.repository.place, self.world.now
        body = github.push(place, pusher, now, self.branch, before, commits)
        self.repository.hook("push", body)

    def _reference(self, event: str, by: GitHubUser) -> None:
        place, now = self.repository.place, self.world.now
        body = github.reference(place, by, now, self.branch, born=event == "create")
        self.repository.hook(event, body)

    def _tell(self, action: str, by: GitHubUser, before: str | None = None) -> None:
        body = pull_request(self.repository.place, by, action, self.state, before)
        self.repository.hook("pull_request", body)
