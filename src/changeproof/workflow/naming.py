"""Names: what people call a change, and the numbers that the desk gives."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from changeproof.events.forges import is_pull
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change, ChangeAlias, RevisionImplementation
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.numbers_given import next_change as next_change
from changeproof.ledger.numbers_given import next_name as next_name
from changeproof.ledger.pulls import PullHead, PullOpened
from changeproof.ledger.requests import Emergency
from changeproof.ledger.revisions import Repository
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store

SHORTEST_REVISION = 7
_LISTED = 5


class UnknownName(Refusal):
    """Nothing on record is called so (HTTP 404)."""


class AmbiguousName(Refusal):
    """Several things are called so (HTTP 409).

    `candidates` are their ids: who may not see them all is told of those that they may.
    """

    def __init__(self, name: str, candidates: tuple[str, ...]) -> None:
        several = f"{len(candidates)} changes: {', '.join(candidates[:_LISTED])}"
        super().__init__(
            "The change was not found.",
            where=name[:200],
            why=f"the name stands for {several if len(candidates) > 1 else 'several changes'}",
            cure="Name one of them by its id.",
        )
        self.candidates = candidates


_REVISION = re.compile(rf"[0-9a-f]{{{SHORTEST_REVISION},64}}")
_PULL_PATHS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("pull", re.compile(r"/([^/]+/[^/]+)/pull/([0-9]{1,9})(?:/.*)?")),
    ("merge", re.compile(r"/([^/]+(?:/[^/]+)+?)(?:/-)?/merge_requests/([0-9]{1,9})(?:/.*)?")),
    ("change", re.compile(r"/c/(.+)/\+/([0-9]{1,9})(?:/.*)?")),
)
"""Addresses of pages at GitHub, GitLab and Gerrit: the repository's name, and the number."""
_PULL_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("pull", re.compile(r"([^/\s#]+/[^/\s#]+)#([0-9]{1,9})")),
    ("merge", re.compile(r"([^/\s!]+(?:/[^/\s!]+)+)!([0-9]{1,9})")),
)


def find_change(ledger: Ledger, name: str, systems: Collection[str] | None = None) -> str:
    """The id of the change that `name` stands for now.

    `name` is an id, a ticket key, a pull request's id or address, an emergency, or a revision's
    first seven characters or more; among the changes of `systems` alone, if some are given,
    unless only others are called so. Raises Refusal where it is unknown or stands for several.
    """
    store, wanted = ledger.store, name.strip()
    known = (_exact(store, wanted), _by_revision(store, wanted)) if wanted.isprintable() else ()
    for candidates in known:
        if len(candidates) == 1:
            return candidates.pop()
        if candidates:
            seen = changes_in(store, candidates, systems)
            if len(seen) == 1:
                return seen[0]
            raise AmbiguousName(wanted, seen)
    raise UnknownName(
        "The change was not found.",
        where=wanted[:200],
        why="no change on record has this id, alias or revision",
        cure="List them: changeproof changes. A revision needs its first 7 characters or more.",
    )


def changes_in(
    store: Store, names: Collection[str], systems: Collection[str] | None
) -> tuple[str, ...]:
    """Those of these changes that belong to `systems` (None: all), sorted."""
    rows = store.by(Change, "change_id", names)
    return tuple(sorted(row.change_id for row in rows if systems is None or row.system in systems))


def _exact(store: Store, name: str) -> set[str]:
    spelled = {name, name.upper(), name.lower()}
    spelled |= set(pull_names(store, name))
    found = {row.change_id for row in store.by(Change, "change_id", spelled)}
    if found:
        return found
    emergencies = store.by(Emergency, "emergency", spelled)
    spelled |= {row.change_name for row in emergencies}
    found = {row.change_id for row in store.by(Change, "change_id", spelled)}
    return found or {row.change_id for row in store.by(ChangeAlias, "alias", spelled)}


def _by_revision(store: Store, name: str) -> set[str]:
    prefix = name.lower().removeprefix("git:")
    if not _REVISION.fullmatch(prefix):
        return set()
    # One revision may be an alias of the change that holds it and its own id at no time.
    return {
        str(row[0])
        for row in store.database.execute(
            "SELECT change_id FROM change WHERE change_id >= ? AND change_id < ?"
            " UNION SELECT change_id FROM change_alias WHERE alias >= ? AND alias < ?",
            _span(f"git:{prefix}") * 2,
        )
    }


def _span(prefix: str) -> tuple[str, str]:
    """The half-open range of the texts that begin with a prefix of hexadecimal digits."""
    return prefix, f"{prefix}g"


def pull_names(store: Store, name: str) -> list[str]:
    """The pull request that an address, `owner/name#7` or `group/name!7` stands for."""
    is_address = "://" in name
    text = urlsplit(name).path if is_address else name
    spellings = _PULL_PATHS if is_address else _PULL_NUMBERS
    matches = ((mark, spelling.fullmatch(text)) for mark, spelling in spellings)
    mark, match = next(((mark, match) for mark, match in matches if match), ("", None))
    if match is None:
        return []
    wanted, number = match.groups()
    named = store.database.execute(
        f"SELECT repository FROM {Repository.table.name} WHERE LOWER(name) = ?", (wanted.lower(),)
    )
    return [f"{repository}/{mark}/{number}" for (repository,) in named]


def find_work(ledger: Ledger, name: str) -> str:
    """The implementation that a pull request's id or address, or a revision, stands for.

    A revision that a pull request holds stands for the pull request; a whole one that nobody
    told of yet for itself. Raises Refusal for anything else.
    """
    store, wanted = ledger.store, name.strip()
    pulls = [wanted] if is_pull(wanted) and "://" not in wanted else pull_names(store, wanted)
    known = {row.pull for row in store.by(PullOpened, "pull", pulls) if wanted.isprintable()}
    if len(known) == 1:
        return known.pop()
    revision = wanted.lower().removeprefix("git:")
    if _REVISION.fullmatch(revision):
        held = _work_of_revision(store, revision)
        if len(held) == 1:
            return held.pop()
        if not held and is_commit(f"git:{revision}"):
            return f"git:{revision}"
    raise Refusal(
        "The work was not linked.",
        where=wanted[:200],
        why="it is no pull request and no revision that is on record",
        cure="Name a pull request's address or id, or a revision in full.",
    )


def _work_of_revision(store: Store, prefix: str) -> set[str]:
    span = _span(prefix)
    execute = store.database.execute
    found = {
        str(row[0])
        for row in execute(
            f"SELECT implementation FROM {RevisionImplementation.table.name}"
            " WHERE revision >= ? AND revision < ?",
            span,
        )
    }
    return found or {
        str(row[0])
        for row in execute(
            f"SELECT pull FROM {PullHead.table.name} WHERE revision >= ? AND revision < ?", span
        )
    }


def next_emergency(store: Store, year: int) -> str:
    """The next free `EMG-<year>-<number>`. Under the writer's lock."""
    return next_name(store, f"EMG-{year}-", 1, (Emergency, "emergency"))
