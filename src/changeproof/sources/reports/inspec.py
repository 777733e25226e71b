"""Chef InSpec, Heimdall (HDF) and STIG checklists → what was compared, and how many failed.

A control is as bad as its worst result; one that was waived or has no impact does not count.
HDF made from scanners of code is a static scan where the operator states the revision.
"""

from typing import Any
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import (
    below,
    children,
    local,
    read_json,
    read_xml,
    read_yaml,
    said,
    utf8,
)
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import OPTIONS, Report, moment

_ATTESTED = (
    "it attests controls by hand: apply it to the results it speaks of"
    " (saf attest apply), and send those"
)
_NOTHING = "no control in it was looked at"


class Result(Struct):
    status: str | None = None
    start_time: str | None = None


class Waiver(Struct):
    skipped_due_to_waiver: bool | str | None = None


class Control(Struct):
    id: str
    impact: float = 0.5
    results: list[Result] | None = None
    waiver_data: Waiver | None = None


class Profile(Struct):
    name: str = ""
    controls: list[Control] | None = None


class Platform(Struct):
    target_id: str | None = None


class Whole(Struct):
    profiles: list[Profile]
    platform: Platform = field(default_factory=Platform)


class Line(Struct):
    """One control a line, as audit cookbooks ship them to a log."""

    id: str
    status: str
    impact: float = 0.5
    batch_runtime: str | None = None


def translate_inspec(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is none of these."""
    start = utf8(delivery.body).lstrip()
    report = Report("inspec-hdf", delivery, pseudonyms)
    if start.startswith(b"<"):
        _checklist(report, read_xml(delivery.body))
    elif not start.startswith(b"{"):
        _attestations(report, read_yaml(delivery.body))
    elif _one_a_line(start):
        _lines(report, start)
    else:
        _profiles(report, read_json(Whole, delivery.body))
    return report.translation()


def _profiles(report: Report, whole: Whole) -> None:
    times = [
        moment(result.start_time)
        for profile in whole.profiles
        for control in profile.controls or ()
        for result in control.results or ()
    ]
    if report.at is None:
        report.at = max((each for each in times if each is not None), default=None)
    failed = 0
    for profile in whole.profiles:
        told = {each.id: _outcome(each) for each in profile.controls or ()}
        looked = {name: outcome for name, outcome in told.items() if outcome != "skipped"}
        failed += (bad := sum(outcome == "failed" for outcome in looked.values()))
        _state(report, profile.name or "inspec", whole.platform.target_id or "", looked, bad)
    if "revision" in report.options:
        report.scan("static", whole.profiles[0].name if whole.profiles else "inspec", failed)


def _outcome(control: Control) -> str:
    waiver = control.waiver_data
    if control.impact == 0 or (waiver and waiver.skipped_due_to_waiver in (True, "true", "True")):
        return "skipped"
    stated = {each.status for each in control.results or ()}
    if stated & {"failed", "error"}:
        return "failed"
    return "passed" if "passed" in stated else "skipped"


def _state(report: Report, benchmark: str, target: str, outcomes: dict[str, str], bad: int) -> None:
    if not outcomes:
        report.note(_NOTHING)
    elif "revision" not in report.options or "system" in report.options:
        report.complied(benchmark, target, outcomes, bad)


def _one_a_line(body: bytes) -> bool:
    first = body.partition(b"\n")[0]
    return b'"profiles"' not in first and b'"control_tags"' in first


def _lines(report: Report, body: bytes) -> None:
    outcomes: dict[str, str] = {}
    day = None
    for number, each in enumerate(body.splitlines(), 1):
        if not each.strip():
            continue
        try:
            line = read_json(Line, each)
        except MalformedPayload as error:
            raise MalformedPayload(error.why, where=f"line {number}: {error.where}") from error
        day = line.batch_runtime or day
        if line.status in ("passed", "failed") and outcomes.get(line.id) != "failed":
            outcomes[line.id] = line.status
    if report.at is None:
        report.at = moment(day)
    bad = sum(outcome == "failed" for outcome in outcomes.values())
    _state(report, "inspec", "", outcomes, bad)


def _attestations(report: Report, document: Any) -> None:
    told = document if isinstance(document, list) else []
    if not told or not all(isinstance(each, dict) and "control_id" in each for each in told):
        raise MalformedPayload("it is neither results of InSpec nor a list of attestations")
    report.note(_ATTESTED)


def _checklist(report: Report, root: Element) -> None:
    """DISA STIG Viewer: a status by hand for each rule; it states no time."""
    if local(root) != "CHECKLIST":
        raise MalformedPayload("a checklist begins with CHECKLIST")
    host = said(root, "ASSET", "HOST_NAME") or ""
    for stig in below(root, "iSTIG"):
        about = {
            said(each, "SID_NAME"): said(each, "SID_DATA")
            for each in children(stig, "STIG_INFO", "SI_DATA")
        }
        told = {_number(each): said(each, "STATUS") or "" for each in children(stig, "VULN")}
        looked = {
            name: status for name, status in told.items() if status in ("Open", "NotAFinding")
        }
        bad = sum(status == "Open" for status in looked.values())
        _state(report, about.get("stigid") or "stig", host, looked, bad)


def _number(vulnerability: Element) -> str:
    for each in children(vulnerability, "STIG_DATA"):
        if said(each, "VULN_ATTRIBUTE") == "Vuln_Num":
            return said(each, "ATTRIBUTE_DATA") or ""
    return ""


def _fits(glimpse: Glimpse) -> bool:
    if glimpse.root is not None:
        return glimpse.root == "CHECKLIST"
    if glimpse.holds("profiles", "platform"):
        return True
    if "control_id:" in glimpse.text and "updated_by:" in glimpse.text:
        return True
    return glimpse.text.startswith("{") and _one_a_line(glimpse.plain.lstrip())


KINDS = (
    Kind(
        "inspec-hdf",
        "InSpec, Heimdall",
        translate_inspec,
        _fits,
        ("inspec", "hdf", "ckl"),
        json=False,
        options=OPTIONS,
    ),
)
