"""The first steps of a company, each with its state read from the record."""

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.holdings import Holding, allows_somewhere, held, person_at
from changeproof.accounts.people import operator
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.people import AccountPerson, AccountSettlement, RoleGrant, RoleRevocation
from changeproof.ledger.policy_read import in_force_at
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems import SystemRecord
from changeproof.ledger.systems_known import known_systems
from changeproof.web.counting import thousands
from changeproof.web.pages.first_steps_page import FirstStepsPage, Step
from changeproof.web.readings.log_reading import data_words
from changeproof.web.readings.sources_reading import read_source_rows
from changeproof.web.readings.subjects import subject_url
from changeproof.web.states import State
from changeproof.web.visibility import seen_of, sees

_DONE = State("met", "Done")
_NEXT = State("pending", "To do")
_ADD, _SEE = "Add a person", "See who is here"


def read_first_steps(ledger: Ledger, caller: Caller, moment: int, server: str) -> FirstStepsPage:
    """The page as of `moment`, for whoever asks."""
    data = data_words(ledger)
    holdings = _holdings(ledger, moment)
    holdings.pop(operator().account, None)
    steps = (
        _systems(ledger, caller),
        _people(caller, holdings),
        _sources(ledger, caller, moment),
        _policy(ledger, caller, moment),
        _second_person(ledger, caller, holdings, moment),
        _first_change(ledger, caller),
    )
    return FirstStepsPage(steps, server, data)


def judged_any(ledger: Ledger) -> bool:
    """Whether a first change was judged: from then on the dashboard has something to say."""
    rows = ledger.database.execute("SELECT 1 FROM subject_judged WHERE verdict IS NOT NULL LIMIT 1")
    return bool(rows)


def _state(is_done: object) -> State:
    return _DONE if is_done else _NEXT


def _systems(ledger: Ledger, caller: Caller) -> Step:
    visible = caller.systems(Permission.CHANGE_READ)
    known = seen_of(visible, known_systems(ledger.store))
    described = {row.system for row in ledger.store.all(SystemRecord)} & set(known)
    found = gettext(
        "No system is on record. One is named by its first source, or described beforehand."
    )
    if known:
        found = ngettext(
            "%(number)s system on record; the register describes %(described)s.",
            "%(number)s systems on record; the register describes %(described)s.",
            len(known),
        ) % {"number": thousands(len(known)), "described": len(described)}
    url, act = reverse("systems"), gettext("See the register")
    if not described and caller.may_somewhere(Permission.SYSTEM_DESCRIBE):
        url, act = reverse("system_describe"), gettext("Describe a system")
    return Step("systems", gettext("Name your systems"), _state(known), found, url, act)


def _holdings(ledger: Ledger, moment: int) -> dict[str, frozenset[Holding]]:
    """What each account holds now, of those that hold anything."""
    grants, revocations = ledger.store.all(RoleGrant), ledger.store.all(RoleRevocation)
    found = {
        account: held(
            (row for row in grants if row.account == account),
            (row for row in revocations if row.account == account),
            moment,
        )
        for account in sorted({row.account for row in grants})
    }
    return {account: roles for account, roles in found.items() if roles}


def _may_add(caller: Caller) -> bool:
    return caller.may(Permission.ACCOUNT_MANAGE)


def _may_not_add(caller: Caller) -> str:
    if _may_add(caller):
        return ""
    return gettext("An administrator does this, or your directory.")


def _people(caller: Caller, holdings: dict[str, frozenset[Holding]]) -> Step:
    found = gettext("Nobody has an account but the operator of this machine.")
    if holdings:
        found = ngettext(
            "%(number)s account with a role, besides the operator of this machine.",
            "%(number)s accounts with a role, besides the operator of this machine.",
            len(holdings),
        ) % {"number": thousands(len(holdings))}
    return Step(
        "people",
        gettext("Let people in"),
        _state(holdings),
        found,
        reverse("person_add") if _may_add(caller) else reverse("people"),
        _ADD if _may_add(caller) else _SEE,
        may_not="" if holdings else _may_not_add(caller),
    )


