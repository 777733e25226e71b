"""What happens in the story: something comes in, or somebody acts at the desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from changeproof.sources.delivery import Delivery

ActKind = Literal[
    "join_account",
    "declare_account",
    "grant_role",
    "revoke_role",
    "connect_source",
    "adopt_policy",
    "set_window",
    "report_silence",
    "report_recovery",
    "request",
    "link",
    "authorize",
    "schedule",
    "approve",
    "decline",
    "declare_emergency",
    "review_afterwards",
    "close",
]

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A payload, received at the story's time."""

    delivery: Delivery

    @property
    def at(self) -> int:
        return self.delivery.received_at


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does at the desk. `actor` is a `local:user/…` account.

    `change` is the change that it is about: a pull request, a ticket, a revision, or the
    `CHG-…` number that a `request` gets, counted from 0001 in each year, as `emergency` is the
    `EMG-…` number that a declaration gets. Fields by kind:

    join_account       account, person
    declare_account    account, account_kind ("agent" or "service"), run_by
    grant_role         account, role
    revoke_role        account, role
    connect_source     road, connection, source_kind
    adopt_policy       text (a policy.yaml), approved_by
    set_window         window, window_kind ("freeze"), system, begins_at, ends_at, reason
    report_silence     scope, silent_from, reason
    report_recovery    scope, silent_from, silent_until, filled
    request            system, change_kind, risk, title, reason, back_out
    link               implementation
    authorize          reason
    schedule           begins_at, ends_at
    approve            revision, reason
    decline            revision, reason
    declare_emergency  emergency, system, incident, authorized_by (asked), ends_at, reason
    review_afterwards  outcome ("accepted" or "follow_up"), reason
    close              outcome ("implemented", "cancelled" or "rejected")
    """

    at: int
    actor: str
    kind: ActKind
    change: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)


Step = Incoming | Act


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in the story that a check is to find: which subject, and what is expected."""

    name: str
    subject: str
    expected: Mapping[str, str]
