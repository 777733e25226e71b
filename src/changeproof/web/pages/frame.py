"""What stands around every page: notice, places, who is signed in, and the footing."""

from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from changeproof.web.names import NameOf, same


@dataclass(frozen=True)
class Place:
    """One entry of the main navigation; `name` is the name of its address."""

    name: str
    label: str


PLACES = (
    Place("dashboard", gettext_noop("Dashboard")),
    Place("changes", gettext_noop("Changes")),
    Place("desk", gettext_noop("Desk")),
    Place("cases", gettext_noop("Cases")),
    Place("reconciliation", gettext_noop("Reconciliation")),
    Place("checks", gettext_noop("Checks")),
    Place("audits", gettext_noop("Audits")),
    Place("systems", gettext_noop("Systems")),
    Place("sources", gettext_noop("Sources")),
    Place("log", gettext_noop("Log")),
)


SEATED_PLACES = (
    Place("engagement", gettext_noop("Engagement")),
    Place("changes", gettext_noop("Changes")),
)
"""What an auditor's seat lets into."""


@dataclass(frozen=True)
class Footing:
    """Every page ends with what it stands on: as-of, policy, log size and root."""

    as_of: int
    policy: str  # "policy 7", "the initial policy (standard)"
    log_size: int
    log_root: str  # base64, as in the checkpoint
    signed_at: int | None = None


@dataclass(frozen=True)
class RunningEmergency:
    """An emergency that holds now, with the time that is left to it."""

    name: str
    system: str
    url: str  # of its change
    ends_at: int
    left: str  # "3 h 12 min"
    is_authorized: bool = False  # by somebody's own act


@dataclass(frozen=True)
class Frame:
    """Given to every template as `frame`; `current` is the place whose page this is."""

    current: str = ""
    person: str = ""  # empty: nobody is signed in
    roles: str = ""
    waiting_at_desk: int = 0
    demonstration: str = ""  # one sentence on what is invented; empty on a real instance
    emergencies: tuple[RunningEmergency, ...] = ()
    footing: Footing | None = None
    is_seated: bool = False  # an auditor, who reads by a seat alone
    name_of: NameOf = field(default=same, repr=False)

    @property
    def places(self) -> tuple[Place, ...]:
        if self.is_seated:
            return SEATED_PLACES
        return PLACES if self.person else ()
