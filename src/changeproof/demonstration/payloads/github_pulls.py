"""GitHub's `pull_request` and `pull_request_review` bodies."""

from dataclasses import dataclass

from changeproof.demonstration.hours import stamp
from changeproof.demonstration.payloads.github import Json, Place, around, user
from changeproof.demonstration.staff import GitHubUser


@dataclass(frozen=True, slots=True)
class PullState:
    """What a pull request is at one moment."""

    number: int
    title: str
    body: str
    author: GitHubUser
    branch: str
    head: str
    base: str
    created_at: int
    updated_at: int
    closed_at: int | None = None
    merged_at: int | None = None
    merged_by: GitHubUser | None = None
    merge_commit: str | None = None
    commits: int = 1


def pull_request(
    place: Place, sender: GitHubUser, action: str, state: PullState, before: str | None = None
) -> bytes:
    """`before` is the head that a `synchronize` replaced."""
    moved: Json = {"before": before, "after": state.head} if before else {}
    return around(
        place,
        sender,
        state.updated_at,
        action=action,
        number=state.number,
        pull_request=_proposal(place, state) | _outcome(state),
        **moved,
    )


def review(
    place: Place,
    sender: GitHubUser,
    action: str,
    state: PullState,
    *,
    number: int,
    reviewer: GitHubUser,
    verdict: str,
    revision: str,
    submitted_at: int,
    text: str,
) -> bytes:
    return around(
        place,
        sender,
        state.updated_at,
        action=action,
        review={
            "id": number,
            "user": user(reviewer),
            "body": text,
            "commit_id": revision,
            "submitted_at": stamp(submitted_at),
            "state": verdict,
            "author_association": "MEMBER",
        },
        pull_request=_proposal(place, state),
    )


def _outcome(state: PullState) -> Json:
    """What a `pull_request` body says of the pull request, and a review's does not."""
    return {
        "merged": state.merged_at is not None,
        "merged_by": user(state.merged_by) if state.merged_by else None,
        "commits": state.commits,
    }


def _proposal(place: Place, state: PullState) -> Json:
    full = f"https://github.com/{place.full_name}"
    home: Json = {"id": place.number, "full_name": place.full_name, "default_branch": "main"}
    return {
        "id": place.number * 10 + state.number,
        "number": state.number,
        "html_url": f"{full}/pull/{state.number}",
        "state": "open" if state.closed_at is None else "closed",
        "locked": False,
        "draft": False,
        "title": state.title,
        "body": state.body,
        "user": user(state.author),
        "created_at": stamp(state.created_at),
        "updated_at": stamp(state.updated_at),
        "closed_at": None if state.closed_at is None else stamp(state.closed_at),
        "merged_at": None if state.merged_at is None else stamp(state.merged_at),
        "merge_commit_sha": state.merge_commit,
        "head": {
            "label": f"wrenfield:{state.branch}",
            "ref": state.branch,
            "sha": state.head,
            "repo": home,
        },
        "base": {"label": "wrenfield:main", "ref": "main", "sha": state.base, "repo": home},
        "author_association": "MEMBER",
    }
