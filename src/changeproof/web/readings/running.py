"""Emergencies that hold now, for the notice on every page: how long yet, and what they owe."""

from django.urls import reverse

from changeproof.ledger.service import Ledger
from changeproof.web.pages.frame import RunningEmergency
from changeproof.web.times import duration
from changeproof.web.visibility import Systems, sees


def running_emergencies(
    held: Ledger, systems: Systems, moment: int
) -> tuple[RunningEmergency, ...]:
    """Those that have not ended, on systems that the viewer may see; what ends first is first.

    One that names a closed change holds no longer for anybody, and is left out.
    """
    rows = held.database.execute(
        "SELECT e.emergency, e.change_name, e.system, e.ends_at,"
        " EXISTS (SELECT 1 FROM change_authorization AS a WHERE a.change_name = e.change_name)"
        " FROM emergency AS e WHERE e.ends_at > ? AND NOT EXISTS"
        " (SELECT 1 FROM request_closure AS r WHERE r.change_name = e.change_name)"
        " ORDER BY e.ends_at, e.emergency",
        (moment,),
    )
    return tuple(
        RunningEmergency(
            name=str(emergency),
            system=str(system),
            url=reverse("change", args=[str(change)]),
            ends_at=int(ends_at),
            left=duration(int(ends_at) - moment),
            is_authorized=bool(authorized),
        )
        for emergency, change, system, ends_at, authorized in rows
        if sees(systems, str(system))
    )
