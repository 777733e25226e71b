"""Cases read for their pages, and the rules that remember."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from operator import attrgetter

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.case_rules_read import StandingRule, rules_at
from changeproof.ledger.cases_listed import CaseFilter, count_cases, newest_cases, owners_of
from changeproof.ledger.cases_read import Case, cases_of, like_found
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.protection_gaps import GAP
from changeproof.ledger.service import Ledger
from changeproof.ledger.silences import SILENCE
from changeproof.monitor.causes import SEVERE
from changeproof.web.pages.cases_page import (
    CAUSES,
    EXTENTS,
    PER_PAGE,
    CasePage,
    CaseRow,
    CasesPage,
    Happening,
    RuleRow,
    RulesPage,
    SearchRow,
    SubjectRow,
    forms_of,
    query_of,
)
from changeproof.web.pages.fields import Typed
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.change.cases import OUTCOMES
from changeproof.web.readings.numbers import check_name
from changeproof.web.readings.subjects import subject_url, titles_of_changes
from changeproof.web.states import State
from changeproof.web.times import minute
from changeproof.web.visibility import Systems, sees
from changeproof.workflow.remembering import may_answer

_MOST_SUBJECTS = 100
_STANDS = {"open": "Open", "taken on": "Taken on", "revert awaited": "Revert awaited"}


def read_cases(
    held: Ledger,
    asked: CaseFilter,
    systems: Systems,
    before: tuple[int, str] | None,
    moment: int,
    most: int = PER_PAGE,
) -> CasesPage:
    """One page of the list, the last opened first."""
    store = held.store
    files = newest_cases(store, asked, systems, before, most + 1)
    shown = files[:most]
    where = _systems_of(held, {row.subject for row in shown})
    about = titles_of_changes(held, {row.subject for row in shown})
    severities = {name: str(check.matter.severity) for name, check in checks_by_id().items()}
    titles = {
        name: check.matter.title
        for name, check in checks_by_id().items()
        if check.matter.severity in SEVERE
    }
    known = store.database.execute(
        "SELECT DISTINCT s.system FROM subject_judged AS s"
        " WHERE s.subject IN (SELECT c.subject FROM case_file AS c) AND s.system <> '' ORDER BY 1"
    )
    return CasesPage(
        filter=asked,
        rows=tuple(
            replace(
                _row(case, where, about, titles, moment),
                severity=severities.get(case.file.check_id, ""),
            )
            for case in cases_of(store, shown)
        ),
        total=count_cases(store, asked, systems),
        checks=tuple(sorted(titles.items(), key=lambda each: each[1])),
        systems=tuple(str(row[0]) for row in known if sees(systems, str(row[0]))),
        owners=owners_of(store, replace(asked, owner=""), systems),
        next_query=query_of(asked, before=f"{shown[-1].opened_at} {shown[-1].case_id}")
        if len(files) > most
        else "",
    )


def _systems_of(held: Ledger, subjects: Collection[str]) -> dict[str, str]:
    rows = held.store.by(SubjectJudged, "subject", subjects)
    return {row.subject: row.system for row in rows}


def _row(
    case: Case,
    where: dict[str, str],
    about: dict[str, str],
    titles: dict[str, str],
    moment: int,
) -> CaseRow:
    return CaseRow(
        name=case.name,
        title=title_of_case(case.file, titles),
        state=_state(case),
        subject=case.file.subject,
        about=about.get(case.file.subject, ""),
        more=len(case.every_subject) - 1,
        system=where.get(case.file.subject, ""),
        owner=case.owner.owner if case.owner else "",
        due_at=case.owner.due_at if case.owner else None,
        is_late=_is_late(case, moment),
        opened_at=case.file.opened_at,
        outcome=case.ended.outcome if case.ended else "",
    )


def title_of_case(file: CaseFile, titles: Mapping[str, str]) -> str:
    """What went wrong: a sign's own words; of another check, what it looks at."""
    if file.case_id.startswith(GAP):
        return gettext("Protection was off")
    if file.case_id.startswith(SILENCE):
        return gettext("A source fell silent")
    if file.check_id.startswith("signs/"):
        return titles.get(file.check_id, file.check_id)
    return gettext("Deviation: %(check)s") % {"check": check_name(file.check_id).name.lower()}


