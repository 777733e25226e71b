"""A repository on GitHub: its main branch, what lands there, its checks and deployments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from changeproof.demonstration.hours import minutes
from changeproof.demonstration.payloads import github, github_checks, others
from changeproof.demonstration.payloads.github import Commit, Place
from changeproof.demonstration.staff import (
    ACTIONS,
    JENKINS,
    OWEN,
    PIPELINE,
    GitHubUser,
)
from changeproof.demonstration.systems import System
from changeproof.demonstration.titles import Titles, Versions
from changeproof.demonstration.world import World

_SUITES: dict[str, tuple[str, ...]] = {
    "actions": ("build", "unit", "browser"),
    "workflow": ("CI",),
    "junit": ("build",),
    "jenkins": ("jenkins/build", "jenkins/integration"),
    "bench": ("build", "device-tests"),
    "plan": ("plan", "policy"),
}
_CASES = [
    "plans the Hull rounds of 3 March",
    "keeps every promised slot",
    "no van over its weight",
    "ferry missed, round recovered",
    "140 stops at most",
    "two depots share one van",
    "snow north of the Humber",
    "school streets avoided",
]


@dataclass(frozen=True, slots=True)
class Landing:
    """A commit on main, in order."""

    revision: str
    tree: str
    at: int


class Repository:
    """One repository. All numbers and hashes come of the world, so they never repeat."""

    def __init__(self, world: World, system: System) -> None:
        self.world = world
        self.system = system
        self.place = Place(system.repository, system.key)
        self.titles = Titles(system.key, world.random(f"titles of {system.key}"))
        self.versions = Versions(system.updates)
        self.landed = [Landing(world.revision(), world.revision(), world.now)]
        self.deployed = 0
        """How many of `landed` lie below the last deployment."""
        self.protected_since = world.now
        self.image: str | None = None
        """What a pipeline that tells of itself rolled out last."""

    @property
    def tip(self) -> Landing:
        return self.landed[-1]

    @property
    def suites(self) -> tuple[str, ...]:
        return _SUITES[self.system.ci]

    def hook(self, name: str, body: bytes) -> None:
        """GitHub tells of something now."""
        self.world.deliver("github", body, name=name)

    def land(self, pusher: GitHubUser, commits: list[Commit]) -> str:
        """Commits reach main; the last is the new tip."""
        before, now = self.tip.revision, self.world.now
        self.hook("push", github.push(self.place, pusher, now, "main", before, commits))
        self.landed.append(Landing(commits[-1].revision, commits[-1].tree, now))
        return self.tip.revision

    def commit(
        self,
        author: GitHubUser | None,
        message: str,
        *,
        tree: str | None = None,
        by_github: bool = False,
    ) -> Commit:
        """A new commit, made now."""
        world = self.world
        return Commit(
            world.revision(), tree or world.revision(), message, author, world.now, by_github
        )

    def direct_push(
        self, pusher: GitHubUser, message: str, author: GitHubUser | None = None
    ) -> str:
        """Somebody pushes to main, past any pull request."""
        return self.land(pusher, [self.commit(author or pusher, message)])

    def test(
        self,
        revision: str,
        starter: GitHubUser,
        branch: str = "main",
        outcomes: Mapping[str, str] | None = None,
        *,
        attempt: int = 1,
        only: tuple[str, ...] = (),
    ) -> None:
        """The checks of this repository end now. `outcomes` names those that are no success."""
        for name in only or self.suites:
            conclusion = (outcomes or {}).get(name, "success")
            self._report(name, revision, starter, branch, conclusion, attempt)

    def _report(
        self,
        name: str,
        revision: str,
        starter: GitHubUser,
        branch: str,
        conclusion: str,
        attempt: int,
    ) -> None:
        world, now = self.world, self.world.now
        number = 41_000_000_000 + world.count("check") * 137
        began = now - minutes(4) - world.count("check began") % 50 * 1_000_000
        if self.system.ci == "workflow":
            body = github_checks.workflow_run(
                self.place,
                starter,
                now,
                number=number // attempt,
                attempt=attempt,
                revision=revision,
                branch=branch,
                conclusion=conclusion,
                started_at=began,
            )
            self.hook("workflow_run", body)
        elif self.system.ci == "jenkins":
            body = github_checks.status(
                self.place,
                JENKINS,
                now,
                number=number,
                context=name,
                revision=revision,
                state=conclusion,
                branch=branch,
            )
            self.hook("status", body)
        elif name == "device-tests":
            content = {
                "outcome": conclusion,
                "testSuite": {"id": "device-tests", "name": "device-tests"},
                "environment": {"id": "test-bench"},
            }
            self._tell(
                "testsuiterun.finished.0.2.0", f"device-tests/{number}", content, revision=revision
            )
        else:
            body = github_checks.check_run(
                self.place,
                ACTIONS,
                now,
                number=number,
                name=name,
                revision=revision,
                conclusion=conclusion,
                started_at=began,
            )
            self.hook("check_run", body)

    def regression(self, revision: str, red: frozenset[str] = frozenset()) -> None:
        """The regression suite's report arrives as JUnit."""
        lasted = minutes(18)
        body = others.junit("regression", self.world.now - lasted, lasted, revision, _CASES, red)
        self.world.deliver("junit", body)

    def deploy(
        self,
        landing: int,
        started_by: GitHubUser | None,
        *,
        environment: str = "production",
        rollback: bool = False,
        state: str = "success",
    ) -> Iterator[int]:
        """`landed[landing]` goes to an environment; it takes three minutes."""
        revision = self.landed[landing].revision
        if environment == "production" and state == "success":
            self.deployed = landing
        if self.system.cdevents:
            yield from self._roll_out(revision, started_by, environment, rollback)
        else:
            yield from self._pipeline(revision, started_by, environment, rollback, state)

    def _pipeline(
        self,
        revision: str,
        started_by: GitHubUser | None,
        environment: str,
        rollback: bool,
        state: str,
    ) -> Iterator[int]:
        number = 2_300_000_000 + self.world.count("deployment") * 61
        asked_at = self.world.now
        task = "deploy:rollback" if rollback else "deploy"

        def body(state: str | None) -> bytes:
            return github.deployment(
                self.place,
                ACTIONS,
                self.world.now,
                number=number,
                revision=revision,
                environment=environment,
                task=task,
                run=number + 7,
                started_by=started_by,
                state=state,
                asked_at=asked_at,
            )

        self.hook("deployment", body(None))
        yield minutes(3)
        self.hook("deployment_status", body(state))

    def _roll_out(
        self, revision: str, started_by: GitHubUser | None, environment: str, rollback: bool
    ) -> Iterator[int]:
        image = f"pkg:oci/{self.system.key}@sha256:{self.world.digest('image of ' + revision)}"
        self._tell(
            "artifact.packaged.0.3.0", image, {"change": {"id": revision}}, revision=revision
        )
        yield minutes(6)
        content = {"environment": {"id": environment}, "artifactId": image}
        predicate = "rolledback.0.3.0" if rollback else "deployed.0.3.0"
        self._tell(
            f"service.{predicate}",
            self.system.key,
            content,
            started_by=started_by,
            actor=PIPELINE if started_by else None,
        )
        self.image = image

    def _tell(
        self,
        kind: str,
        subject: str,
        content: github.Json,
        *,
        revision: str | None = None,
        started_by: GitHubUser | None = None,
        actor: GitHubUser | None = None,
    ) -> None:
        """The pipeline says something of itself."""
        identifier = self.world.uuid()
        custom = {
            "repository": self.place.account,
            "system": self.system.key,
            "revision": revision,
            "actor": actor.account if actor else None,
            "triggered_by": started_by.account if started_by else None,
        }
        body = others.cdevent(
            kind,
            self.world.now,
            identifier=identifier,
            subject=subject,
            content=content,
            custom=custom,
        )
        self.world.deliver("cdevents", body, identifier=identifier)

    def protect(self, sender: GitHubUser = OWEN.user, action: str = "created") -> None:
        """The protection of main is set (`created`, `edited`) or taken away (`deleted`)."""
        body = github.protection(
            self.place,
            sender,
            self.world.now,
            action=action,
            created_at=self.protected_since,
            checks=self.suites,
            approvals=1,
        )
        self.hook("branch_protection_rule", body)
