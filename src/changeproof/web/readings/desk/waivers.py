"""Waivers read for their page: asked for, granted, refused, ended."""

from collections.abc import Sequence

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger
from changeproof.ledger.waivers_read import StandingWaiver, waivers_at
from changeproof.web.pages.waivers_page import WaiverRow, WaiversPage
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.subjects import subject_url
from changeproof.web.times import DAY
from changeproof.web.visibility import sees
from changeproof.workflow.waiving import may_grant, subject_of


def waivable(held: Ledger, moment: int) -> list[tuple[str, str]]:
    """The checks that policy lets be waived, with their titles: the choices of the form."""
    checks = checks_by_id()
    names = policy_at(held.store, moment).get("waivable", ())
    return [(name, f"{checks[name].matter.title} ({name})") for name in names if name in checks]


def longest_days(held: Ledger, moment: int) -> int:
    """How many days a waiver may last."""
    return int(policy_at(held.store, moment).get("waiver_longest", ("0",))[0]) // DAY


def read_waivers(
    held: Ledger, caller: Caller, moment: int, *, done: str = "", done_entry: int | None = None
) -> WaiversPage:
    """Every waiver on a subject that the viewer may see; the latest first, but what ends first
    among those in force."""
    visible = caller.systems(Permission.CHANGE_READ)
    standing = []
    for each in waivers_at(held.store, moment):
        system = _system(held, each.stated.subject)
        if system is None or sees(visible, system):
            standing.append((each, system))
    rows = _rows(held, caller, moment, standing)
    return WaiversPage(
        waiting=tuple(row for row in rows if row.outcome == "waits"),
        in_force=tuple(
            sorted(
                (row for row in rows if row.outcome == "in force"),
                key=lambda row: (row.ends_at, row.name),
            )
        ),
        past=tuple(row for row in rows if row.outcome not in ("waits", "in force")),
        may_request=caller.may_somewhere(Permission.WAIVER_REQUEST),
        waivable=tuple(waivable(held, moment)),
        done=done,
        done_entry=done_entry,
    )


def _rows(
    held: Ledger,
    caller: Caller,
    moment: int,
    standing: Sequence[tuple[StandingWaiver, str | None]],
) -> list[WaiverRow]:
    titles = {name: check.matter.title for name, check in checks_by_id().items()}
    asked = [each.asked for each, _ in standing if each.asked is not None]
    refused = [each.refused for each, _ in standing if each.refused is not None]
    texts = held.texts(
        [
            *(row.reason for row in asked),
            *(row.compensation for row in asked),
            *(row.reason for row in refused),
        ]
    )
    links = read_links(held, [_deciding_event(each) for each, _ in standing])
    rows = []
    for each, system in standing:
        stated = each.stated
        entries = linked(links, [_deciding_event(each)])
        rows.append(
            WaiverRow(
                name=each.name,
                check=stated.check_id,
                title=titles.get(stated.check_id, stated.check_id),
                subject=stated.subject,
                subject_url=subject_url(stated.subject),
                reason=texts.get(each.asked.reason, "") if each.asked else "",
                compensation=texts.get(each.asked.compensation, "") if each.asked else "",
                control=stated.control or "",
                requested_by=stated.requested_by or "",
                begins_at=stated.begins_at,
                ends_at=stated.ends_at,
                outcome=each.outcome,
                decided_by=_decided_by(each),
                decided_at=_decided_at(each),
                said=texts.get(each.refused.reason, "") if each.refused else "",
                days_left=(stated.ends_at - moment) // DAY if each.outcome == "in force" else None,
                entry=entries[0] if entries else None,
                may_not=_may_not(held, caller, each, moment),
                may_decide=caller.may(Permission.WAIVER_GRANT, system),
            )
        )
    return rows


def _may_not(held: Ledger, caller: Caller, each: StandingWaiver, moment: int) -> str:
    if each.outcome != "waits" or each.asked is None:
        return ""
    return may_grant(held, caller.account, each.asked, moment)


def _deciding_event(each: StandingWaiver) -> str:
    return (each.refused or each.stated).event


def _decided_by(each: StandingWaiver) -> str:
    if each.granted is not None:
        return each.granted.granted_by or ""
    return (each.refused.account or "") if each.refused is not None else ""


def _decided_at(each: StandingWaiver) -> int | None:
    if each.granted is not None:
        return each.granted.granted_at
    return each.refused.refused_at if each.refused is not None else None


def _system(held: Ledger, subject: str) -> str | None:
    try:
        return subject_of(held, subject)[1]
    except Refusal:  # nothing on record is called so: it concerns whoever sees all
        return None
