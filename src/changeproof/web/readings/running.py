"""Emergencies that hold now, for the notice on every page: how long yet, and what they owe."""

from django.urls import reverse

from changeproof.ledger.service import Ledger
from changeproof.log.database import Question
from changeproof.web.pages.frame import RunningEmergency
from changeproof.web.times import MINUTE, duration
from changeproof.web.visibility import Systems, sees


def running_asked(moment: int) -> Question:
    """Those that had not ended at the last full minute: asked again within it, it is the same."""
    return Question(
        "SELECT e.emergency, e.change_name, e.system, e.ends_at,"
        " EXISTS (SELECT 1 FROM change_authorization AS a WHERE a.change_name = e.change_name)"
        " FROM emergency AS e WHERE e.ends_at > ? AND NOT EXISTS"
        " (SELECT 1 FROM request_closure AS r WHERE r.change_name = e.change_name)"
        " ORDER BY e.ends_at, e.emergency",
        (moment - moment % MINUTE,),
        5,
    )


def running_emergencies(
    held: Ledger, systems: Systems, moment: int
) -> tuple[RunningEmergency, ...]:
    """Those that have not ended, on systems that the viewer may see; what ends first is first.

    One that names a closed change holds no longer for anybody, and is left out.
    """
    asked = running_asked(moment)
    rows = held.database.execute(asked.sql, asked.parameters)
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
        if int(ends_at) > moment and sees(systems, str(system))
    )
