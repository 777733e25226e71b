"""SARIF logs → a ScanRan for each tool and revision: how many results are still open; of a scanner
of dependencies each open result that names an advisory is a vulnerability besides.

Versions 2.1.0 (OASIS), 2.0.0 and 1.0.0. A result counts unless it passed, was suppressed
(by an accepted suppression), or is gone against the baseline. `results: null` is a scan that
did not happen, which is not the same as `[]` (2.1.0, section 3.14.23).
"""

from collections.abc import Iterator
from typing import Annotated, Any

from msgspec import Meta, Struct

from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.documents import read_json
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.reports.report import (
    OPTIONS,
    Finding,
    Report,
    ScanKind,
    moment,
    stated_revision,
)
from changeproof.sources.reports.sarif_weaknesses import Location, Rule, Text, weakness

_NO_FINDING = frozenset({"pass", "notApplicable", "none"})
_SECRETS = ("gitleaks", "trufflehog", "detect-secrets", "ggshield", "secretlint")
_DEPENDENCIES = (
    "dependency-check",
    "trivy",
    "grype",
    "osv-scanner",
    "snyk open source",
    "npm-audit",
)
_DYNAMIC = ("zap", "burp", "nuclei", "nikto", "stackhawk")
_NOT_RUN = "the tool did not run to its end, or its results stand elsewhere"


class Named(Struct):
    name: str = ""
    rules: list[Rule] | None = None


class Tool(Struct):
    driver: Named | None = None
    name: str = ""


class Suppression(Struct):
    status: str | None = None


class Result(Struct, rename="camel"):
    level: str | None = None
    kind: str | None = None
    rule_id: str | None = None
    rule_index: int = -1
    message: Text | str | None = None
    locations: list[Location] | None = None
    suppressions: list[Suppression] | None = None
    suppression_states: list[str] | None = None
    baseline_state: str | None = None


class Invocation(Struct, rename="camel"):
    execution_successful: bool | None = None
    end_time_utc: str | None = None
    end_time: str | None = None


class Version(Struct, rename="camel"):
    revision_id: str | None = None


class External(Struct):
    """Where parts of a run stand that are not in it."""

    results: list[dict[str, Any]] | dict[str, Any] | None = None


class Run(Struct, rename="camel"):
    tool: Tool
    results: list[Result] | None = None
    invocations: list[Invocation] | None = None
    invocation: Invocation | None = None
    version_control_provenance: list[Version] | None = None
    external_property_file_references: External | None = None


class Log(Struct, rename="camel"):
    version: Annotated[str, Meta(max_length=100)]
    runs: list[Run] | None = None
    inline_external_properties: list[External] | None = None


def translate_sarif(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload for what is no SARIF log of a version that we know."""
    log = read_json(Log, delivery.body)
    if log.version.partition("-")[0] not in ("1.0.0", "2.0.0", "2.1.0"):
        raise MalformedPayload(
            f"{log.version!r} is no version of SARIF that we read", where="version"
        )
    report = Report("sarif", delivery, pseudonyms)
    elsewhere = any(each.results for each in log.inline_external_properties or ())
    for run in log.runs or ():
        _run(report, run, elsewhere)
    if not log.runs:
        report.note("it holds no run of any tool")
    return report.translation()


def _run(report: Report, run: Run, elsewhere: bool) -> None:
    """`elsewhere`: results of some run stand outside of it, so that none can be counted."""
    tool = (
        report.options.get("name")
        or (run.tool.driver.name if run.tool.driver else "")
        or run.tool.name
    )
    invocations = run.invocations or ([run.invocation] if run.invocation else [])
    outside = run.external_property_file_references
    stopped = any(each.execution_successful is False for each in invocations)
    if elsewhere or stopped or run.results is None or (outside and outside.results):
        report.note(f"{_NOT_RUN} ({tool[:60] or 'unnamed'})")
        return
    kind = _scan_kind(tool)
    if kind == "dependencies":
        for finding in _weaknesses(run):
            report.found(finding)
    ends = [moment(each.end_time_utc or each.end_time) for each in invocations]
    report.scan(
        kind,
        tool,
        sum(map(_open, run.results)),
        revision=stated_revision(
            *(each.revision_id for each in run.version_control_provenance or ())
        ),
        at=max((each for each in ends if each is not None), default=None),
    )


def _weaknesses(run: Run) -> Iterator[Finding]:
    rules = (run.tool.driver.rules if run.tool.driver else None) or []
    by_id = {rule.id: rule for rule in rules}
    for result in run.results or ():
        if not _open(result):
            continue
        listed = rules[result.rule_index] if 0 <= result.rule_index < len(rules) else None
        rule = by_id.get(result.rule_id or "") or listed
        said = result.message
        found = weakness(
            result.rule_id or (rule.id if rule else ""),
            result.level,
            said if isinstance(said, str) else said.text if said else "",
            rule,
            result.locations or [],
        )
        if found is not None:
            yield found


def _open(result: Result) -> bool:
    if result.kind not in (None, "fail") or result.level in _NO_FINDING:
        return False
    if result.baseline_state == "absent" or result.suppression_states:
        return False
    stated = result.suppressions or ()
    return not stated or any(each.status in ("underReview", "rejected") for each in stated)


def _scan_kind(tool: str) -> ScanKind:
    name = tool.lower()
    for kind, tools in (
        ("secrets", _SECRETS),
        ("dependencies", _DEPENDENCIES),
        ("dynamic", _DYNAMIC),
    ):
        if name.startswith(tools):
            return kind  # type: ignore[return-value]
    return "static"


def _fits(glimpse: Glimpse) -> bool:
    document: Any = glimpse.document
    if not glimpse.holds("version", "runs"):
        return glimpse.holds("version", "$schema") and "sarif" in str(document["$schema"])
    return isinstance(document["runs"], list) or document["runs"] is None


def _shows_secrets(glimpse: Glimpse) -> bool:
    """Whether a tool that looks for secrets is named anywhere in it: its results may quote them."""
    said = glimpse.plain.lower()
    return any(name.encode() in said for name in _SECRETS)


KINDS = (
    Kind(
        "sarif",
        "SARIF",
        translate_sarif,
        _fits,
        json=False,
        options=OPTIONS,
        confidential=_shows_secrets,
    ),
)
