"""`import git`: a repository's history into the log, in batches, from where it stopped."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from changeproof.events.event import Event
from changeproof.intake.git_places import place_of, remember_place
from changeproof.ledger.configuration_files import files_as_seen
from changeproof.ledger.joins.systems import GIT_REPOSITORY
from changeproof.ledger.service import BATCH, Ledger, Submission
from changeproof.sources.configuration_files import wanted_files
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.git import open_repository, read_history
from changeproof.sources.git.configuration import changed_files
from changeproof.sources.git.production import find_production, newest
from changeproof.sources.git.translate import Translated


@dataclass(frozen=True, slots=True)
class Imported:
    """`commits` were read; `events` of them are new to the log.

    A `shallow` clone left out what lies before some commits: for each of these the log holds
    `HistoryBegins`, and what reaches further back is not verifiable.
    """

    commits: int
    events: int
    shallow: bool


def import_git(
    ledger: Ledger,
    path: str,
    system: str,
    production: str | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    files: str | None = None,
) -> Imported:
    """Take in what is new in the repository at `path`; interrupted, it goes on from there.
    `files` says which are configuration (`sources.configuration_files.wanted_files`).

    Each batch stands by itself, parents before children. Raises Refusal for a path that is no
    repository, an empty or damaged one, an unknown ref, or a history that is another system's.
    """
    place = place_of(ledger, path, system, production)
    cursor = f"git:{system}:{production or ''}"
    known = json.loads(ledger.state(cursor) or "[]")
    history = read_history(
        path, system, Pseudonyms(ledger.instance.pseudonym_key), production, known
    )
    events: list[Event] = []
    contents: list[bytes] = []
    recorded = 0
    for read, (event, bodies) in enumerate(history, 1):
        events.append(event)
        contents.extend(bodies)
        if len(events) >= BATCH:
            recorded += _record(ledger, events, contents)
            events, contents = [], []
            if on_progress is not None:
                on_progress(min(read, history.commits), history.commits)
    for event, bodies in _configuration(ledger, path, system, production, files):
        events.append(event)
        contents.extend(bodies)
    with ledger.database.transaction():
        recorded += _record(ledger, events, contents)
        ledger.set_state(cursor, json.dumps(list(history.tips)))
        remember_place(ledger, system, place)
    if on_progress is not None:
        on_progress(history.commits, history.commits)
    return Imported(history.commits, recorded, place.shallow)


def _configuration(
    ledger: Ledger, path: str, system: str, production: str | None, files: str | None
) -> Iterator[Translated]:
    """The files that say how it is built and deployed, as far as they are other than at the last
    look at the same branch."""
    wanted = wanted_files(files)
    repository = open_repository(path)
    name = f"{GIT_REPOSITORY}{system}"
    return changed_files(
        repository,
        name,
        newest(find_production(repository, production)),
        files_as_seen(ledger.store, name),
        wanted,
        Pseudonyms(ledger.instance.pseudonym_key),
    )


def _record(ledger: Ledger, events: list[Event], contents: list[bytes]) -> int:
    if not events:
        return 0
    return len(ledger.record([Submission(events, contents, "git")]).entries)
