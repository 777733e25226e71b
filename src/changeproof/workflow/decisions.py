"""Authorize, approve, decline: each by somebody who took no part in the work."""

from dataclasses import dataclass
from typing import Literal

from changeproof.alerts.asked_links import digest_asked
from changeproof.alerts.needed import AUTHORIZE
from changeproof.events.production_acts import ItemAuthorized
from changeproof.events.requests import (
    ChangeApproved,
    ChangeAuthorized,
    ChangeDeclined,
    Factor,
    PostReviewHeld,
)
from changeproof.ledger.joined import Change
from changeproof.ledger.production_acts import ProposedItem
from changeproof.ledger.service import Ledger
from changeproof.workflow.contents_shown import ContentMoved, approved_contents
from changeproof.workflow.factor_asked import factor_asked, second_factor_needed
from changeproof.workflow.naming import find_change
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.requesting import short_name
from changeproof.workflow.rulings import Ruling, may_approve, may_authorize, may_decline

COMPENSATING = (
    "Recorded as a compensating review, not as what was asked for: nobody else could give it."
    " Looking at one's own work does not count as another person's review."
)


@dataclass(frozen=True, slots=True)
class AuthorizeChange:
    """Work on it may begin. `seen` is the digest of the request as it was shown, with what it asks
    to set (`asked_links.digest_asked`)."""

    change: str
    reason: str | None = None
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class ApproveChange:
    """This content may go live: a revision or artifact, or all that `seen` stands for.

    `seen` is the digest of the contents that were shown (`contents_read.shown_of`).
    """

    change: str
    revision: str | None = None
    artifact: str | None = None
    seen: str | None = None
    reason: str | None = None
    factor: Factor | None = None
    """The second factor that the door saw; it says so, and is trusted."""


@dataclass(frozen=True, slots=True)
class DeclineChange:
    """No, or first `changes`; the reason is needed."""

    change: str
    reason: str
    revision: str | None = None
    asks: Literal["changes"] | None = None


def authorize(
    ledger: Ledger, actor: str, command: AuthorizeChange, *, at: int | None = None
) -> Done:
    """Record that work may begin. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        ruling = may_authorize(ledger, actor, change, act.at)
        ruling.require(change)
        _require_seen(ledger, change, command.seen)
        reason = act.keep("reason", command.reason)
        if ruling.compensating:
            return _compensating(act, change, reason)
        authorized = ChangeAuthorized(
            **act.header, change=change, reason=reason, on_behalf_of=ruling.on_behalf_of
        )
        return act.record(
            change, authorized, *authorized_items(act, change), note=_in_place(ruling)
        )


def approve(ledger: Ledger, actor: str, command: ApproveChange, *, at: int | None = None) -> Done:
    """Record that this content may go live, one event a content. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        ruling = may_approve(ledger, actor, change, act.at)
        ruling.require(change)
        contents = approved_contents(
            ledger.store,
            change,
            revision=command.revision,
            artifact=short_name("artifact", command.artifact) if command.artifact else None,
            seen=command.seen,
        )
        reason = act.keep("reason", command.reason)
        if ruling.compensating:
            return _compensating(act, change, reason)
        if command.factor is None and factor_asked(
            ledger, change, actor, ruling.on_behalf_of, act.at
        ):
            raise second_factor_needed(change)
        events = [
            ChangeApproved(
                **act.header,
                change=change,
                revision=revision,
                artifact=artifact,
                reason=reason,
                on_behalf_of=ruling.on_behalf_of,
                factor=command.factor,
            )
            for revision, artifact in contents
        ]
        bound = ", ".join((revision or artifact or "")[:12] for revision, artifact in contents)
        note = f"Bound to {bound}; a later content voids it. {_in_place(ruling)}".strip()
        return act.record(change, *events, note=note)


def decline(ledger: Ledger, actor: str, command: DeclineChange, *, at: int | None = None) -> Done:
    """Record a no with its reason. Raises Refusal, MayNot."""
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        may_decline(ledger, actor, change, act.at).require(change)
        revision = command.revision
        if revision is not None:
            contents = approved_contents(
                ledger.store, change, revision=revision, artifact=None, seen=None
            )
            revision = contents[0][0]
        reason = act.needed("reason", command.reason, "Say why: the requester acts on it.")
        declined = ChangeDeclined(
            **act.header, change=change, revision=revision, reason=reason, asks=command.asks
        )
        note = "It stands in the way until you say yes, or take it back."
        return act.record(change, declined, note=note)


def authorized_items(act: Act, change: str) -> list[ItemAuthorized]:
    """What the request asks to set: whoever allows the work allows these contents, no others."""
    return [
        ItemAuthorized(
            **act.header,
            change=change,
            system=row.system,
            environment=row.environment,
            item=row.item,
            before_digest=row.before_digest,
            after_digest=row.after_digest,
        )
        for row in act.ledger.store.by(ProposedItem, "change_name", [change])
    ]


def _require_seen(ledger: Ledger, change: str, seen: str | None) -> None:
    [row] = ledger.store.by(Change, "change_id", [change])
    if seen is not None and seen != digest_asked(ledger.store, row, AUTHORIZE):
        raise ContentMoved(
            "The authorization was not recorded.",
            where="content",
            why="the request, or what it asks to set, was described anew since you read it",
            cure="Read what it says now, then authorize that.",
        )


def _in_place(ruling: Ruling) -> str:
    return f"In the place of {{{ruling.on_behalf_of}}}." if ruling.on_behalf_of else ""


def _compensating(act: Act, change: str, reason: str | None) -> Done:
    held = PostReviewHeld(**act.header, change=change, outcome="accepted", reason=reason)
    return act.record(change, held, note=COMPENSATING)