def _state(case: Case) -> State:
    ended = case.ended
    if ended is not None:
        word = "pending" if case.is_word_only else "not_applicable"
        return State(
            word, gettext("Ended: %(outcome)s") % {"outcome": gettext(OUTCOMES[case.ending])}
        )
    return State("deviation" if case.state == "open" else "pending", _STANDS[case.state])


def _is_late(case: Case, moment: int) -> bool:
    return case.ended is None and case.owner is not None and case.owner.due_at < moment


def find_visible(held: Ledger, name: str, systems: Systems) -> Case | None:
    """The case of this name, if the viewer may see what it is about."""
    files = held.store.by(CaseFile, "case_id", [name])
    if not files:
        return None
    where = _systems_of(held, [files[0].subject]).get(files[0].subject, "")
    return cases_of(held.store, files)[0] if sees(systems, where) else None


def read_case(
    held: Ledger, case: Case, caller: Caller, moment: int, typed: Typed, wrong: Typed
) -> CasePage:
    """One case with everything that was said of it."""
    catalogue = checks_by_id()
    titles = {name: check.matter.title for name, check in catalogue.items()}
    shown = case.every_subject[:_MOST_SUBJECTS]
    missed: dict[str, list[tuple[str, str]]] = {}
    for row in sorted(held.store.by(Finding, "subject", shown), key=attrgetter("check_id")):
        if row.verdict in ("deviation", "raised"):
            said = check_name(row.check_id)
            words = f"{said.number} {said.name}".strip()
            missed.setdefault(row.subject, []).append((row.check_id, words))
    texts = held.texts(_digests(case))
    system = _systems_of(held, [case.file.subject]).get(case.file.subject) or None
    may = caller.may(Permission.CHANGE_AUTHORIZE, system)
    ended = case.ended
    checks = tuple((name, titles.get(name, name)) for name in case.checks)
    return CasePage(
        name=case.name,
        title=title_of_case(case.file, titles),
        state=_state(case),
        check=case.file.check_id,
        check_title=titles.get(case.file.check_id, case.file.check_id),
        opened_at=case.file.opened_at,
        owner=case.owner.owner if case.owner else "",
        due_at=case.owner.due_at if case.owner else None,
        is_late=_is_late(case, moment),
        ending=gettext(OUTCOMES[case.ending]) if ended else "",
        ended_by=(ended.account or "") if ended else "",
        linked=case.links.get(ended.event, "") if ended else "",
        subjects=tuple(
            SubjectRow(name, subject_url(name), tuple(missed.get(name, ()))) for name in shown
        ),
        total_subjects=len(case.every_subject),
        register=tuple(_register(case, texts)),
        searches=tuple(_searches(case, texts)),
        happenings=tuple(sorted(_happenings(case, texts), key=attrgetter("at"))),
        forms=forms_of(typed, wrong, checks, is_open=ended is None) if may else (),
        why_not="" if may else gettext("None of your roles ends cases of this system"),
        recorded_as=caller.account,
    )


def _digests(case: Case) -> set[str]:
    found = {row.text for row in case.comments} | {row.reason for row in case.reverts}
    found |= {row.reason for row in case.resolutions if row.reason}
    found |= {digest for row in case.searches for digest in (row.query, row.found)}
    for row in case.accounts[-1:]:
        said = (row.because, row.exposure, row.effect, row.control_test, row.response)
        found |= {digest for digest in said if digest}
    return found


