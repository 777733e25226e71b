"""Tell the story to a demonstration instance, by the same road as everybody else's evidence."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from changeproof.accounts.names import remember_names
from changeproof.demonstration.company import people, story
from changeproof.demonstration.desk_events import event_of
from changeproof.demonstration.steps import Act, Incoming, Step
from changeproof.events.refusal import Refusal
from changeproof.intake.deliveries import take
from changeproof.ledger.search_index import index_waiting
from changeproof.ledger.service import Ledger, Submission, now
from changeproof.monitor.judging import judge_waiting
from changeproof.sources.delivery import Delivery

TOLD = "demonstration"
END_OF_STORY = "demonstration:end"
DAY = 24 * 3600 * 1_000_000
COLLECTOR = "demonstration"


def fill(
    ledger: Ledger, on_progress: Callable[[int, int], None] | None = None, end: date | None = None
) -> bool:
    """Take the whole story in, day by day, each day judged at its end; once an instance.

    It ends on the day before it is first told, unless `end` says when, so that what waits in it
    waits now; the day is kept, and the same day gives the same story. False if it was told
    before. Interrupted, it begins again: what is there already is skipped. Raises Refusal for an
    instance that is no demonstration.
    """
    if not ledger.instance.demonstration:
        raise Refusal(
            "The demonstration was not filled in.",
            where=str(ledger.instance.directory),
            why="this is an ordinary instance, and invented data never mixes with evidence",
            cure="Make one: changeproof init --demonstration --data DIRECTORY",
        )
    if ledger.state(TOLD) == "told":
        return False
    remember_names({line.account: line.name for line in people()})
    steps = list(story(_end_of_story(ledger, end)))
    done = 0
    for day in _days(steps):
        _take(ledger, day, done)
        done += len(day)
        evening = day[-1].at
        judge_waiting(ledger, as_of=lambda evening=evening: evening)  # type: ignore[misc]
        if on_progress is not None:
            on_progress(done, len(steps))
    index_waiting(ledger)
    with ledger.database.transaction():
        ledger.set_state(TOLD, "told")
    return True


def _end_of_story(ledger: Ledger, stated: date | None) -> date:
    """The story's last day; decided once an instance."""
    kept = ledger.state(END_OF_STORY)
    if kept is not None:
        return date.fromisoformat(kept)
    end = stated or datetime.fromtimestamp(now() / 1_000_000, UTC).date() - timedelta(days=1)
    with ledger.database.transaction():
        ledger.set_state(END_OF_STORY, end.isoformat())
    return end


def _days(steps: list[Step]) -> Iterator[list[Step]]:
    day: list[Step] = []
    for step in steps:
        if day and step.at // DAY != day[-1].at // DAY:
            yield day
            day = []
        day.append(step)
    if day:
        yield day


def _take(ledger: Ledger, steps: list[Step], number: int) -> None:
    """One day; runs of payloads together, each act by itself."""
    waiting: list[Delivery] = []
    for step in steps:
        if isinstance(step, Incoming):
            waiting.append(step.delivery)
        else:
            _payloads(ledger, waiting)
            waiting = []
            _act(ledger, step, number)
        number += 1
    _payloads(ledger, waiting)


def _payloads(ledger: Ledger, deliveries: list[Delivery]) -> None:
    if deliveries:
        take(ledger, deliveries, COLLECTOR)


def _act(ledger: Ledger, act: Act, number: int) -> None:
    event, texts = event_of(act, number)
    ledger.record([Submission((event,), texts, "desk", act.at)])
