"""To say that an alert was seen: the same by page, link, API and command line, once for all
channels that told of it. What it is about is decided elsewhere."""

from dataclasses import dataclass

from changeproof.accounts.holdings import allows
from changeproof.accounts.permissions import holdings_of
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.awaited import answered, asked_by
from changeproof.alerts.outbox import AN_EVENT
from changeproof.events.acts import AlertAcknowledged
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import require_permission, short_name


@dataclass(frozen=True, slots=True)
class AcknowledgeAlert:
    """Everything that this message told; the names of messages are listed with the alerts."""

    message: str


def acknowledge_alert(ledger: Ledger, actor: str, command: AcknowledgeAlert) -> Done:
    """Record that the actor has seen what a message tells, as far as it is theirs to see to.
    Raises Refusal, MayNot."""
    with acting(ledger, actor) as act:
        asked = asked_by(short_name("message", command.message))
        if not asked:
            raise Refusal(
                "Nothing was recorded.",
                where="message",
                why="no message of this name waits to be acknowledged: there is none, or somebody"
                " did so before, or took the case on",
                cure="Look at what waits: the page Alerts, or changeproof alerts awaited.",
            )
        held = holdings_of([actor], act.at)[actor]
        permission = Permission.ALERT_ACKNOWLEDGE
        mine = [row for row in asked if allows(held, permission, row.system or None)]
        if not mine:
            require_permission(ledger, actor, permission, asked[0].system or None, act.at)
        cases = list(dict.fromkeys(row.case_id for row in mine))
        events = [
            AlertAcknowledged(
                **act.header,
                case=cases[start],
                also=tuple(cases[start + 1 : start + AN_EVENT]),
            )
            for start in range(0, len(cases), AN_EVENT)
        ]
        answered(cases)
        left = len({row.case_id for row in asked}) - len(cases)
        others = f" {left:,} of other systems wait for somebody else." if left else ""
        seen = "1 thing is" if len(cases) == 1 else f"{len(cases):,} things are"
        note = f"{seen} acknowledged, on every channel.{others}"
        return act.record("", *events, name=command.message, note=note)