def _second_person(
    ledger: Ledger,
    caller: Caller,
    holdings: dict[str, frozenset[Holding]],
    moment: int,
) -> Step:
    joins, settlements = ledger.store.all(AccountPerson), ledger.store.all(AccountSettlement)
    asking, deciding = (
        {
            person_at(account, joins, moment, settlements)
            for account, roles in holdings.items()
            if allows_somewhere(roles, permission)
        }
        for permission in (Permission.CHANGE_REQUEST, Permission.CHANGE_APPROVE)
    )
    is_done = any(one != other for one in asking for other in deciding)
    found = gettext(
        "Nobody decides on a change of their own: one asks, and somebody else approves."
    )
    if is_done:
        found = gettext("One person may ask for a change, and another may approve it.")
    return Step(
        "second",
        gettext("Bring a second person"),
        _state(is_done),
        found,
        reverse("person_add") if _may_add(caller) else reverse("people"),
        _ADD if _may_add(caller) else _SEE,
        may_not="" if is_done else _may_not_add(caller),
    )


def _sources(ledger: Ledger, caller: Caller, moment: int) -> Step:
    rows = read_source_rows(ledger, moment)
    asked = ledger.database.execute("SELECT COUNT(*) FROM change_request")[0][0]
    found = gettext(
        "Nothing tells of your changes yet. Connect a source, or ask for one at the desk."
    )
    if rows:
        found = ngettext(
            "%(number)s source connected.", "%(number)s sources connected.", len(rows)
        ) % {"number": thousands(len(rows))}
    elif asked:
        found = ngettext(
            "No source is connected; %(number)s change asked for.",
            "No source is connected; %(number)s changes asked for.",
            asked,
        ) % {"number": thousands(asked)}
    may = caller.may_somewhere(Permission.SOURCE_READ)
    return Step(
        "source",
        gettext("Connect a source, or use the desk"),
        _state(rows or asked),
        found,
        reverse("sources") if may else reverse("desk"),
        gettext("Connect a source") if may else gettext("Open the desk"),
    )


def _policy(ledger: Ledger, caller: Caller, moment: int) -> Step:
    current = in_force_at(ledger.store, moment)
    found = gettext("No policy is in force: nothing can be judged.")
    if current is not None:
        found = gettext(
            "Version %(policy_version)s judges. Read it in plain words; put another "
            "forward where it is not yours."
        ) % {"policy_version": current.policy_version}
    may = caller.may_somewhere(Permission.POLICY_READ)
    return Step(
        "policy",
        gettext("Adopt a policy"),
        _state(current is not None),
        found,
        reverse("policy") if may else "",
        gettext("Read the policy") if may else "",
    )


def _first_change(ledger: Ledger, caller: Caller) -> Step:
    title = gettext("See the first change judged")
    execute = ledger.database.execute
    rows = execute(
        "SELECT subject, system, verdict FROM subject_judged WHERE verdict IS NOT NULL"
        # With the moment alone the index answers; the two in order would sort them all.
        " AND listed_at = (SELECT MIN(listed_at) FROM subject_judged WHERE verdict IS NOT NULL)"
        " ORDER BY subject LIMIT 1"
    ) or execute("SELECT change_id, system, NULL FROM change ORDER BY opened_at, change_id LIMIT 1")
    if not rows:
        found = gettext("No change is on record.")
        if caller.may_somewhere(Permission.CHANGE_REQUEST):
            return Step(
                "change", title, _NEXT, found, reverse("request"), gettext("Ask for a change")
            )
        return Step(
            "change",
            title,
            _NEXT,
            found,
            may_not=gettext(
                "Somebody in the role of requester asks for it, or a source tells of it."
            ),
        )
    change, system, verdict = rows[0]
    found = gettext(
        "It is on record, and waits to be judged: within a minute, while the monitor runs."
    )
    if verdict is not None:
        found = gettext(
            "It was judged: each check says what it found, why, and what would cure it."
        )
    is_seen = sees(caller.systems(Permission.CHANGE_READ), system)
    url = subject_url(change) if is_seen else ""
    return Step("change", title, _state(verdict), found, url, gettext("Open it") if url else "")