def _register(case: Case, texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    said = case.explained
    if said is None:
        return
    yield gettext("Cause"), gettext(dict(CAUSES)[said.cause]).partition(":")[0]
    extent = gettext("%(extent)s, in management's words") % {
        "extent": gettext(dict(EXTENTS)[said.extent]).partition(":")[0]
    }
    before = [row for row in case.searches if row.stated_at <= said.stated_at]
    last = next((row for row in reversed(before) if row.system is None), None)
    found = like_found(last.hits, texts.get(last.found, "")) if last else ""
    yield (
        gettext("Extent"),
        gettext("%(extent)s; the search before it found %(found)s")
        % {"extent": extent, "found": found}
        if found
        else extent,
    )
    for name, digest in (
        (gettext("What shows it"), said.because),
        (gettext("Exposure"), said.exposure),
        (gettext("Effect"), said.effect),
    ):
        yield (
            name,
            texts.get(digest, gettext("no longer kept")) if digest else gettext("not stated"),
        )
    yield gettext("Mitigating control"), said.control or gettext("none named")
    tested = said.control_test
    yield (
        gettext("Its test"),
        texts.get(tested, gettext("no longer kept")) if tested else gettext("not stated"),
    )
    response = said.response
    words = texts.get(response, gettext("no longer kept")) if response else "none"
    yield gettext("Management's response (not examined)"), words
    yield (
        gettext("Recorded by"),
        gettext("{%(account)s} at %(stated_at)s")
        % {"account": said.account, "stated_at": minute(said.stated_at)},
    )


def _searches(case: Case, texts: dict[str, str]) -> Iterator[SearchRow]:
    for row in reversed(case.searches):
        yield SearchRow(
            at=row.searched_at,
            who=row.account or "",
            where=row.system or "everywhere",
            population=row.population,
            told=like_found(row.hits, texts.get(row.found, "")),
            unshown=max(0, row.hits - _MOST_SUBJECTS),
            query=texts.get(row.query, gettext("no longer kept")),
            found=tuple(texts.get(row.found, "").splitlines()[:_MOST_SUBJECTS]),
        )


def _happenings(case: Case, texts: dict[str, str]) -> Iterator[Happening]:
    yield Happening(case.file.opened_at, gettext("Opened"), "")
    if case.owner:
        what = gettext("Given to {%(owner)s}") % {"owner": case.owner.owner}
        yield Happening(case.owner.stated_at, what, case.owner.account or "")
    for comment in case.comments:
        words = texts.get(comment.text, "")
        yield Happening(comment.stated_at, gettext("Commented"), comment.account or "", words)
    for revert in case.reverts:
        words = texts.get(revert.reason, "")
        yield Happening(
            revert.awaited_at, gettext("A revert is watched for"), revert.account or "", words
        )
    for again in case.reopenings:
        yield Happening(
            again.reopened_at, gettext("Came back: %(subject)s") % {"subject": again.subject}, ""
        )
    for end in case.resolutions:
        words = texts.get(end.reason or "", "")
        what = gettext("Ended: %(outcome)s") % {"outcome": gettext(OUTCOMES[end.outcome])}
        yield Happening(end.resolved_at, what, end.account or "", words)


def read_rules(held: Ledger, caller: Caller, moment: int) -> RulesPage:
    """Every rule on what the viewer may see, the latest first, with all that each excluded."""
    systems = caller.systems(Permission.CHANGE_READ)
    found = [
        each
        for each in rules_at(held.store, moment)
        if systems is None or sees(systems, each.stated.system or "")
    ]
    texts = held.texts({each.stated.reason for each in found})
    titles = {name: check.matter.title for name, check in checks_by_id().items()}
    return RulesPage(tuple(_rule(held, caller, each, texts, titles, moment) for each in found))


def _rule(
    held: Ledger,
    caller: Caller,
    each: StandingRule,
    texts: dict[str, str],
    titles: dict[str, str],
    moment: int,
) -> RuleRow:
    stated = each.stated
    waits = each.outcome == "waits"
    scope = (("system", stated.system), ("path", stated.path), ("account", stated.account))
    return RuleRow(
        name=stated.rule,
        case=reverse("case", args=[stated.case_id]),
        check=stated.check_id,
        title=titles.get(stated.check_id, stated.check_id),
        scope=", ".join(f"{name} {value}" for name, value in scope if value),
        owner=stated.owner,
        requested_by=stated.requested_by or "",
        answered_by=(each.answer.account or "") if each.answer else "",
        reason=texts.get(stated.reason, gettext("no longer kept")),
        ends_at=stated.ends_at,
        outcome=each.outcome,
        hits=len(each.hits),
        excluded=tuple(
            (hit.subject, subject_url(hit.subject), hit.excluded_at) for hit in each.hits
        ),
        may_not=may_answer(held, caller.account, stated, moment) if waits else "",
        may_decide=caller.may(Permission.WAIVER_GRANT, stated.system),
    )
