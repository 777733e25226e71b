"""What a review afterwards found, and what it names: rows and their projector."""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.requests import PostReviewHeld
from changeproof.ledger.projection import projects
from changeproof.ledger.revisions import moment
from changeproof.ledger.table import Row, table


@table("post_review_answer", key=("change_name", "event"))
@dataclass(frozen=True, slots=True)
class PostReviewAnswer(Row):
    """Achieved against expected, and whether the way back was taken; null: nobody said."""

    change_name: str
    achieved: str | None
    back_out: str | None
    reason: str | None
    lessons: str | None
    stated_at: int
    event: str


@table("post_review_naming", key=("change_name", "relation", "named", "event"))
@dataclass(frozen=True, slots=True)
class PostReviewNaming(Row):
    """An `incident` that the change caused, or a `follow_up` change, as a review names it."""

    change_name: str
    relation: str
    named: str
    stated_at: int
    event: str


@projects(PostReviewHeld)
def answer_rows(event: PostReviewHeld, event_id: str) -> Iterator[Row]:
    at = moment(event)
    yield PostReviewAnswer(
        event.change, event.achieved, event.back_out, event.reason, event.lessons, at, event_id
    )
    for relation, names in (("incident", event.incidents), ("follow_up", event.follow_ups)):
        for name in names:
            yield PostReviewNaming(event.change, relation, name, at, event_id)
