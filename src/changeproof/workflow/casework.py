"""Work on a case: take it on, say something, have it reverted, look for its like, explain it.

None of it changes a verdict: what was not met at deployment stays so, however it was answered.
"""

from dataclasses import dataclass

from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.cases import (
    CaseCommented,
    CaseTaken,
    Cause,
    DeviationExplained,
    Extent,
    LikeSearched,
    RevertAwaited,
)
from changeproof.events.refusal import Refusal
from changeproof.ledger.cases import LikeSearch
from changeproof.ledger.cases_read import Case, like_found
from changeproof.ledger.deadlines import due_after
from changeproof.ledger.service import Ledger
from changeproof.workflow.case_found import (
    find_case,
    open_case,
    require_on_case,
    system_of_case,
)
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import short_name

REVIEW_WITHIN = "deadline.deviation_review_within"
_STAYS = "The verdict at deployment stays as it was."


@dataclass(frozen=True, slots=True)
class TakeCase:
    """`owner` sees to it (None: whoever says so); by when follows from the policy."""

    case: str
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class CommentCase:
    """Something to be known of it."""

    case: str
    text: str


@dataclass(frozen=True, slots=True)
class AwaitRevert:
    """It is being taken back: the case ends once that is in production."""

    case: str
    reason: str


@dataclass(frozen=True, slots=True)
class SearchLike:
    """Look for the like of its deviations: everywhere, or on one system besides."""

    case: str
    system: str | None = None


@dataclass(frozen=True, slots=True)
class ExplainDeviation:
    """The register's fields. `extent` isolated needs a search of the whole population before."""

    case: str
    cause: Cause
    extent: Extent
    because: str
    exposure: str | None = None
    effect: str | None = None
    control: str | None = None
    control_test: str | None = None
    response: str | None = None


def take_case(ledger: Ledger, actor: str, command: TakeCase, *, at: int | None = None) -> Done:
    """Record who sees to a case, and until when. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = open_case(ledger, command.case)
        require_on_case(ledger, actor, Permission.CHANGE_AUTHORIZE, case, act.at)
        owner = short_name("owner", command.owner) if command.owner else actor
        _require_able(ledger, case, owner, act.at)
        due = due_after(ledger.store, REVIEW_WITHIN, case.since)
        event = CaseTaken(**act.header, case=case.name, owner=owner, due_at=due)
        return act.record(case.file.subject, event, name=case.name)


def comment_case(
    ledger: Ledger, actor: str, command: CommentCase, *, at: int | None = None
) -> Done:
    """Record a comment. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = find_case(ledger, command.case)
        require_on_case(ledger, actor, Permission.CHANGE_COMMENT, case, act.at)
        text = act.needed("text", command.text, "Write what is to be known.")
        event = CaseCommented(**act.header, case=case.name, text=text)
        return act.record(case.file.subject, event, name=case.name)


def await_revert(
    ledger: Ledger, actor: str, command: AwaitRevert, *, at: int | None = None
) -> Done:
    """Record that it is being reverted. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = open_case(ledger, command.case)
        require_on_case(ledger, actor, Permission.CHANGE_AUTHORIZE, case, act.at)
        reason = act.needed("reason", command.reason, "Say what is taken back, and how.")
        event = RevertAwaited(**act.header, case=case.name, reason=reason)
        # Its deployment may be on record already: the next judgement looks.
        ledger.queue([case.file.subject])
        note = f"The case ends when the revert has been deployed. {_STAYS}"
        return act.record(case.file.subject, event, name=case.name, note=note)


def search_like(ledger: Ledger, actor: str, command: SearchLike, *, at: int | None = None) -> Done:
    """Search everything that is judged for the like of a case, and record query and hits.
    Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = find_case(ledger, command.case)
        require_on_case(ledger, actor, Permission.CHANGE_AUTHORIZE, case, act.at)
        system = short_name("system", command.system) if command.system else None
        checks = _missed(ledger, case)
        found = _like(ledger, case, checks, system)
        listed = "".join(f"{subject} {check}\n" for subject, check in found)
        event = LikeSearched(
            **act.header,
            case=case.name,
            query=act.body(_query(checks, system).encode()),
            checks=checks,
            system=system,
            population=_population(ledger, checks),
            hits=len(found),
            found=act.body(listed.encode()),
        )
        note = f"Found: {like_found(len(found), listed)}."
        return act.record(case.file.subject, event, name=case.name, note=note)


