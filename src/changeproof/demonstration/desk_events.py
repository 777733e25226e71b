"""The event that an act at the desk becomes: for tests, and where no form exists yet."""

from typing import Any

from changeproof.demonstration.steps import Act
from changeproof.events.event import Event, sha256_hex
from changeproof.events.vocabulary import event_from
from changeproof.policy.parameters import parameters
from changeproof.policy.reading import read_policy

SOURCE = "desk"

_TYPES = {
    "join_account": "AccountJoined",
    "declare_account": "AccountDeclared",
    "grant_role": "RoleGranted",
    "revoke_role": "RoleRevoked",
    "connect_source": "SourceConnected",
    "set_window": "TimeWindowSet",
    "report_silence": "SourceSilent",
    "report_recovery": "SourceRecovered",
    "request": "ChangeRequested",
    "link": "ChangeLinked",
    "authorize": "ChangeAuthorized",
    "schedule": "ChangeScheduled",
    "approve": "ChangeApproved",
    "decline": "ChangeDeclined",
    "declare_emergency": "EmergencyDeclared",
    "review_afterwards": "PostReviewHeld",
    "close": "ChangeClosed",
}
_TEXTS = frozenset({"title", "reason", "back_out"})
"""Free text: the event keeps its digest, contents keep the words."""
_SHORT_REASONS = frozenset({"report_silence"})


def event_of(act: Act, number: int) -> tuple[Event, tuple[bytes, ...]]:
    """The event and the texts it addresses. `number` tells equal acts apart."""
    header: dict[str, Any] = {
        "source": SOURCE,
        "delivery": f"act/{number}",
        "occurred_at": act.at,
        "actor": act.actor,
    }
    if act.kind == "adopt_policy":
        return _policy(act, header)
    stated: dict[str, Any] = {"type": _TYPES[act.kind], **header}
    if act.change is not None:
        stated["change"] = act.change
    texts: list[bytes] = []
    for name, value in act.fields.items():
        if value is None:
            continue
        if name in _TEXTS and act.kind not in _SHORT_REASONS:
            texts.append(str(value).encode())
            stated[name] = sha256_hex(texts[-1])
        else:
            stated["kind" if name.endswith("_kind") else name] = value
    return event_from(stated), tuple(texts)


def _policy(act: Act, header: dict[str, Any]) -> tuple[Event, tuple[bytes, ...]]:
    text = str(act.fields["text"])
    policy = read_policy(text, "policy.yaml")
    stated = {
        "type": "PolicyAdopted",
        **header,
        "policy_version": policy.version,
        "policy": sha256_hex(text.encode()),
        "parameters": parameters(policy),
        "in_force_from": act.fields.get("in_force_from", act.at),
        "approved_by": act.fields.get("approved_by"),
    }
    return event_from(stated), (text.encode(),)
