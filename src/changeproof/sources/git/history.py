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
    open_repository,
    proposed,
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
    ) -> None:
        self._repository = repository
        self._production = production
        self._translator = translator
        self._known = known_tips
        # A shallow clone may be deepened later, below its tips: it is read whole each time.
        # What was proposed tells, by its patch, what landed under another hash.
        self._read = (
            production.tips if repository.shallow else production.tips + proposed(repository)
        )
        self.tips = () if repository.shallow else tuple(dict.fromkeys(self._read))
        self.commits = count(repository, self._read, known_tips)

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


def read_history(
    path: Path | str,
    system: str,
    pseudonyms: Pseudonyms,
    production: str | None = None,
    known_tips: Iterable[str] = (),
) -> History:
    """The history at `path` that is not reachable from `known_tips`.

    `production` is a ref or `tags:GLOB`; without it the default branch is production and each
    first-parent commit counts as deployed. Raises Refusal for a path that is no repository, an
    empty or damaged one, an unknown ref, or a machine without git.
    """
    repository = open_repository(path)
    chosen = find_production(repository, production)
    known = () if repository.shallow else existing(repository, known_tips)
    translator = Translator(f"git:repo/{system}", system, pseudonyms)
    return History(repository, chosen, translator, known)
