"""Point 9: by whom it was deployed, on which path, and whether a freeze was in force."""

from changeproof.ledger.decisions import Approval
from changeproof.ledger.deployments import Artifact
from changeproof.ledger.joined import Deployment
from changeproof.ledger.requests import TimeWindow
from tests.oracle.answer import Answer
from tests.oracle.approval import approval_moment, independent
from tests.oracle.makers import makers
from tests.oracle.people import People
from tests.oracle.record import Record, not_after
from tests.oracle.seeing import unseen
from tests.oracle.terms import Terms
from tests.oracle.work import PRODUCTION, Work

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
        if emergency is not None:
            return Answer("met", emergency)
        if _others(record, people, work, terms) and work.change.origin == "requested":
            return Answer("met")
        return blind or Answer("deviation", why="by hand, around the pipeline or by one alone")
    if row is None:
        return blind or Answer("deviation", why="no deployment put it there")
    if row.landing or "/tag/" in row.deployment:
        return Answer("not_verifiable", why="git tells of no deployments")
    if work.kind == "deployment":
        return Answer("deviation", why="of unknown origin")
    who = deployer(people, row)
    if who is None:
        return blind or Answer("deviation", why="nobody deployed it")
    at = row.deployed_at
    if at is not None and not people.holds(who, DEPLOYER, row.system, at):
        return Answer("deviation", why="without the role")
    if at is not None and emergency is None and in_freeze(record, row.system, at):
        return Answer("deviation", why="in a freeze")
    if work.kind == "commit" and not _others(record, people, work, terms) and emergency is None:
        return blind or Answer("deviation", why="pushed straight to the branch")
    if is_other_content(record, work, terms):
        return Answer("deviation", why="not what was built or approved")
    others = _others(record, people, work, terms)
    wrote = makers(record, people, work)
    is_another = people.is_human(who) and people.person(who, at) not in wrote
    if not others and not is_another and emergency is None:
        return blind or Answer("deviation", why="its author alone")
    if gone_back_wrongly(record, people, work, emergency):
        return Answer("deviation", why="put there again without the role")
    if others or (is_another and wrote):
        return Answer("met")
    if emergency is not None:
        return Answer("met", emergency)
    return Answer("not_verifiable", why="who wrote it is not known")


def _others(record: Record, people: People, work: Work, terms: Terms) -> bool:
    return bool(independent(record, people, work, approval_moment(work, terms)))


def is_other_build(record: Record, work: Work) -> bool:
    """Whether the build on record made the deployed digest of another revision."""
    row = work.first
    if row is None or row.artifact is None:
        return False
    built = {
        each.revision for each in record.of(Artifact, "artifact", row.artifact) if each.revision
    }
    return bool(row.revision and built and row.revision not in built)


def is_other_content(record: Record, work: Work, terms: Terms) -> bool:
    """Whether the digest was built of another revision, or the desk approved another digest."""
    row = work.first
    if row is None or row.artifact is None:
        return False
    if is_other_build(record, work):
        return True
    until = approval_moment(work, terms)
    named = [
        each.artifact
        for name in work.names
        for each in record.of(Approval, "change_name", name)
        if each.artifact and (until is None or not_after(each.approved_at or 0, until))
    ]
    return bool(named) and row.artifact not in named


def put_there_again(record: Record, work: Work) -> list[tuple[Deployment, bool]]:
    """Later deployments of its own commits, and whether something else ran there in between or a
    rollback was said: then they are judged anew (hard cases 34 and 60)."""
    first = work.first
    if first is None or first.landing or first.deployed_at is None:
        return []
    return [
        (
            row,
            bool(row.rollback)
            or (
                row.lane == first.lane
                and row.previous_revision is not None
                and row.previous_revision != row.revision
            ),
        )
        for row in record.among(Deployment, "revision", work.revisions)
        if row.environment.lower() in PRODUCTION
        and row.deployment != first.deployment
        and not row.landing
        and row.deployed_at is not None
        and row.deployed_at >= first.deployed_at
    ]


def gone_back_wrongly(record: Record, people: People, work: Work, emergency: str | None) -> bool:
    """Whether somebody without the role put it there again, or it went back in a freeze."""
    for row, is_back in put_there_again(record, work):
        who, at = row.triggered_by or row.account, row.deployed_at
        assert at is not None
        if who is None and is_back:
            return True
        if who is not None and not people.holds(who, DEPLOYER, row.system, at):
            return True
        if is_back and emergency is None and in_freeze(record, row.system, at):
            return True
    return False
