"""Point 7: what ran on the deployed content, and how it ended."""

from changeproof.ledger.deployments import TestRun
from tests.oracle.answer import Answer
from tests.oracle.approval import approval_moment, yeses
from tests.oracle.people import People
from tests.oracle.record import Record, not_after
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.work import Work, is_merge_edited, tree_of


def tested_content(record: Record, work: Work, terms: Terms) -> set[str]:
    """The commits whose runs count."""
    on = terms.one("tests_on", "same_content")
    deployed = {work.first.revision} if work.first and work.first.revision else set()
    if on == "deployed":
        return deployed or {each for each in (work.landed,) if each}
    found = deployed | {each for each in (work.landed,) if each}
    trees = {tree_of(record, each) for each in found} - {None}
    found |= {head for head in work.heads if tree_of(record, head) in trees}
    if on == "head" and work.head and not is_merge_edited(record, work):
        found.add(work.head)
    return found


def tests_moment(record: Record, people: People, work: Work, terms: Terms) -> int | None:
    """The moment by which the tests must have passed."""
    named = terms.one("tests_before", "deployment")
    moments = [work.deployed_at]
    if named == "merge":
        moments.append(work.merged_at)
    if named == "approval":
        said = yeses(record, people, work, approval_moment(work, terms))
        times = [word.at for word in said if word.fits and word.at is not None]
        moments.append(max(times) if times else work.merged_at)
    known = [moment for moment in moments if moment is not None]
    return min(known, default=None)


def passed(record: Record, work: Work, terms: Terms, until: int) -> bool:
    """Whether the last run of each check passed by then; those that policy names are there."""
    runs = [
        row
        for revision in tested_content(record, work, terms)
        for row in record.of(TestRun, "revision", revision)
        if row.finished_at is not None and not_after(row.finished_at, until)
    ]
    runs.sort(key=lambda row: (row.finished_at, row.attempt, row.run))
    required = terms.many("required_check")
    posters = terms.many("required_check_poster")
    if required:
        for position, name in enumerate(required):
            poster = posters[position] if position < len(posters) else ""
            mine = [row for row in runs if row.name == name and poster in ("", row.poster)]
            if not mine or mine[-1].conclusion != "passed":
                return False
        return True
    last = {(row.name, row.poster): row.conclusion for row in runs}
    return bool(last) and set(last.values()) == {"passed"}


def point_7(
    record: Record, people: People, work: Work, terms: Terms, emergency: str | None
) -> Answer:
    """Tested on what was deployed, before it was deployed."""
    if not work.is_deployed:
        return Answer("not_applicable" if work.closed_at is not None else "pending")
    if work.act is None and not tested_content(record, work, terms):
        return Answer("not_verifiable", why="no revision stated")
    moment = tests_moment(record, people, work, terms)
    if moment is None:
        if passed(record, work, terms, record.as_of):
            return Answer("not_verifiable", why="no time of deployment")
        moment = record.as_of
    elif passed(record, work, terms, moment):
        return Answer("met")
    if emergency is not None and work.deployed_at is not None:
        if passed(record, work, terms, work.deployed_at + terms.review_within):
            return Answer("met", "late_declared")
        return Answer("not_applicable", why="judged by point 13")
    if unseen(record, work):
        return Answer("not_verifiable", why="unseen")
    ran = [
        row
        for revision in tested_content(record, work, terms)
        for row in record.of(TestRun, "revision", revision)
    ]
    if not work.is_covered and not ran:
        return Answer("not_verifiable", why="git alone")
    timely = [
        row for row in ran if row.finished_at is not None and not_after(row.finished_at, moment)
    ]
    if any(row.finished_at is None and row.conclusion == "passed" for row in ran) and not timely:
        return Answer("not_verifiable", why="a run without a time")
    same = terms.one("tests_on", "same_content") == "same_content"
    if same and not timely and _head_only_with_unknown_trees(record, work):
        return Answer("not_verifiable", why="trees not known")
    return Answer("deviation")


def _head_only_with_unknown_trees(record: Record, work: Work) -> bool:
    head = work.head or (work.heads[-1] if work.heads else None)
    deployed = work.first.revision if work.first is not None else None
    if head is None or head == deployed or is_merge_edited(record, work):
        return False
    known = tree_of(record, work.landed or deployed) and tree_of(record, head)
    return not known and bool(record.of(TestRun, "revision", head))
