"""Which system a repository belongs to, and where a forge covers it."""

from dataclasses import dataclass

from changeproof.ledger.people import SystemMapping
from changeproof.ledger.receipts import SourceCoverage
from changeproof.ledger.revisions import Repository
from changeproof.ledger.store import Store
from changeproof.ledger.systems import SystemRecord

GIT_REPOSITORY = "git:repo/"


@dataclass(frozen=True, slots=True)
class Systems:
    """Small context, read whole: names, default branches, mappings, coverage."""

    names: dict[str, str]
    default_branches: dict[str, str]
    mapped: dict[str, str]
    covered_from: dict[str, int]
    version_patterns: dict[str, str]
    """By system in lower case."""

    def of(self, repository: str | None) -> str:
        """The system of a repository: as mapped, else its name, else its identifier."""
        if repository is None:
            return "unknown"
        if repository in self.mapped:
            return self.mapped[repository]
        if repository.startswith(GIT_REPOSITORY):
            return repository[len(GIT_REPOSITORY) :]
        return self.names.get(repository, repository)

    def is_default(self, repository: str, ref: str) -> bool:
        """Whether a push to `ref` lands: the repository's default branch."""
        branch = self.default_branches.get(repository)
        if branch is not None:
            return ref == f"refs/heads/{branch}"
        return ref in ("refs/heads/main", "refs/heads/master")

    def covered(self, system: str, moment: int | None) -> bool:
        """Whether a forge told of this system's repositories at that time."""
        wanted = system.lower()
        return any(
            self.of(repository).lower() == wanted and (moment is None or covered_from <= moment)
            for repository, covered_from in self.covered_from.items()
        )


def read_systems(store: Store) -> Systems:
    """All that is known of systems now."""
    repositories = store.all(Repository)
    return Systems(
        names={row.repository: row.name for row in repositories},
        default_branches={
            row.repository: row.default_branch for row in repositories if row.default_branch
        },
        mapped={row.repository: row.system for row in store.all(SystemMapping)},
        covered_from={row.repository: row.covered_from for row in store.all(SourceCoverage)},
        version_patterns={
            row.system.lower(): row.version_pattern
            for row in store.all(SystemRecord)
            if row.version_pattern
        },
    )
