"""What could be given, asked for or granted several at once: each judged as if it stood alone."""

from collections.abc import Sequence

from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import accounts_of_users, holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.cases_listed import CaseFilter, newest_cases
from changeproof.ledger.cases_read import cases_of
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.service import Ledger
from changeproof.ledger.waivers_read import waivers_at
from changeproof.web.pages.several_page import Candidate
from changeproof.web.readings.cases_reading import title_of_case
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.reasons import parted
from changeproof.web.readings.subjects import titles_of_changes
from changeproof.web.times import minute
from changeproof.web.visibility import sees
from changeproof.workflow.parts import not_human
from changeproof.workflow.together import MOST
from changeproof.workflow.waiving import may_grant, subject_of


def cases_to_give(held: Ledger, caller: Caller, asked: CaseFilter) -> tuple[Candidate, ...]:
    """The open cases that the list shows under the same filter, the last opened first."""
    visible = caller.systems(Permission.CHANGE_READ)
    found = cases_of(held.store, newest_cases(held.store, asked, visible, None, MOST))
    subjects = {each.file.subject for each in found}
    where = {row.subject: row.system for row in held.store.by(SubjectJudged, "subject", subjects)}
    about = titles_of_changes(held, subjects)
    titles = {name: check.matter.title for name, check in checks_by_id().items()}
    program = not_human(held.store, caller.account)
    candidates = []
    for each in found:
        system = where.get(each.file.subject) or None
        why = gettext("a human decides") if program else ""
        if not caller.may(Permission.CHANGE_AUTHORIZE, system):
            why = gettext("none of your roles ends cases there")
        owner = f"{{{each.owner.owner}}}" if each.owner else gettext("nobody yet")
        subject = about.get(each.file.subject) or each.file.subject
        opened = minute(each.file.opened_at)
        detail = f"{system or 'no system'}; {owner}; opened {opened}"
        title = f"{title_of_case(each.file, titles)}: {subject}"
        candidates.append(Candidate(each.name, title, detail, why))
    return tuple(candidates)


def possible_owners(held: Ledger, caller: Caller) -> list[tuple[str, str]]:
    """(account, account in braces) of everybody who ends cases somewhere, the viewer first."""
    accounts = accounts_of_users()
    holdings = holdings_of(accounts)
    able = [
        each
        for each in accounts
        if any(
            allows(holdings[each], Permission.CHANGE_AUTHORIZE, held_role.system or None)
            for held_role in holdings[each]
        )
        and not not_human(held.store, each)
    ]
    able.sort(key=lambda each: each != caller.account)
    return [(each, f"{{{each}}}") for each in able]


def subjects_that_wait(held: Ledger, caller: Caller, check: str, moment: int) -> list[Candidate]:
    """What the check is still asked of, and could be set aside for."""
    rows = held.store.database.execute(
        "SELECT subject FROM finding WHERE check_id = ? AND verdict = 'pending'"
        " ORDER BY subject LIMIT ?",
        (check, 4 * MOST),
    )
    subjects = [str(row[0]) for row in rows]
    where = {row.subject: row.system for row in held.store.by(SubjectJudged, "subject", subjects)}
    visible = caller.systems(Permission.CHANGE_READ)
    shown = [each for each in subjects if sees(visible, where.get(each, ""))][:MOST]
    about = titles_of_changes(held, shown)
    reasons = {
        row.subject: parted(row.reason).what
        for row in held.store.by(Finding, "subject", shown)
        if row.check_id == check
    }
    asked = {
        each.stated.subject: each.stated.waiver
        for each in waivers_at(held.store, moment)
        if each.stated.check_id == check and each.outcome in ("waits", "in force")
    }
    return [
        Candidate(
            each,
            about.get(each) or each,
            f"{where.get(each) or 'all systems'}; {reasons.get(each, '')}",
            _why_not_asked(caller, where.get(each) or None, asked.get(each, "")),
        )
        for each in shown
    ]


def waivers_that_wait(held: Ledger, caller: Caller, moment: int) -> Sequence[Candidate]:
    """Those that somebody asked for and nobody has answered."""
    visible = caller.systems(Permission.CHANGE_READ)
    titles = {name: check.matter.title for name, check in checks_by_id().items()}
    found = []
    for each in waivers_at(held.store, moment):
        if each.outcome != "waits" or each.asked is None:
            continue
        _, system = subject_of(held, each.stated.subject)
        if system is not None and not sees(visible, system):
            continue
        found.append(
            Candidate(
                each.stated.waiver,
                f"{each.stated.waiver}: {titles.get(each.stated.check_id, each.stated.check_id)}",
                gettext("%(subject)s; asked by {%(requested_by)s}")
                % {"subject": each.stated.subject, "requested_by": each.asked.requested_by},
                may_grant(held, caller.account, each.asked, moment),
            )
        )
    return found[:MOST]


def _why_not_asked(caller: Caller, system: str | None, standing: str) -> str:
    if standing:
        return gettext("%(standing)s stands already") % {"standing": standing}
    if not caller.may(Permission.WAIVER_REQUEST, system):
        return gettext("none of your roles asks for waivers there")
    return ""
