"""What people did at the desk and in tickets."""

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

from changeproof.ledger.requests import PostReview
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.life_of_decisions import decisions
from changeproof.web.readings.change.teller import Teller, first_line, short
from changeproof.web.times import clock, minute
from changeproof.workflow.closed import REOPENED

RELATIONS = {
    "causes": (gettext_noop("Causes"), gettext_noop("Caused by")),
    "blocks": (gettext_noop("Blocks"), gettext_noop("Blocked by")),
    "relates": (gettext_noop("Related to"), gettext_noop("Related to")),
    "reverts": (gettext_noop("Reverts"), gettext_noop("Reverted by")),
    "duplicates": (gettext_noop("Duplicate of"), gettext_noop("Has the duplicate")),
    "split_from": (gettext_noop("Split from"), gettext_noop("Split off:")),
}
"""How a relation is told on the one change's page, and on the other's."""

STEP_WORDS = {
    "done": gettext_noop("done"),
    "failed": gettext_noop("failed"),
    "skipped": gettext_noop("left out"),
    "go_on": gettext_noop("to go on"),
    "back_out": gettext_noop("to back out"),
}


def at_desk(teller: Teller) -> Iterator[Moment]:
    evidence = teller.evidence
    request = evidence.request
    if request is not None:
        reason = evidence.texts.get(request.reason or "", "")
        yield teller.moment(
            request.requested_at,
            gettext("Requested"),
            first_line(reason),
            request.requested_by,
            request.event,
        )
    yield from _related(teller)
    for move in evidence.moves:
        if move.to_status == REOPENED:
            said = first_line(teller.reason(move.event))
            yield teller.moment(
                move.moved_at, gettext("Opened again"), said, move.account, move.event
            )
            continue
        came = (
            gettext("From %(from_status)s") % {"from_status": move.from_status}
            if move.from_status
            else ""
        )
        yield teller.moment(
            move.moved_at,
            gettext("Ticket moved to %(to_status)s") % {"to_status": move.to_status},
            came,
            move.account,
            move.event,
        )
    for link in evidence.links:
        yield teller.moment(
            link.stated_at or None,
            gettext("Work linked"),
            f"`{short(link.implementation)}`",
            link.account,
            link.event,
        )
    for planned in evidence.schedules:
        yield teller.moment(
            planned.scheduled_at,
            gettext("Planned"),
            _window(planned.begins_at, planned.ends_at),
            planned.account,
            planned.event,
        )
    for step in evidence.steps:
        yield teller.moment(
            step.acted_at,
            gettext("Step %(step)s: %(outcome)s")
            % {"step": step.step, "outcome": gettext(STEP_WORDS[step.outcome])},
            first_line(teller.reason(step.event)),
            step.account,
            step.event,
        )
    yield from decisions(teller)
    for emergency in evidence.emergencies:
        incident = (
            gettext("Incident %(incident)s") % {"incident": emergency.incident}
            if emergency.incident
            else ""
        )
        by = (
            gettext("{%(authorized_by)s} asked to authorize it")
            % {"authorized_by": emergency.authorized_by}
            if emergency.authorized_by
            else ""
        )
        yield teller.moment(
            emergency.declared_at,
            gettext("Emergency %(emergency)s declared") % {"emergency": emergency.emergency},
            "; ".join(part for part in (incident, by) if part),
            emergency.declared_by,
            emergency.event,
        )
    for review in evidence.post_reviews:
        yield teller.moment(
            review.reviewed_at,
            gettext("Reviewed afterwards"),
            _review_words(teller, review),
            review.account,
            review.event,
        )
    for ended in evidence.endings:
        yield teller.moment(
            ended.closed_at,
            gettext("Closed: %(outcome)s") % {"outcome": ended.outcome},
            first_line(teller.reason(ended.event)),
            ended.account,
            ended.event,
        )


_REVIEW_WORDS = {
    "achieved": gettext_noop("what was expected was achieved"),
    "partly": gettext_noop("what was expected was partly achieved"),
    "not_achieved": gettext_noop("what was expected was not achieved"),
    "not_needed": gettext_noop("the way back was not needed"),
    "used": gettext_noop("the way back was used"),
    "failed": gettext_noop("the way back failed"),
}


def _review_words(teller: Teller, review: PostReview) -> str:
    """Outcome, achieved against expected, the way back, incidents, what follows, lessons."""
    evidence = teller.evidence
    parts = [gettext("with a follow-up") if review.outcome == "follow_up" else review.outcome]
    lines = []
    answer = evidence.review_answers.get(review.event)
    if answer is not None:
        said = (answer.achieved, answer.back_out)
        parts += [gettext(_REVIEW_WORDS[each]) for each in said if each is not None]
        lines = [evidence.texts.get(each or "", "") for each in (answer.reason, answer.lessons)]
    for relation, words in (("incident", "caused"), ("follow_up", gettext("followed by"))):
        named = [
            row.named
            for row in evidence.review_namings
            if row.event == review.event and row.relation == relation
        ]
        if named:
            parts.append(f"{words} {', '.join(named)}")
    text = "; ".join(parts)
    told = [f"{text[:1].upper()}{text[1:]}.", *(first_line(line) for line in lines if line)]
    return " ".join(told)


def _window(begins_at: int, ends_at: int) -> str:
    return gettext("Window from %(begins_at)s to %(ends_at)s") % {
        "begins_at": minute(begins_at),
        "ends_at": clock(ends_at)[:5],
    }


def _related(teller: Teller) -> Iterator[Moment]:
    name = teller.evidence.change.change_id
    for row in teller.evidence.relations:
        to_it = row.other_name == name
        words = gettext(RELATIONS[row.relation][to_it])
        yield teller.moment(
            row.related_at,
            f"{words} {row.change_name if to_it else row.other_name}",
            first_line(teller.reason(row.event)),
            row.account,
            row.event,
        )
