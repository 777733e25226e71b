"""One history has one system's name: a second one is refused before anything is taken in.

A commit belongs to one repository of the record. Under two names the evidence would move from
one system to the other, by a tie-break that nobody chose. What is refused, and why no more:

- every production tip is on record under another name, and none under this one: these are the
  other system's deployments, or their beginning;
- the other system was read from this very place (the same repository here, or a clone with the
  same `origin`), and all that it put into production then has gone on into this history.

A fork that went its own way shares roots and nothing else, so it is taken; so are two production
branches of one repository that parted. A GitHub repository's own name is no second name: only
what `import git` named counts here, and mapping GitHub's to it is what is asked for.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.joins.systems import GIT_REPOSITORY
from changeproof.ledger.revisions import RevisionRepository
from changeproof.ledger.service import Ledger
from changeproof.sources.git.command import ask
from changeproof.sources.git.production import find_production
from changeproof.sources.git.reader import Repository, count, existing, open_repository

_STATE = "git place:"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a system's history was read: digests, because an address may hold a password."""

    repository: str
    origin: str | None
    tips: tuple[str, ...]
    shallow: bool

    def is_of(self, other: "Place") -> bool:
        """Whether both are one repository, or clones of one."""
        same_origin = self.origin is not None and self.origin == other.origin
        return self.repository == other.repository or same_origin


def place_of(ledger: Ledger, path: str, system: str, production: str | None) -> Place:
    """Where this history is. Raises Refusal where it is another system's, or none."""
    repository = open_repository(path)
    place = Place(
        sha256_hex(str(_common(repository)).encode()),
        _origin(repository),
        find_production(repository, production).tips,
        bool(repository.shallow),
    )
    other = _other_name(ledger, repository, place, system)
    if other is not None:
        raise Refusal(
            "The history was not read.",
            where=f"--system {system}",
            why=f'it is on record as the system "{other}", and a commit belongs to one system',
            cure=f"Go on under that name: --system '{other}'. A branch that has production commits"
            " of its own may have its own name: --production BRANCH.",
        )
    return place


def remember_place(ledger: Ledger, system: str, place: Place) -> None:
    """Keep it for the next import; inside the transaction that ends this one."""
    told = {"repository": place.repository, "origin": place.origin, "tips": place.tips}
    ledger.set_state(f"{_STATE}{system}", json.dumps(told))


def _other_name(ledger: Ledger, repository: Repository, place: Place, system: str) -> str | None:
    own = f"{GIT_REPOSITORY}{system}"
    holders: dict[str, set[str]] = {}
    for row in ledger.store.by(RevisionRepository, "revision", place.tips):
        if row.repository.startswith(GIT_REPOSITORY):
            holders.setdefault(row.repository, set()).add(row.revision)
    if own not in holders:
        for name, held in sorted(holders.items()):
            if held >= set(place.tips):
                return name.removeprefix(GIT_REPOSITORY)
    places = _remembered(ledger)
    if system in places and places[system].is_of(place):
        return None
    for name, other in sorted(places.items()):
        if name != system and other.is_of(place) and _contains(repository, place, other):
            return name
    return None


def _contains(repository: Repository, place: Place, other: Place) -> bool:
    here = existing(repository, other.tips)
    return len(here) == len(set(other.tips)) and count(repository, here, place.tips) == 0


def _remembered(ledger: Ledger) -> dict[str, Place]:
    rows = ledger.database.execute(
        "SELECT name, value FROM ledger_state WHERE name LIKE ?", (f"{_STATE}%",)
    )
    found = {}
    for name, value in rows:
        told = json.loads(value)
        found[str(name).removeprefix(_STATE)] = Place(
            told["repository"], told["origin"], tuple(told["tips"]), shallow=False
        )
    return found


def _common(repository: Repository) -> Path:
    """The directory that a repository and all its work trees share."""
    status, output, _ = ask(repository.path, "rev-parse", "--git-common-dir")
    told = output.decode("utf-8", "surrogateescape").strip()
    return (repository.path / told).resolve() if status == 0 and told else repository.path


def _origin(repository: Repository) -> str | None:
    status, output, _ = ask(repository.path, "config", "--get", "remote.origin.url")
    told = output.decode("utf-8", "surrogateescape").strip().rstrip("/").removesuffix(".git")
    return sha256_hex(told.encode("utf-8", "surrogateescape")) if status == 0 and told else None
