"""The oracle's whole reading: every change of a record, by every check that it knows."""

from collections.abc import Iterable, Mapping

from changeproof.ledger.joined import Change
from changeproof.ledger.table import Row
from tests.oracle import segregation, signs
from tests.oracle.answer import SIGN_URGENCY, Answer, worst
from tests.oracle.approval import point_8
from tests.oracle.authorization import authorize_moment, point_2
from tests.oracle.deployment import point_9
from tests.oracle.emergency import covering, declared, point_13
from tests.oracle.people import People
from tests.oracle.record import Record, not_after
from tests.oracle.terms import Terms, terms_at
from tests.oracle.testing import point_7
from tests.oracle.work import Work, works_of

Answers = dict[tuple[str, str], Answer]


def read(
    rows: Iterable[Row], as_of: int, others: Mapping[str, Iterable[str]] | None = None
) -> Answers:
    """What each change deserves; `others` are the verdicts of all points, for the third sign."""
    record = Record(rows, as_of)
    people = People(record)
    answers: Answers = {}
    for change in record.all(Change):
        for check, answer in of_change(record, people, change).items():
            answers[change.change_id, check] = answer
        if others is not None:
            said = list(others.get(change.change_id, ()))
            answers[change.change_id, "signs/requirements_unmet"] = signs.requirements_unmet(said)
    organisation = signs.no_emergency_path(terms_at(record, as_of))
    answers["organisation", "signs/no_emergency_path"] = organisation
    return answers


def of_change(record: Record, people: People, change: Change) -> dict[str, Answer]:
    """One change: the worst of its work, where points are judged by work."""
    works = works_of(record, people, change)
    if not works:
        return {}
    times = [work.deployed_at for work in works if work.deployed_at is not None]
    terms = terms_at(record, min(times, default=record.as_of))
    points: dict[str, list[Answer]] = {}
    for work in works:
        for check, answer in _of_work(record, people, work, terms).items():
            points.setdefault(check, []).append(answer)
    answers = {
        check: worst(said, SIGN_URGENCY) if check.startswith("signs/") else worst(said)
        for check, said in points.items()
    }
    answers["signs/overdue_change"] = signs.overdue_change(record, works)
    return answers


def _of_work(record: Record, people: People, work: Work, terms: Terms) -> dict[str, Answer]:
    cover = covering(record, people, work, terms)
    emergency = cover.basis if cover else None
    begun = emergency
    moment = authorize_moment(work, terms)
    if cover is not None and moment is not None:
        at = min((row.declared_at for row in declared(record, work) if row.declared_at), default=0)
        begun = "direct" if not_after(at, moment) else "late_declared"
    return {
        "cc8_1/02_authorization": point_2(record, people, work, terms, begun),
        "cc8_1/07_testing": point_7(record, people, work, terms, emergency),
        "cc8_1/08_approval": point_8(record, people, work, terms, emergency),
        "cc8_1/09_deployment": point_9(record, people, work, terms, emergency),
        "cc8_1/13_emergency": point_13(record, people, work, terms),
        "segregation/duties": segregation.point(record, people, work, terms),
        "signs/unauthorized_deployment": signs.unauthorized_deployment(
            record, people, work, terms, emergency
        ),
        "signs/untracked_change": signs.untracked_change(record, work, emergency),
        "signs/unattributed_change": signs.unattributed_change(record, people, work, terms),
        "signs/configuration_mismatch": signs.configuration_mismatch(record, people, work, terms),
        "signs/unlogged_deployment": signs.unlogged_deployment(record, work),
    }
