"""Point 9: by whom it was deployed, on which path, and whether a freeze was in force."""

from changeproof.ledger.joined import Deployment
from changeproof.ledger.requests import TimeWindow
from tests.oracle.answer import Answer
from tests.oracle.approval import approval_moment, independent
from tests.oracle.people import People
from tests.oracle.record import Record
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.work import Work, makers

DEPLOYER = ("deployer",)


def deployer(people: People, row: Deployment) -> str | None:
    """Who started it: of a pipeline, whom it names (hard case 7)."""
    if row.account is not None and people.is_human(row.account):
        return row.account
    return row.triggered_by or row.account


def in_freeze(record: Record, system: str, at: int) -> bool:
    """Whether a freeze that had been stated by then was in force."""
    return any(
        row.kind == "freeze"
        and (row.system is None or row.system.lower() == system.lower())
        and row.stated_at <= at
        and row.begins_at <= at < row.ends_at
        for row in record.all(TimeWindow)
    )


def point_9(
    record: Record, people: People, work: Work, terms: Terms, emergency: str | None
) -> Answer:
    """Deployed by somebody entitled, on a path that its author cannot complete alone."""
    if not work.is_deployed:
        return Answer("not_applicable" if work.closed_at is not None else "pending")
    row = work.first
    blind = Answer("not_verifiable", why="unseen") if unseen(record, work) else None
    if work.act is not None:
        others = independent(record, people, work, approval_moment(work, terms))
        if emergency is not None:
            return Answer("met", emergency)
        if others and work.change.origin == "requested":
            return Answer("met")
        return blind or Answer("deviation", why="by hand, around the pipeline or by one alone")
    if row is None:
        return blind or Answer("deviation", why="no deployment put it there")
    if row.landing or "/tag/" in row.deployment:
        return Answer("not_verifiable", why="git tells of no deployments")
    if work.kind == "deployment":
        return blind or Answer("deviation", why="of unknown origin")
    if row.deployed_at is None:
        return Answer("not_verifiable", why="no time of deployment")
    who = deployer(people, row)
    if who is None:
        return blind or Answer("deviation", why="nobody deployed it")
    person = people.person(who, row.deployed_at)
    frozen = in_freeze(record, row.system, row.deployed_at)
    if not people.holds(who, DEPLOYER, row.system, row.deployed_at):
        return Answer("deviation", why="without the role")
    if frozen and emergency is None:
        return Answer("deviation", why="in a freeze")
    others = independent(record, people, work, approval_moment(work, terms))
    if work.kind == "commit" and not others and emergency is None:
        return blind or Answer("deviation", why="pushed straight to the branch")
    is_another = people.is_human(who) and person not in makers(record, people, work)
    if others or is_another:
        return Answer("met")
    if emergency is not None:
        return Answer("met", emergency)
    return blind or Answer("deviation", why="its author alone")
