"""Configuration items read for their pages."""

from collections.abc import Sequence

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.baselines_read import (
    CHECK,
    StandingItem,
    compared,
    counts,
    explanations,
    held_fields,
    place_of,
    places,
    standing_items,
)
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import Ledger
from changeproof.web.pages.baselines_page import (
    VERDICTS,
    BaselinesPage,
    ItemPage,
    ItemRow,
    ProposalRow,
    TurnRow,
    VersionRow,
)
from changeproof.web.readings.entries import Links, linked, read_links
from changeproof.web.said import Said
from changeproof.web.states import state
from changeproof.web.visibility import sees
from changeproof.workflow.baselines import may_approve

PER_PAGE = 50
_TURNS = 50
_FIELDS = 200


def read_baselines(
    held: Ledger, caller: Caller, system: str, verdict: str, after: str, said: Said
) -> BaselinesPage:
    """The next page of the items that the viewer may see; six queries however many there are."""
    visible = caller.systems(Permission.CHANGE_READ)
    wanted = visible
    if system:
        wanted = frozenset({system}) if sees(visible, system) else frozenset()
    judged = verdict if verdict in dict(VERDICTS) else ""
    found = places(held.store, wanted, after, PER_PAGE + 1, judged)
    shown = standing_items(held.store, found[:PER_PAGE])
    known = held.database.execute(
        "SELECT DISTINCT system FROM subject_judged WHERE subject >= 'item:' AND subject < 'item;'"
    )
    return BaselinesPage(
        rows=_rows(held, caller, shown),
        counts=counts(held.store, visible),
        system=system,
        verdict=judged,
        systems=tuple(sorted(str(row[0]) for row in known if sees(visible, str(row[0])))),
        next=shown[-1].place.item if len(found) > PER_PAGE else "",
        said=said,
    )


def read_item(held: Ledger, caller: Caller, item: str, moment: int, said: Said) -> ItemPage | None:
    """One item; None where there is none that the viewer may see."""
    place = place_of(held.store, item)
    if place is None or not sees(caller.systems(Permission.CHANGE_READ), place.system):
        return None
    [each] = standing_items(held.store, [place])
    turns = each.turns[-_TURNS:]
    events = [*(turn.event for turn in turns), *(row.event for row in each.versions)]
    if each.proposal is not None:
        events.append(each.proposal.event)
    links = read_links(held, events)
    approved = each.approved.digest if each.approved else ""
    explained = explanations(held.store, each)
    fields = compared(held.store, each, held.texts)
    asked = each.proposal.digest if each.proposal else each.observed or ""
    holds = held_fields(held.store, item, asked, held.texts)
    return ItemPage(
        row=_rows(held, caller, [each])[0],
        versions=tuple(
            VersionRow(
                row.digest,
                row.proposed_by or "",
                row.approved_by or "",
                row.approved_at,
                next(iter(linked(links, [row.event])), None),
            )
            for row in reversed(each.versions)
        ),
        turns=tuple(
            TurnRow(
                turn.digest,
                turn.seen_at,
                turn.account or "",
                next(iter(linked(links, [turn.event])), None),
                turn.digest == approved,
                "" if turn.digest == approved else explained.get(turn.digest, ""),
            )
            for turn in reversed(turns)
        ),
        more_turns=len(each.turns) - len(turns),
        proposal=_proposal(held, caller, each, links, moment),
        holds=tuple(holds.items())[:_FIELDS],
        more_fields=max(0, len(holds) - _FIELDS),
        differing=fields.found,
        not_compared=fields.why_not if each.approved and each.observed else "",
        said=said,
    )


def _proposal(
    held: Ledger, caller: Caller, each: StandingItem, links: Links, moment: int
) -> ProposalRow | None:
    row = each.proposal
    if row is None:
        return None
    return ProposalRow(
        row.digest,
        row.proposed_by or "",
        row.proposed_at,
        held.texts([row.reason]).get(row.reason, "") if row.reason else "",
        next(iter(linked(links, [row.event])), None),
        may_approve(held, caller.account, each, moment),
    )


def _rows(held: Ledger, caller: Caller, shown: Sequence[StandingItem]) -> tuple[ItemRow, ...]:
    subjects = [f"item:{each.place.item}" for each in shown]
    findings = {
        row.subject: row
        for row in held.store.by(Finding, "subject", subjects)
        if row.check_id == CHECK
    }
    rows = []
    for each, subject in zip(shown, subjects, strict=True):
        finding = findings.get(subject)
        rows.append(
            ItemRow(
                item=each.place.item,
                name=each.place.name,
                system=each.place.system,
                environment=each.place.environment,
                approved=each.approved.digest if each.approved else "",
                approved_by=(each.approved.approved_by or "") if each.approved else "",
                observed=each.observed or "",
                seen_at=each.last_seen_at,
                differs_since=each.differs_since,
                proposed=each.proposal.digest if each.proposal else "",
                may_propose=caller.may(Permission.CHANGE_ASSESS, each.place.system),
                state=state(finding.verdict, basis=finding.basis) if finding else None,
                reason=finding.reason if finding else "",
            )
        )
    return tuple(rows)
