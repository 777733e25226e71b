"""Known vulnerabilities: which change mends one, and that one is none for us, in a human's name."""

from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.events.vulnerabilities import VulnerabilityEnded, VulnerabilityLinked
from changeproof.ledger.service import Ledger
from changeproof.ledger.vulnerabilities import (
    Vulnerability,
    VulnerabilityChange,
    VulnerabilityEnd,
)
from changeproof.workflow.naming import UnknownName
from changeproof.workflow.parts import not_human
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import other_change, require_permission, short_name
from changeproof.workflow.rulings import MayNot

RuledOut = Literal["not_affected", "false_positive"]

KIND = "vulnerability:"


@dataclass(frozen=True, slots=True)
class LinkVulnerability:
    """A change that is meant to remove it."""

    vulnerability: str
    change: str


@dataclass(frozen=True, slots=True)
class RuleOutVulnerability:
    """It does not affect us, or is a false alarm; the reason is needed."""

    vulnerability: str
    outcome: RuledOut
    reason: str


def link_vulnerability(
    ledger: Ledger, actor: str, command: LinkVulnerability, *, at: int | None = None
) -> Done:
    """Record which change removes a vulnerability. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        held = _known(ledger, command.vulnerability)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, held.system, act.at)
        change = other_change(act, command.change)
        standing = ledger.store.by(VulnerabilityChange, "vulnerability", [held.vulnerability])
        if any(row.change_name == change for row in standing):
            why, cure = "that is on record already", "Read it on the vulnerability's page."
            raise Refusal("The act was not recorded.", where=change, why=why, cure=cure)
        event = VulnerabilityLinked(**act.header, vulnerability=held.vulnerability, change=change)
        return act.record(f"{KIND}{held.vulnerability}", event, name=held.vulnerability)


def rule_out(
    ledger: Ledger, actor: str, command: RuleOutVulnerability, *, at: int | None = None
) -> Done:
    """Record that a vulnerability is none for us. Raises Refusal, MayNot.

    It takes the finding out of what must be mended, so it needs what a waiver needs.
    """
    with acting(ledger, actor, at) as act:
        held = _known(ledger, command.vulnerability)
        require_permission(ledger, actor, Permission.WAIVER_GRANT, held.system, act.at)
        if program := not_human(ledger.store, actor):
            raise MayNot(
                "You may not rule this vulnerability out.",
                where=held.vulnerability,
                why=program,
                cure="Ask somebody who may set rules aside.",
            )
        ends = ledger.store.by(VulnerabilityEnd, "vulnerability", [held.vulnerability])
        if any(row.outcome == command.outcome and row.account for row in ends):
            why, cure = "somebody said so already", "Read it on the vulnerability's page."
            raise Refusal("The act was not recorded.", where=held.vulnerability, why=why, cure=cure)
        event = VulnerabilityEnded(
            **act.header,
            vulnerability=held.vulnerability,
            outcome=command.outcome,
            reason=act.needed("reason", command.reason, "Say how you know."),
        )
        note = "It is judged as none of ours, in your name."
        return act.record(f"{KIND}{held.vulnerability}", event, name=held.vulnerability, note=note)


def _known(ledger: Ledger, text: str) -> Vulnerability:
    """The vulnerability on record. Raises UnknownName."""
    wanted = short_name("vulnerability", text).removeprefix(KIND)
    found = ledger.store.by(Vulnerability, "vulnerability", [wanted])
    if not found:
        raise UnknownName(
            "The vulnerability was not found.",
            where="vulnerability",
            why=f"nothing on record is called “{wanted[:100]}”",
            cure="List them: changeproof vulnerability list.",
        )
    return found[0]
