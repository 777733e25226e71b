"""Open cases that wait for the viewer, beside those of unauthorized changes: a group of the list at
the left of the desk. Whoever may authorize changes of a system sees to its cases."""

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.needed import UNAUTHORIZED
from changeproof.ledger.cases_listed import WaitingCase, waiting_cases
from changeproof.ledger.service import Ledger, now
from changeproof.ledger.subjects_known import SYSTEM
from changeproof.web.counting import count
from changeproof.web.pages.desk_page import InboxGroup, InboxItem
from changeproof.web.readings.cases_reading import title_of_case
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.remembered import Remembered
from changeproof.web.readings.subjects import titles_of_changes
from changeproof.web.states import State, state

_SHOWN = 25
_READ = 100  # some of them are of systems that are not the viewer's
_WAITING: Remembered[list[WaitingCase]] = Remembered(16)
_GRAVITY = ("critical", "high", "medium", "low")


def read_open_cases(held: Ledger, caller: Caller) -> tuple[InboxGroup, ...]:
    """One item a case, the gravest first, what the viewer has taken on before the rest; no group
    where none waits."""
    mine = _cases_of(held, caller)
    if not mine:
        return ()
    checks = checks_by_id()
    titles = {name: check.matter.title for name, check in checks.items()}
    graded = [
        (str(checks[name].matter.severity) if (name := each.file.check_id) in checks else "", each)
        for each in mine
    ]
    graded.sort(key=lambda pair: (not pair[1].owner, _place(pair[0]), pair[1].due_at or 0))
    moment = now()
    shown = graded[:_SHOWN]
    about = titles_of_changes(held, {each.file.subject for _, each in shown})
    items = tuple(
        InboxItem(
            url=reverse("case", args=[each.file.case_id]),
            title=": ".join(
                filter(None, (title_of_case(each.file, titles), about.get(each.file.subject)))
            ),
            system=_system(each) or gettext("all systems"),
            content=_words(severity, each),
            state=_state(each, moment),
        )
        for severity, each in shown
    )
    return (InboxGroup(gettext("See to cases"), items),)


def number_of_open_cases(held: Ledger, caller: Caller) -> int:
    """How many of them are shown, for the number that is on every page."""
    return min(len(_cases_of(held, caller)), _SHOWN)


def _cases_of(held: Ledger, caller: Caller) -> list[WaitingCase]:
    if not caller.may_somewhere(Permission.CHANGE_AUTHORIZE):
        return []
    account = caller.account
    waiting = _WAITING.get(
        held, account, lambda: waiting_cases(held.store, account, UNAUTHORIZED, _READ)
    )
    return [each for each in waiting if caller.may(Permission.CHANGE_AUTHORIZE, _system(each))]


def _system(each: WaitingCase) -> str | None:
    subject = each.file.subject
    if subject.startswith(SYSTEM):
        return subject.removeprefix(SYSTEM)
    return each.system or None


def _place(severity: str) -> int:
    return _GRAVITY.index(severity) if severity in _GRAVITY else len(_GRAVITY)


def _words(severity: str, each: WaitingCase) -> str:
    parts = [gettext("severity %(severity)s") % {"severity": severity}] if severity else []
    parts.append(gettext("taken on by you") if each.owner else gettext("nobody has taken it on"))
    if each.further:
        parts.append(gettext("with %(further)s") % {"further": count(each.further, "further one")})
    said = ", ".join(parts)
    return f"{said[:1].upper()}{said[1:]}"


def _state(each: WaitingCase, moment: int) -> State:
    if each.due_at is None:
        return State("deviation", gettext("Open case"))
    if each.due_at < moment:
        return State("deviation", gettext("Late"))
    return state("pending", due=each.due_at)
