"""What a commit holds, which files a merge request touches, what its tests reported → events.

The client asks for these lists and delivers each as one body, which names its commit: GitLab's own
rows do not. A tree's name is computed from its entries as git does, so that two commits of the same
content are known to be that without their history.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from changeproof.events.event import Event, canonical
from changeproof.events.revisions import RevisionInspected
from changeproof.events.testing import Conclusion, TestsRun
from changeproof.sources.areas import areas_of
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.gitlab.payload import Number, place
from changeproof.sources.gitlab.pipelines import CI
from changeproof.sources.reading import Reading, optional_time, read
from changeproof.sources.times import latest

_HASHES = {40: "sha1", 64: "sha256"}
_UNREADABLE = "\ufffd"
"""What stands for bytes of a name that are no UTF-8: then the name of its tree cannot be told."""

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern="^[^/\0]+$")]
ObjectId = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")]


class TreeEntry(msgspec.Struct):
    """`GET /projects/3/repository/tree`: a file, a folder or a submodule at the top."""

    id: ObjectId
    name: Name
    type: str
    mode: Annotated[str, msgspec.Meta(pattern="^[0-7]{5,6}$")]


class TreeBody(msgspec.Struct):
    """All entries at the top of one commit."""

    revision: ObjectId
    tree_entries: tuple[TreeEntry, ...]


class ChangedFile(msgspec.Struct):
    """`GET /projects/3/merge_requests/12/diffs`, without what was changed in it."""

    old_path: str
    new_path: str


class ChangedFilesBody(msgspec.Struct):
    """All files that a merge request touches, at the commit that landed or its head."""

    revision: ObjectId
    changed_files: tuple[ChangedFile, ...]


class Suite(msgspec.Struct):
    """One suite of `GET /projects/3/pipelines/500/test_report_summary`."""

    name: str
    total_count: Number = 0
    failed_count: Number = 0
    skipped_count: Number = 0
    error_count: Number = 0
    build_ids: tuple[Number, ...] = ()
    suite_error: str | None = None


class Report(msgspec.Struct):
    """The summary."""

    test_suites: tuple[Suite, ...] = ()


class ReportedPipeline(msgspec.Struct):
    """Which pipeline's."""

    id: Number
    sha: ObjectId


class FinishedJob(msgspec.Struct):
    """When a job that a suite came from ended."""

    id: Number
    finished_at: str | None = None


class ReportBody(msgspec.Struct):
    """The summary with its pipeline and the pipeline's jobs."""

    reported_pipeline: ReportedPipeline
    test_report: Report
    jobs: tuple[FinishedJob, ...] = ()


def tree_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown, where = read(TreeBody, reading.delivery.body), place(reading, None)
    tree = tree_name(shown.tree_entries)
    if tree is None:
        reason = "its entries do not give the name of its tree"
        yield reading.seen("tree", reason, where.repository)
        return
    yield RevisionInspected(
        **reading.header(None), revision=shown.revision, repository=where.repository, tree=tree
    )


def tree_name(entries: Sequence[TreeEntry]) -> str | None:
    """Git's name of a tree: the hash of its entries, in git's order, under their own hash function.

    None where they cannot be all (none at all, two hash functions) or a name is unreadable.
    """
    widths = {len(entry.id) for entry in entries}
    if len(widths) != 1 or any(_UNREADABLE in entry.name for entry in entries):
        return None
    parts = []
    for entry in sorted(entries, key=_order):
        mode = entry.mode.lstrip("0")
        parts.append(f"{mode} {entry.name}\0".encode() + bytes.fromhex(entry.id))
    body = b"".join(parts)
    digest = hashlib.new(_HASHES[widths.pop()], usedforsecurity=False)
    digest.update(b"tree %d\0" % len(body) + body)
    return digest.hexdigest()


def _order(entry: TreeEntry) -> bytes:
    """Git sorts a folder as if its name ended in a stroke."""
    return entry.name.encode() + (b"/" if entry.type == "tree" else b"")


def changed_files_body(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    shown, where = read(ChangedFilesBody, reading.delivery.body), place(reading, None)
    files = shown.changed_files
    paths = sorted({path for file in files for path in (file.old_path, file.new_path)})
    if not paths:
        yield reading.seen("changed files", "it touches no file", where.repository)
        return
    yield RevisionInspected(
        **reading.header(None),
        revision=shown.revision,
        repository=where.repository,
        paths=reading.keep(canonical(paths).decode()),
        path_count=len(paths),
        areas=areas_of(paths),
    )


def report_body(reading: Reading) -> Iterator[Event]:
    """Each suite is a run of its own: a job may end well though its report tells of failures."""
    shown, where = read(ReportBody, reading.delivery.body), place(reading, None)
    pipeline = shown.reported_pipeline
    ended = {job.id: job.finished_at for job in shown.jobs}
    if not shown.test_report.test_suites:
        yield reading.seen("test report", "its pipeline reported no tests", where.repository)
        return
    for suite in shown.test_report.test_suites:
        if not suite.name:
            raise MalformedPayload("a suite has no name", where="test_report.test_suites")
        finished = latest(*(optional_time(ended.get(job), "jobs") for job in suite.build_ids))
        yield TestsRun(
            **reading.header(finished),
            run=f"{where.repository}/pipeline/{pipeline.id}/report/{suite.name}"[:500],
            revision=pipeline.sha,
            repository=where.repository,
            name=f"{suite.name} (report)"[:500],
            poster=CI,
            conclusion=_conclusion(suite),
            total=suite.total_count,
            failed=suite.failed_count + suite.error_count,
        )


def _conclusion(suite: Suite) -> Conclusion:
    if suite.failed_count or suite.error_count or suite.suite_error:
        return "failed"
    return "skipped" if suite.total_count <= suite.skipped_count else "passed"
