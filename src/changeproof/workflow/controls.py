"""Put a control matrix forward, and adopt it as the second person, as a policy is."""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.accounts.vocabulary import Permission
from changeproof.events.controls import ControlsAdopted, ControlsProposed
from changeproof.ledger.controls import ControlsInForce, ControlsProposal
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.policy.controls import initial_controls_event, read_controls
from changeproof.policy.document import LARGEST
from changeproof.workflow.adopting import Adoptable, kept
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import require_permission

ADOPTING = Permission.POLICY_ADOPT
_MATRIX = Adoptable("control matrix", "groups what was found", "changeproof controls propose")


@dataclass(frozen=True, slots=True)
class ProposeControls:
    """A controls.yaml, and from when it is in force; `file` names it in refusals.

    `checks` are the ids that there are: a matrix that names another is not taken.
    """

    text: str
    in_force_from: int
    checks: Collection[str]
    file: str = "controls.yaml"


@dataclass(frozen=True, slots=True)
class AdoptControls:
    """The version that somebody else put forward last."""

    version: int


def record_initial_controls(ledger: Ledger) -> bool:
    """Put the shipped matrix on record where the log holds none; whether it was put there."""
    with ledger.writing():
        if ledger.store.all(ControlsInForce):
            return False
        event, content = initial_controls_event()
        ledger.record_events([event], [content], collector="init")
    return True


def propose_controls(
    ledger: Ledger, actor: str, command: ProposeControls, *, at: int | None = None
) -> Done:
    """Record a proposal. Raises Refusal for a matrix that is none or comes too late, MayNot."""
    matrix = read_controls(command.text, command.file, command.checks)
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, ADOPTING, None, act.at)
        _require_next(ledger.store, matrix.version, command.file)
        _require_ahead(ledger.store, command.in_force_from, act.at)
        event = ControlsProposed(
            **act.header,
            controls_version=matrix.version,
            controls=kept(act.keep("control matrix", command.text, LARGEST)),
            in_force_from=command.in_force_from,
        )
        return act.record("", event, name=f"version {matrix.version}")


def adopt_controls(
    ledger: Ledger, actor: str, command: AdoptControls, *, at: int | None = None
) -> Done:
    """Put the proposed version in force from its time on. Raises Refusal; MayNot for its author."""
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, ADOPTING, None, act.at)
        proposal = _proposal(ledger.store, command.version)
        where = f"version {command.version}"
        _MATRIX.require_second(ledger.store, actor, proposal.proposed_by, where)
        _require_next(ledger.store, command.version, where)
        _require_ahead(ledger.store, proposal.in_force_from, act.at)
        text = ledger.text(proposal.controls)
        if text is None:
            raise _MATRIX.text_gone(where)
        event = ControlsAdopted(
            **act.header,
            controls_version=proposal.controls_version,
            controls=proposal.controls,
            in_force_from=proposal.in_force_from,
            proposed_by=proposal.proposed_by,
        )
        return act.record("", event, name=where)


def _proposal(store: Store, version: int) -> ControlsProposal:
    """The latest proposal of a version. Raises Refusal where there is none."""
    proposals = store.by(ControlsProposal, "controls_version", [version])
    if not proposals:
        known = {row.controls_version for row in store.all(ControlsProposal)}
        raise _MATRIX.unproposed(version, known)
    return max(proposals, key=lambda row: (row.stated_at, row.event))


def _require_next(store: Store, version: int, where: str) -> None:
    highest = max((row.controls_version for row in store.all(ControlsInForce)), default=0)
    _MATRIX.require_higher(version, highest, where)


def _require_ahead(store: Store, in_force_from: int, at: int) -> None:
    latest = max((row.in_force_from for row in store.all(ControlsInForce)), default=0)
    _MATRIX.require_ahead(in_force_from, latest, at)
