"""Put a policy forward, and adopt it as the second person (DESIGN.md section 7).

Versions only go up, and no policy judges what happened before it was adopted.
"""

from dataclasses import dataclass

from changeproof.accounts.permissions import persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.event import sha256_hex
from changeproof.events.receipts import PolicyAdopted, PolicyProposed
from changeproof.events.refusal import Refusal
from changeproof.ledger.policies import PolicyInForce, PolicyProposal
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.policy.document import LARGEST
from changeproof.policy.parameters import parameters
from changeproof.policy.reading import read_policy
from changeproof.workflow.parts import named
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import require_permission
from changeproof.workflow.rulings import MayNot

ADOPTING = Permission.POLICY_ADOPT


@dataclass(frozen=True, slots=True)
class ProposePolicy:
    """A policy.yaml, and from when it is to judge; `file` names it in refusals."""

    text: str
    in_force_from: int
    file: str = "policy.yaml"


@dataclass(frozen=True, slots=True)
class AdoptPolicy:
    """The version that somebody else put forward last."""

    version: int


def propose_policy(
    ledger: Ledger, actor: str, command: ProposePolicy, *, at: int | None = None
) -> Done:
    """Record a proposal. Raises Refusal for a policy that is none or comes too late, MayNot."""
    policy = read_policy(command.text, command.file)
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, ADOPTING, None, act.at)
        _require_higher(ledger.store, policy.version, command.file)
        _require_ahead(ledger.store, command.in_force_from, act.at)
        event = PolicyProposed(
            **act.header,
            policy_version=policy.version,
            policy=_kept(act.keep("policy", command.text, LARGEST)),
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
        people = persons_of([actor, proposal.proposed_by or ""])
        if people[actor] == people[proposal.proposed_by or ""]:
            raise MayNot(
                "The policy was not adopted.",
                where=where,
                why=f"{named([actor])} put it forward; a second person adopts it",
                cure="Ask another administrator.",
            )
        _require_higher(ledger.store, command.version, where)
        _require_ahead(ledger.store, proposal.in_force_from, act.at)
        text = ledger.text(proposal.policy)
        if text is None:
            why = "its text is no longer kept"
            raise _refused(where, why, "Propose it again: changeproof policy propose FILE")
        event = PolicyAdopted(
            **act.header,
            policy_version=proposal.policy_version,
            policy=proposal.policy,
            parameters=parameters(read_policy(text, where)),
            in_force_from=proposal.in_force_from,
            proposed_by=proposal.proposed_by,
        )
        return act.record("", event, name=where)


def _kept(digest: str | None) -> str:
    return digest if digest is not None else sha256_hex(b"")


def _proposal(store: Store, version: int) -> PolicyProposal:
    """The latest proposal of a version. Raises Refusal where there is none."""
    proposals = store.by(PolicyProposal, "policy_version", [version])
    if not proposals:
        known = sorted({row.policy_version for row in store.all(PolicyProposal)})
        told = f"Proposed: {', '.join(map(str, known))}. " if known else ""
        cure = f"{told}Propose it first: changeproof policy propose FILE --in-force TIME"
        raise _refused(f"version {version}", "nobody has proposed it", cure)
    return max(proposals, key=lambda row: (row.stated_at, row.event))


def _require_higher(store: Store, version: int, where: str) -> None:
    highest = max((row.policy_version for row in store.all(PolicyInForce)), default=0)
    if version <= highest:
        why = f"version {highest} was adopted already, and versions only go up"
        raise _refused(where, why, f"Write `version: {highest + 1}` into the file.")


def _require_ahead(store: Store, in_force_from: int, at: int) -> None:
    if in_force_from < at:
        raise _refused(
            "in force",
            "that time is over, and no policy judges what happened before it was adopted",
            "Name a time that is still to come, with room for the second person.",
        )
    latest = max((row.in_force_from for row in store.all(PolicyInForce)), default=0)
    if in_force_from < latest:
        why = "a policy that begins later than that was adopted already"
        raise _refused("in force", why, "Name a later time.")


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The policy was not taken.", where=where, why=why, cure=cure)
