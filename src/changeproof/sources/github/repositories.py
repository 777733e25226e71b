"""Any payload's `repository` → RepositoryObserved."""

from changeproof.events.revisions import RepositoryObserved
from changeproof.sources.github.payload import Repository, moment, repository_id
from changeproof.sources.reading import Reading
from changeproof.sources.times import latest


def repository_observed(
    reading: Reading, repository: Repository, also: int | None = None
) -> RepositoryObserved:
    """Its name and default branch, at the latest time that the payload states for it."""
    at = latest(
        also,
        moment(repository.updated_at, "repository.updated_at"),
        moment(repository.pushed_at, "repository.pushed_at"),
    )
    return RepositoryObserved(
        **reading.header(at, bound=True),
        repository=repository_id(repository),
        name=repository.full_name,
        default_branch=repository.default_branch,
    )
