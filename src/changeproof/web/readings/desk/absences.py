"""Who is away, read for its page."""

from changeproof.accounts.callers import Caller
from changeproof.accounts.deputies import DECIDING_ROLES, absences_at
from changeproof.accounts.names import names_of
from changeproof.accounts.permissions import accounts_of_users, holdings_of
from changeproof.ledger.absences import Absence, AbsenceEnd
from changeproof.ledger.service import Ledger
from changeproof.web.pages.absences_page import AbsenceRow, AbsencesPage, absence_fields
from changeproof.web.pages.fields import Typed
from changeproof.web.readings.entries import linked, read_links


def read_absences(
    held: Ledger,
    caller: Caller,
    moment: int,
    *,
    typed: Typed,
    wrong: Typed,
    done: str = "",
    done_entry: int | None = None,
) -> AbsencesPage:
    """Absences that hold or are to come, what ends first standing first; what is over is in the
    log."""
    store = held.store
    over = {row.absence for row in store.all(AbsenceEnd)}
    holding = {row.absence for row in absences_at(store, moment)}
    rows = [
        row
        for row in store.all(Absence)
        if row.account and row.ends_at > moment and row.absence not in over
    ]
    links = read_links(held, {row.event for row in rows})
    return AbsencesPage(
        rows=tuple(
            AbsenceRow(
                name=row.absence,
                account=str(row.account),
                deputy=row.deputy or "",
                begins_at=row.begins_at,
                ends_at=row.ends_at,
                holds=row.absence in holding,
                is_own=row.account == caller.account,
                entry=next(iter(linked(links, [row.event])), None),
            )
            for row in sorted(rows, key=lambda row: (row.ends_at, row.absence))
        ),
        may_state=bool({each.role for each in caller.holdings} & DECIDING_ROLES),
        recorded_as=caller.account,
        fields=absence_fields(_colleagues(caller), typed, wrong),
        done=done,
        done_entry=done_entry,
    )


def _colleagues(caller: Caller) -> list[tuple[str, str]]:
    """Who could be a deputy, by name: everybody here who is more than an auditor."""
    accounts = [each for each in accounts_of_users() if each != caller.account]
    holdings = holdings_of(accounts)
    able = [each for each in accounts if {one.role for one in holdings[each]} - {"auditor"}]
    names = names_of(able)
    return sorted(((each, names[each]) for each in able), key=lambda one: one[1])