def explain_deviation(
    ledger: Ledger, actor: str, command: ExplainDeviation, *, at: int | None = None
) -> Done:
    """Record the company's account of a deviation. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        case = find_case(ledger, command.case)
        require_on_case(ledger, actor, Permission.CHANGE_AUTHORIZE, case, act.at)
        note = _STAYS
        if command.extent == "isolated":
            search = _require_searched(case)
            found = like_found(search.hits, ledger.text(search.found) or "")
            note = f"{_STAYS} Beside “isolated” stands what the search found: {found}."
        event = DeviationExplained(
            **act.header,
            case=case.name,
            cause=command.cause,
            extent=command.extent,
            because=act.needed("because", command.because, "Say what shows that this was why."),
            exposure=act.keep("exposure", command.exposure),
            effect=act.keep("effect", command.effect),
            control=short_name("control", command.control) if command.control else None,
            control_test=act.keep("control_test", command.control_test),
            response=act.keep("response", command.response),
        )
        return act.record(case.file.subject, event, name=case.name, note=note)


def _require_able(ledger: Ledger, case: Case, owner: str, at: int) -> None:
    system = system_of_case(ledger.store, case)
    if not allows(holdings_of([owner], at)[owner], Permission.CHANGE_AUTHORIZE, system):
        raise Refusal(
            "The case was not taken on.",
            where="owner",
            why=f"{{{owner}}} holds no role in which cases are ended",
            cure="Name somebody who may authorize changes of this system.",
        )


def _require_searched(case: Case) -> LikeSearch:
    """The last search of the whole population since the case last grew. Raises Refusal."""
    grown = max((row.stated_at for row in case.subjects), default=0)
    since = max(case.since, grown)
    for row in reversed(case.searches):
        if row.system is None and row.searched_at >= since:
            return row
    raise Refusal(
        "The deviation was not explained.",
        where="extent",
        why="nobody has searched the whole population for its like since the case was opened"
        " or last grew, and until then none can be called isolated",
        cure="Search for its like first, on all systems; then choose.",
    )


def _missed(ledger: Ledger, case: Case) -> tuple[str, ...]:
    """The checks of which something in the case deviates; those that opened it at least."""
    store = ledger.store
    condition, names = store.among("subject", case.every_subject)
    rows = store.database.execute(
        "SELECT DISTINCT check_id FROM finding"
        f" WHERE {condition} AND verdict IN ('deviation', 'raised')",
        (names,),
    )
    of_changes = case.file.subject.startswith("system:") or case.file.subject == "organisation"
    found = {str(row[0]) for row in rows} if not of_changes else set()
    return tuple(sorted(found | set(case.checks)))


def _query(checks: tuple[str, ...], system: str | None) -> str:
    """What was asked, as anyone can ask it again of findings/findings.jsonl or the database."""
    listed = ", ".join(f"'{check}'" for check in checks)
    within = ""
    if system is not None:
        quoted = system.replace("'", "''")
        within = f" AND subject IN (SELECT subject FROM subject_judged WHERE system = '{quoted}')"
    return (
        "SELECT subject, check_id FROM finding"
        f" WHERE check_id IN ({listed}) AND verdict IN ('deviation', 'raised'){within}"
        " ORDER BY subject, check_id -- without the subjects of the case itself"
    )


def _like(
    ledger: Ledger, case: Case, checks: tuple[str, ...], system: str | None
) -> list[tuple[str, str]]:
    condition, names = ledger.store.among("check_id", checks)
    rows = ledger.database.execute(
        f"SELECT subject, check_id FROM finding WHERE {condition}"
        " AND verdict IN ('deviation', 'raised') ORDER BY subject, check_id",
        (names,),
    )
    own = set(case.every_subject)
    found = [(str(subject), str(check)) for subject, check in rows if subject not in own]
    if system is None:
        return found
    rows = ledger.database.execute("SELECT subject FROM subject_judged WHERE system = ?", (system,))
    there = {str(row[0]) for row in rows}
    return [each for each in found if each[0] in there]


def _population(ledger: Ledger, checks: tuple[str, ...]) -> int:
    condition, names = ledger.store.among("check_id", checks)
    rows = ledger.database.execute(
        f"SELECT COUNT(DISTINCT subject) FROM finding WHERE {condition}", (names,)
    )
    return int(rows[0][0])
