"""`workflow_job` → TestsRun; `merge_group` → the commit that a merge queue tries."""

from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event
from changeproof.sources.commits import Commit, recorded
from changeproof.sources.github.payload import RepositoryEnvelope, repository_id
from changeproof.sources.github.rest import JobBody, job_told
from changeproof.sources.reading import Reading, read


class JobPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    workflow_job: JobBody


class MergeGroup(msgspec.Struct):
    """Pull requests as the queue puts them together; checks run on its head."""

    head_sha: str
    head_commit: Commit | None = None


class MergeGroupPayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    merge_group: MergeGroup


def workflow_job(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(JobPayload, reading.delivery.body)
    yield from job_told(reading, repository_id(payload.repository), payload.workflow_job)


def merge_group(reading: Reading) -> Iterator[Event]:
    """The tree of its head tells later whether what landed is what was tested."""
    payload = read(MergeGroupPayload, reading.delivery.body)
    commit, repository = payload.merge_group.head_commit, repository_id(payload.repository)
    if commit is None:
        yield reading.seen("merge_group", "it shows no commit", repository)
        return
    yield recorded(reading, repository, commit, "merge_group.head_commit")
