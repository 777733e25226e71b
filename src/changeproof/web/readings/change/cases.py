"""The record of one event: what opened the case, and how it was answered."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from changeproof.ledger.judgements import CaseFile, CaseResolution
from changeproof.web.pages.change_page import CaseRecord, Fact
from changeproof.web.readings.change.evidence import ChangeEvidence
from changeproof.web.readings.entries import Links, linked
from changeproof.web.readings.numbers import check_name
from changeproof.web.times import minute

OUTCOMES = {
    "linked": gettext_noop("linked to another change"),
    "adopted_late": gettext_noop("adopted late"),
    "reverted": gettext_noop("reverted, on a word only"),
    "revert_seen": gettext_noop("reverted"),
    "false_alarm": gettext_noop("a false alarm"),
    "remembered": gettext_noop("remembered as a rule"),
    "read_since": gettext_noop("read afterwards"),
}


def case_records(evidence: ChangeEvidence, links: Links) -> Iterator[CaseRecord]:
    again = {row.case_id: row.reopened_at for row in evidence.case_returns}
    ended = {
        row.case_id: row
        for row in evidence.resolutions
        if row.resolved_at > again.get(row.case_id, row.resolved_at - 1)
    }
    for case in evidence.cases:
        resolution = ended.get(case.case_id)
        yield CaseRecord(
            id=case.case_id,
            is_open=resolution is None,
            left=tuple(_case_left(case, evidence, links)),
            right=tuple(_case_right(resolution)),
        )


def _case_left(case: CaseFile, evidence: ChangeEvidence, links: Links) -> Iterator[Fact]:
    name = check_name(case.check_id)
    standing = evidence.standing
    at = case.deployed_at
    if at is None and standing is not None:
        at = standing.deployed_at  # no deployment opened the case: an act by hand, or what runs
    deployed = minute(at) if at is not None else gettext("no time stated")
    yield Fact(gettext("Event"), gettext("In production at %(deployed)s") % {"deployed": deployed})
    yield Fact(
        gettext("Raised by"), f"{name.number} {name.name}", reverse("check", args=[case.check_id])
    )
    yield Fact(gettext("Recorded"), minute(case.opened_at))
    for entry in linked(links, [case.event]):
        yield Fact(gettext("Entry"), str(entry.index), reverse("entry", args=[entry.index]))


def _case_right(resolution: CaseResolution | None) -> Iterator[Fact]:
    if resolution is None:
        yield Fact(gettext("Response"), gettext("none yet"))
        yield Fact(
            gettext("Ways to close"),
            gettext(
                "link it to a request, adopt it late, revert it, or call it a false "
                "alarm with a reason"
            ),
        )
        return
    yield Fact(gettext("Response"), gettext(OUTCOMES[resolution.outcome]))
    yield Fact(
        gettext("By"),
        f"{{{resolution.account}}}" if resolution.account else gettext("nobody named"),
    )
    yield Fact(gettext("Closed"), minute(resolution.resolved_at))
