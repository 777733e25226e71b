"""The story's time: scripts that wait, resumed in order of time.

A script is a generator that does things and yields how long it waits (microseconds). So commits,
numbers and branch tips come about in the order in which they would, and the steps leave in order
of time. Each script has a random source of its own: a new one changes no other.
"""

import hashlib
import heapq
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from uuid import UUID

from changeproof.demonstration.hours import moment
from changeproof.demonstration.payloads.others import own
from changeproof.demonstration.steps import Act, ActKind, Incoming, Step, Trouble, Value
from changeproof.sources.delivery import Delivery

Script = Iterator[int]

LENGTH = timedelta(days=364)
"""52 whole weeks."""


class World:
    """Now, what is still to come, and what came out."""

    def __init__(self, end: date) -> None:
        self.first_day = end - LENGTH + timedelta(days=1)
        self.last_day = end
        self.now = moment(self.first_day)
        self.finish = moment(end + timedelta(days=1))
        self.troubles: list[Trouble] = []
        self.github_is_silent = False
        self._scripts: list[tuple[int, int, Script]] = []
        self._out: list[Step] = []
        self._counters: Counter[str] = Counter()

    def begin(self, when: int, script: Script) -> None:
        """Start a script at a time."""
        heapq.heappush(self._scripts, (when, self.count("script"), script))

    def begin_on(self, day: date, hour: int, minute: int, script: Script) -> None:
        self.begin(moment(day, hour, minute), script)

    def run(self) -> Iterator[Step]:
        """All steps in order of time, up to the end of the last day."""
        while self._scripts:
            when, _, script = heapq.heappop(self._scripts)
            if when >= self.finish:
                return
            self.now = when
            wait = next(script, None)
            if wait is not None:
                self.begin(when + wait, script)
            yield from self._out
            self._out.clear()

    def day(self, number: int) -> date:
        """The story's n-th day, counted from 0."""
        return self.first_day + timedelta(days=number)

    def count(self, name: str) -> int:
        """The next number of a sort, from 1."""
        self._counters[name] += 1
        return self._counters[name]

    def revision(self) -> str:
        """A new commit's or tree's hash: 40 hexadecimal digits."""
        return self.digest("git object")[:40]

    def digest(self, name: str) -> str:
        """64 hexadecimal digits that no other has."""
        return hashlib.sha256(f"wrenfield {name} {self.count(name)}".encode()).hexdigest()

    def uuid(self) -> str:
        return str(UUID(hex=self.digest("uuid")[:32], version=4))

    def random(self, name: str) -> Random:
        """A random source that only this name has."""
        return Random(f"wrenfield {name}")  # noqa: S311 - a story, no secret

    def deliver(
        self, kind: str, body: bytes, *, name: str | None = None, identifier: str | None = None
    ) -> None:
        """A payload comes in now; from GitHub only while its deliveries arrive."""
        if kind == "github" and self.github_is_silent:
            return
        delivery = Delivery(
            kind=kind,
            id=identifier or self.uuid(),
            body=body,
            received_at=self.now,
            name=name,
            trust_claimed_times=True,
        )
        self._out.append(Incoming(delivery))

    def state(self, kind: str, /, **fields: object) -> None:
        """Somebody states a fact that no system tells of itself."""
        self.deliver("events", own(kind, self.now, **fields))

    def act(self, actor: str, kind: ActKind, change: str | None = None, **fields: Value) -> None:
        """Somebody does something at the desk now."""
        self._out.append(Act(self.now, actor, kind, change, fields))

    def expect(self, name: str, subject: str, **expected: str) -> None:
        """Note what a check is to find; keywords are a check's name without its folder."""
        folded = {_CHECKS.get(check, check): verdict for check, verdict in expected.items()}
        self.troubles.append(Trouble(name, subject, folded))


_CHECKS = {
    "authorization": "cc8_1/02_authorization",
    "tracking": "cc8_1/05_tracking",
    "testing": "cc8_1/07_testing",
    "approval": "cc8_1/08_approval",
    "deployment": "cc8_1/09_deployment",
    "emergency": "cc8_1/13_emergency",
    "unauthorized_deployment": "signs/unauthorized_deployment",
    "untracked_change": "signs/untracked_change",
    "requirements_unmet": "signs/requirements_unmet",
    "unattributed_change": "signs/unattributed_change",
    "overdue_change": "signs/overdue_change",
    "configuration_mismatch": "signs/configuration_mismatch",
    "no_emergency_path": "signs/no_emergency_path",
    "unlogged_deployment": "signs/unlogged_deployment",
    "protection": "around/protection",
    "configuration": "cc8_1/06_configuration",
    "incident_remediation": "cc8_1/11_incident_remediation",
    "patches": "cc8_1/14_patches",
}
