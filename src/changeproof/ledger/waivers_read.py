"""How every waiver stands at a moment: waits, in force, refused, ended, taken back."""

from dataclasses import dataclass
from typing import Literal

from changeproof.ledger.store import Store
from changeproof.ledger.waivers import Waiver, WaiverEnd, WaiverRefusal, WaiverRequest

Outcome = Literal["waits", "in force", "refused", "ended", "taken back"]


@dataclass(frozen=True, slots=True)
class StandingWaiver:
    """One waiver with every row of it. `stated` is what it sets aside, as granted where it was."""

    name: str
    stated: WaiverRequest | Waiver
    asked: WaiverRequest | None
    granted: Waiver | None
    refused: WaiverRefusal | None
    ended: WaiverEnd | None
    outcome: Outcome


def waivers_at(store: Store, moment: int) -> list[StandingWaiver]:
    """All of them, the latest name first. What came from a source may be granted unasked."""
    store.whole_ahead(WaiverRequest, Waiver, WaiverRefusal, WaiverEnd)
    asked = {row.waiver: row for row in store.all(WaiverRequest)}
    granted = {row.waiver: row for row in store.all(Waiver)}
    refused = {row.waiver: row for row in store.all(WaiverRefusal)}
    ended: dict[str, WaiverEnd] = {}
    for end in sorted(store.all(WaiverEnd), key=lambda row: (row.stated_at, row.event)):
        ended.setdefault(end.waiver, end)
    stated: dict[str, WaiverRequest | Waiver] = {**asked, **granted}
    return [
        StandingWaiver(
            name,
            stated[name],
            asked.get(name),
            granted.get(name),
            refused.get(name),
            ended.get(name),
            _outcome(granted.get(name), name in refused, name in ended, moment),
        )
        for name in sorted(stated, reverse=True)
    ]


def _outcome(granted: Waiver | None, refused: bool, taken_back: bool, moment: int) -> Outcome:
    if granted is None:
        return "refused" if refused else "waits"
    if taken_back:
        return "taken back"
    return "ended" if granted.ends_at <= moment else "in force"
