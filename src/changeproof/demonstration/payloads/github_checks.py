"""GitHub's `check_run`, `workflow_run` and `status` bodies: three ways in which tests report."""

from changeproof.demonstration.hours import stamp
from changeproof.demonstration.payloads.github import HTML, Place, around, user
from changeproof.demonstration.staff import GitHubUser


def check_run(
    place: Place,
    sender: GitHubUser,
    at: int,
    *,
    number: int,
    name: str,
    revision: str,
    conclusion: str,
    started_at: int,
    app: str = "github-actions",
) -> bytes:
    return around(
        place,
        sender,
        at,
        action="completed",
        check_run={
            "id": number,
            "name": name,
            "head_sha": revision,
            "status": "completed",
            "conclusion": conclusion,
            "started_at": stamp(started_at),
            "completed_at": stamp(at),
            "details_url": f"{HTML}/{place.full_name}/runs/{number}",
            "app": {"id": 15368, "slug": app, "name": app.replace("-", " ").title()},
        },
    )


def workflow_run(
    place: Place,
    sender: GitHubUser,
    at: int,
    *,
    number: int,
    attempt: int,
    revision: str,
    branch: str,
    conclusion: str,
    started_at: int,
) -> bytes:
    return around(
        place,
        sender,
        at,
        action="completed",
        workflow={"id": 60411, "name": "CI", "path": ".github/workflows/ci.yml"},
        workflow_run={
            "id": number,
            "name": "CI",
            "path": ".github/workflows/ci.yml",
            "head_branch": branch,
            "head_sha": revision,
            "event": "push" if branch == "main" else "pull_request",
            "status": "completed",
            "conclusion": conclusion,
            "run_attempt": attempt,
            "run_started_at": stamp(started_at),
            "created_at": stamp(started_at),
            "updated_at": stamp(at),
            "html_url": f"{HTML}/{place.full_name}/actions/runs/{number}",
            "actor": user(sender),
            "triggering_actor": user(sender),
        },
    )


def status(
    place: Place,
    sender: GitHubUser,
    at: int,
    *,
    number: int,
    context: str,
    revision: str,
    state: str,
    branch: str,
) -> bytes:
    said = {"success": "All steps passed", "failure": "A step failed"}
    return around(
        place,
        sender,
        at,
        id=number,
        sha=revision,
        name=place.full_name,
        context=context,
        state=state,
        description=said.get(state),
        target_url=f"https://ci.wrenfield.example/job/{place.name}/{number}",
        branches=[{"name": branch, "commit": {"sha": revision}, "protected": branch == "main"}],
        created_at=stamp(at),
        updated_at=stamp(at),
    )
