"""A repository's history as a stream of events: what `import git` takes in."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from changeproof.events.revisions import HistoryRetrieved
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.git.production import Production, find_production, read_tags
from changeproof.sources.git.reader import (
    Repository,
    commits,
    count,
    existing,
    first_parents,
    last_of,
    open_repository,
    proposed,
    reached,
)
from changeproof.sources.git.translate import SOURCE, Translated, Translator


class History:
    """Iterate it for (event, contents); parents come before their children.

    `tips` is what to hand in as `known_tips` next time; `commits` how many are new.
    """

    def __init__(
        self,
        repository: Repository,
        production: Production,
        translator: Translator,
        known_tips: tuple[str, ...],
        landed_tip: str | None,
    ) -> None:
        self._repository = repository
        self._production = production
        self._translator = translator
        # A shallow clone may be deepened later, below its tips: it is read whole each time.
        # What was proposed tells, by its patch, what landed under another hash.
        self._read = (
            production.tips if repository.shallow else production.tips + proposed(repository)
        )
        self._known = _still_known(repository, production, self._read, known_tips, landed_tip)
        self.tips = () if repository.shallow else tuple(dict.fromkeys(self._read))
        self.commits = count(repository, self._read, self._known)

    def __iter__(self) -> Iterator[Translated]:
        """Commits, then release tags, then the record of the retrieval itself.

        Raises Refusal where the history is damaged; what was given before stands.
        """
        production, translator = self._production, self._translator
        landed: frozenset[bytes] = frozenset()
        if self.commits and production.branch_tip:
            landed = first_parents(self._repository, production.branch_tip)
        rows, reply = 0, hashlib.sha256()
        if self.commits:
            for commit in commits(self._repository, self._read, self._known):
                begins = commit.revision in self._repository.shallow
                if begins:
                    yield translator.beginning(commit)
                translated = translator.commit(
                    commit, lands=bytes.fromhex(commit.revision) in landed, begins=begins
                )
                rows += 1
                reply.update(commit.revision.encode())
                yield translated
        for tag in read_tags(self._repository):
            yield translator.tagged(tag)
        for tag in production.tags:
            yield translator.tag(tag)
        if rows:
            yield self._retrieved(rows, reply.hexdigest()), ()

    def _retrieved(self, rows: int, reply: str) -> HistoryRetrieved:
        return HistoryRetrieved(
            source=SOURCE,
            delivery=reply,
            occurred_at=None,
            time_basis="none",
            repository=self._translator.repository,
            query=self._production.query[:500],
            rows=rows,
            reply=reply,
        )


def _still_known(
    repository: Repository,
    production: Production,
    read: tuple[str, ...],
    known: tuple[str, ...],
    landed_tip: str | None,
) -> tuple[str, ...]:
    """What need not be read again: nothing that lands now and did not when it was read.

    A commit that was proposed, or stood beside the branch, lands when the branch goes on to it,
    under the hash by which it is known. What is read twice says nothing new.
    """
    tip = production.branch_tip
    if tip is None or not known or tip == landed_tip:
        return known
    landed = first_parents(repository, landed_tip) if landed_tip else frozenset[bytes]()
    if first_parents(repository, tip) - landed <= reached(repository, read, known):
        return known
    parted = last_of(repository, tip, landed)
    return (parted,) if parted else ()


def read_history(
    path: Path | str,
    system: str,
    pseudonyms: Pseudonyms,
    production: str | None = None,
    known_tips: Iterable[str] = (),
) -> History:
    """The history at `path` that is not reachable from `known_tips`.

    The first of `known_tips` is the one of the production branch. `production` is a ref or
    `tags:GLOB`; without it the default branch is production and each first-parent commit counts
    as deployed. Raises Refusal for a path that is no repository, an empty or damaged one, an
    unknown ref, or a machine without git.
    """
    repository = open_repository(path)
    chosen = find_production(repository, production)
    told = tuple(known_tips)
    known = () if repository.shallow else existing(repository, told)
    landed_tip = told[0] if told and told[0] in known else None
    translator = Translator(f"git:repo/{system}", system, pseudonyms)
    return History(repository, chosen, translator, known, landed_tip)
