"""Put a policy forward, and adopt it as the second person (DESIGN.md section 7).

Versions only go up, and no policy judges what happened before it was adopted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from changeproof.accounts.vocabulary import Permission
from changeproof.events.receipts import PolicyAdopted, PolicyProposed
from changeproof.events.refusal import Refusal
from changeproof.ledger.policies import PolicyInForce, PolicyProposal
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.policy.document import LARGEST
from changeproof.policy.parameters import parameters
from changeproof.policy.reading import read_policy
from changeproof.workflow.adopting import Adoptable, kept
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import require_permission

ADOPTING = Permission.POLICY_ADOPT
_POLICY = Adoptable("policy", "judges what happened", "changeproof policy propose")


@dataclass(frozen=True, slots=True)
class ProposePolicy:
    """A policy.yaml, and from when it is to judge; `file` names it in refusals, and `checks` are
    those that it may name (none: not compared)."""

    text: str
    in_force_from: int
    file: str = "policy.yaml"
    checks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class AdoptPolicy:
    """The version that somebody else put forward last; `seen` is the digest of the text that was
    looked at, where the caller was shown one."""

    version: int
    seen: str | None = None


def propose_policy(
    ledger: Ledger, actor: str, command: ProposePolicy, *, at: int | None = None
) -> Done:
    """Record a proposal. Raises Refusal for a policy that is none or comes too late, MayNot."""
    policy = read_policy(command.text, command.file, command.checks)
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, ADOPTING, None, act.at)
        _require_next(ledger.store, policy.version, command.file)
        _require_ahead(ledger.store, command.in_force_from, act.at)
        event = PolicyProposed(
            **act.header,
            policy_version=policy.version,
            policy=kept(act.keep("policy", command.text, LARGEST)),
            in_force_from=command.in_force_from,
        )
        return act.record("", event, name=f"version {policy.version}")


def adopt_policy(
    ledger: Ledger, actor: str, command: AdoptPolicy, *, at: int | None = None
) -> Done:
    """Put the proposed version in force from its time on. Raises Refusal; MayNot for its author."""
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, ADOPTING, None, act.at)
        proposal = _proposal(ledger.store, command.version)
        where = f"version {command.version}"
        _POLICY.require_second(ledger.store, actor, proposal.proposed_by, where)
        if command.seen is not None and command.seen != proposal.policy:
            why = "another text was put forward under this version since you looked"
            raise _POLICY.refused(where, why, "Look at what stands there now.")
        _require_next(ledger.store, command.version, where)
        _require_ahead(ledger.store, proposal.in_force_from, act.at)
        text = ledger.text(proposal.policy)
        if text is None:
            raise _POLICY.text_gone(where)
        event = PolicyAdopted(
            **act.header,
            policy_version=proposal.policy_version,
            policy=proposal.policy,
            parameters=parameters(read_policy(text, where)),
            in_force_from=proposal.in_force_from,
            proposed_by=proposal.proposed_by,
        )
        return act.record("", event, name=where)


def may_adopt(ledger: Ledger, actor: str, version: int) -> str:
    """Why `actor`, who may adopt policies, may not adopt this proposal; empty if they may."""
    try:
        proposed_by = _proposal(ledger.store, version).proposed_by
        _POLICY.require_second(ledger.store, actor, proposed_by, "")
    except Refusal as refusal:
        return refusal.why
    return ""


def _proposal(store: Store, version: int) -> PolicyProposal:
    """The latest proposal of a version. Raises Refusal where there is none."""
    proposals = store.by(PolicyProposal, "policy_version", [version])
    if not proposals:
        known = {row.policy_version for row in store.all(PolicyProposal)}
        raise _POLICY.unproposed(version, known)
    return max(proposals, key=lambda row: (row.stated_at, row.event))


def _require_next(store: Store, version: int, where: str) -> None:
    highest = max((row.policy_version for row in store.all(PolicyInForce)), default=0)
    _POLICY.require_higher(version, highest, where)


def _require_ahead(store: Store, in_force_from: int, at: int) -> None:
    latest = max((row.in_force_from for row in store.all(PolicyInForce)), default=0)
    _POLICY.require_ahead(in_force_from, latest, at)
