"""What one pipeline of GitLab's tells: its jobs, and what their tests reported."""

from collections.abc import Iterable, Sequence
from typing import Any

from changeproof.intake.clients.listing import Delivered, Listing, Lists
from changeproof.intake.clients.paging import Paging

_NOT_HERE = frozenset({403, 404})


def pipeline_lists(lists: Lists, pipeline: Any) -> Iterable[Listing]:
    """Jobs first: a report is dated by the jobs that it came from."""
    path = f"pipelines/{pipeline['id']}"
    jobs: list[Any] = []

    def job(row: Any) -> Sequence[Delivered]:
        jobs.append({"id": row["id"], "finished_at": row.get("finished_at")})
        return lists.as_it_came(row)

    def report(row: Any) -> Sequence[Delivered]:
        if not row.get("test_suites"):
            return ()
        told = {
            "reported_pipeline": {"id": pipeline["id"], "sha": pipeline["sha"]},
            "test_report": row,
            "jobs": jobs,
        }
        return [Delivered(lists.kind, told, options=lists.options)]

    yield lists.list(
        "jobs", f"{path}/jobs", {"include_retried": "true"}, deliver=job, optional=_NOT_HERE
    )
    yield lists.list(
        "test report",
        f"{path}/test_report_summary",
        paging=Paging("one"),
        deliver=report,
        optional=_NOT_HERE,
        cure="Let the token read pipelines, on GitLab 14.2 or later.",
    )
