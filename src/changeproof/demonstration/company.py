"""Wrenfield Parcels, told from the beginning: steps in order of time, the same each time.

`story(end)` is what a demonstration instance takes in; `people()` is whom its directory names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.routine.registers import keep_registers
from changeproof.demonstration.routine.year import plan
from changeproof.demonstration.staff import (
    ACTIONS,
    DEPENDABOT,
    JENKINS,
    PIPELINE,
    QUILLWORK,
    STAFF,
)
from changeproof.demonstration.steps import Act, Incoming, Step, Trouble
from changeproof.demonstration.systems import SYSTEMS
from changeproof.demonstration.troubles.timetable import begin_troubles
from changeproof.demonstration.world import World

NAME = "Wrenfield Parcels"
END = date(2026, 10, 31)
"""The story's last day, unless another is asked for."""


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    """An account and whose it is; roles only at the desk's accounts. `person` is null for what
    is no human's."""

    account: str
    name: str
    person: str | None
    title: str
    roles: tuple[str, ...]


def story(end: date = END) -> Iterator[Step]:
    """Twelve months (52 weeks) up to the end of `end`, in order of time. No clock is read."""
    return _told(end).run()


def troubles(end: date = END) -> tuple[Trouble, ...]:
    """What went wrong in the story, and what the checks are to say of it."""
    world = _told(end)
    for _ in world.run():
        pass
    return tuple(world.troubles)


def people() -> tuple[DirectoryLine, ...]:
    """Every account that has a name: for the directory and, at the desk, for its users."""
    lines = [
        DirectoryLine(
            account,
            person.name,
            person.person,
            person.title,
            person.roles if account == person.desk else (),
        )
        for person in STAFF
        for account in person.accounts
    ]
    machines = {
        ACTIONS: "GitHub Actions",
        DEPENDABOT: "dependabot",
        QUILLWORK: "quillwork (AI agent)",
        JENKINS: "Jenkins",
        PIPELINE: "Wrenfield pipeline",
    }
    lines += [DirectoryLine(one.account, name, None, "", ()) for one, name in machines.items()]
    return tuple(lines)


def _told(end: date) -> World:
    world = World(end)
    repositories = {system.key: Repository(world, system) for system in SYSTEMS}
    plan(world, repositories)
    keep_registers(world, repositories)
    begin_troubles(world, repositories)
    return world


__all__ = [
    "END",
    "NAME",
    "Act",
    "DirectoryLine",
    "Incoming",
    "Step",
    "Trouble",
    "people",
    "story",
    "troubles",
]
