"""What reports of scanners have in common: one place where findings become events.

A finding is named by advisory, package and place, so that the same weakness told daily, or by
two tools, is one. The place is the system that the operator states (option `system`), else what
the report says it looked at.
"""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote, unquote

from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event, canonical, sha256_hex
from changeproof.events.oversight import ControlPerformed
from changeproof.events.scans import ScanRan
from changeproof.events.testing import ArtifactBuilt
from changeproof.events.vulnerabilities import Severity, VulnerabilityEnded, VulnerabilityFound
from changeproof.sources.delivery import Delivery, Pseudonyms, Translation
from changeproof.sources.described import fields_of
from changeproof.sources.identities import Identity
from changeproof.sources.reading import Reading, time
from changeproof.sources.reports.severities import ORDER, UNRATED
from changeproof.sources.times import microseconds

ScanKind = Literal["static", "secrets", "dependencies", "dynamic"]
OPTIONS = ("revision", "repository", "system", "environment", "name", "at")
"""What an operator may state beside a report; `at` (RFC 3339) where it states no time."""

NO_REVISION = (
    "it does not say which revision was scanned, so it proves nothing of a change;"
    " state it (option revision)"
)
NO_SYSTEM = "it does not say which system was looked at; state it (option system)"

_REVISION = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_REVISION_NAME = re.compile(
    r"(?:.*[:.])?(?:(?:git|ci|vcs|scm|github|build)[._:-]?)?(?:git[._:-]?)?"
    r"(?:commit|revision|sha)(?:[._:-]?(?:id|sha|hash))?"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SHA256 = re.compile(r"(?:.*@)?(?:sha256:)?([0-9a-f]{64})", re.ASCII | re.IGNORECASE)
_MOST_ALIASES = 50
_MOST_VERSIONS = 20
_DISTRIBUTIONS = ("pkg:deb/", "pkg:rpm/", "pkg:apk/")
_UPSTREAM = "upstream="
_YEAR_TWO = -62_104_060_800_000_000
"""Tools of Go write the year 1 where they know no time."""


@dataclass(frozen=True)
class Finding:
    """One weakness, as a tool states it. `severity` None: not rated."""

    advisory: str
    package: str | None
    place: str
    severity: Severity | None
    published_at: int | None = None
    fix_available_at: int | None = None
    known_exploited: bool = False
    aliases: tuple[str, ...] = ()
    fixed_in: tuple[str, ...] = ()
    source_package: str | None = None
    """What a distribution built the package of, where the tool says so."""

    @property
    def package_told(self) -> str | None:
        """The package, a distribution's with what it was built of, as `upstream` of its URL."""
        if not self.package or not self.source_package or "?" in self.package:
            return self.package
        of_distribution = self.package.startswith(_DISTRIBUTIONS)
        if not of_distribution or self.package.rpartition("/")[2] == self.source_package:
            return self.package
        return f"{self.package}?{_UPSTREAM}{quote(self.source_package, safe='+')}"


@dataclass
class _Scan:
    open_findings: int = 0
    at: int | None = None


@dataclass
class Report:
    """Gathers what one report says; `translation` makes the events."""

    source: str
    delivery: Delivery
    pseudonyms: Pseudonyms
    at: int | None = None
    revision: str | None = None
    reading: Reading = field(init=False)
    options: dict[str, str] = field(init=False)
    _scans: dict[tuple[ScanKind, str, str], _Scan] = field(default_factory=dict)
    _found: dict[str, Finding] = field(default_factory=dict)
    _events: list[Event] = field(default_factory=list)
    _reasons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reading = Reading(self.source, self.delivery, self.pseudonyms)
        self.options = dict(self.delivery.options)
        if "at" in self.options:
            self.at = time(self.options["at"], "option at")
        self.revision = self.options.get("revision", self.revision)

    def scan(
        self,
        kind: ScanKind,
        tool: str,
        open_findings: int,
        *,
        revision: str | None = None,
        at: int | None = None,
    ) -> None:
        """A scan ended with so many findings open. Those of one tool and revision are one."""
        revision = self.options.get("revision") or revision or self.revision
        if revision is None:
            self.note(NO_REVISION)
            return
        scan = self._scans.setdefault((kind, short(tool), revision), _Scan())
        scan.open_findings += open_findings
        at = at if at is not None and "at" not in self.options else self.at
        scan.at = at if scan.at is None or (at is not None and at > scan.at) else scan.at

    def found(self, finding: Finding) -> None:
        """A weakness is there. Told twice, the graver rating counts."""
        name = self.name_of(finding.advisory, finding.package, finding.place)
        before = self._found.get(name)
        if before is None or _rank(finding) > _rank(before):
            self._found[name] = finding

    def ended(
        self,
        advisory: str,
        package: str | None,
        place: str,
        outcome: Literal["fixed", "not_affected", "false_positive"],
        reason: str | None = None,
        at: int | None = None,
    ) -> None:
        """A statement (VEX) says that a weakness is gone or never was one.

        It is somebody's decision where the operator says whose (option `decided_by`).
        """
        at = at if at is not None and "at" not in self.options else self.at
        decider = Identity(self.options.get("decided_by"), None)
        self._events.append(
            VulnerabilityEnded(
                **self.reading.header(at, actor=decider),
                vulnerability=self.name_of(advisory, package, place),
                outcome=outcome,
                reason=self.reading.keep(reason),
            )
        )

    def built(self, artifact: str, name: str | None) -> None:
        """A digest was stated of what a bill of materials lists; it was made before that."""
        self._events.append(
            ArtifactBuilt(
                **self.reading.header(self.at, bound=True),
                artifact=artifact,
                revision=self.revision,
                repository=self.options.get("repository"),
                name=short(name) if name else None,
                read_from="report" if self.revision else None,
            )
        )

    def labelled(self, artifact: str, revision: str, name: str | None) -> None:
        """An image bears a label that names its revision; it was made before it was looked at."""
        self._events.append(
            ArtifactBuilt(
                **self.reading.header(self.at, bound=True),
                artifact=artifact,
                revision=revision,
                repository=self.options.get("repository"),
                name=short(name) if name else None,
                read_from="label",
            )
        )

    def complied(self, benchmark: str, target: str, outcomes: dict[str, str], bad: int) -> None:
        """What ran was compared with a benchmark; `outcomes` by rule, `bad` are not met.

        With an environment, the outcomes are also the content of an item, which an approved
        baseline can be held against.
        """
        system = self.options.get("system")
        if system is None:
            self.note(NO_SYSTEM)
            return
        self._events.append(
            ControlPerformed(
                **self.reading.header(self.at),
                activity="drift_scan",
                system=system,
                outcome="failed" if bad else "passed",
                found=short(f"{benchmark}: {bad:,} of {len(outcomes):,} rules are not met"),
            )
        )
        if environment := self.options.get("environment"):
            content = canonical([[rule, outcomes[rule]] for rule in sorted(outcomes)])
            self.reading.contents.append(content)
            self._events.append(
                StateObserved(
                    **self.reading.header(self.at),
                    system=system,
                    environment=environment,
                    item=identifier(f"{benchmark}/{target}" if target else benchmark),
                    digest=sha256_hex(content),
                    fields=fields_of(self.reading, outcomes),
                )
            )

    def note(self, reason: str) -> None:
        """Say why something in it is no event."""
        if reason not in self._reasons:
            self._reasons.append(reason)

    def name_of(self, advisory: str, package: str | None, place: str) -> str:
        """The finding's name: the same from whichever tool."""
        where = self.options.get("system") or place
        return identifier("/".join(part for part in (advisory, package, where) if part))

    @property
    def states_nothing(self) -> bool:
        """Whether nothing in it became an event so far."""
        return not (self._events or self._scans or self._found)

    def translation(self) -> Translation:
        """All events; `ignored` where the report states nothing but reasons."""
        events = [*self._events, *self._scan_events(), *self._found_events()]
        if not events and not self._reasons:
            self.note("it states nothing that is evidence of a change")
        ignored = None if events else "; ".join(self._reasons)
        events += [self.reading.seen(self.source, short(reason)) for reason in self._reasons]
        once = {event.model_dump_json(): event for event in events}
        return Translation(tuple(once.values()), tuple(self.reading.contents), ignored)

    def _scan_events(self) -> list[Event]:
        return [
            ScanRan(
                **self.reading.header(scan.at),
                revision=revision,
                kind=kind,
                tool=tool,
                open_findings=scan.open_findings,
                report=self.delivery.digest,
            )
            for (kind, tool, revision), scan in self._scans.items()
        ]

    def _found_events(self) -> list[Event]:
        return [
            VulnerabilityFound(
                **self.reading.header(self.at),
                vulnerability=name,
                advisory=identifier(finding.advisory),
                package=short(finding.package_told) if finding.package_told else None,
                system=self.options.get("system"),
                severity=finding.severity or UNRATED,
                known_exploited=finding.known_exploited,
                published_at=finding.published_at,
                fix_available_at=finding.fix_available_at,
                aliases=tuple(
                    identifier(each)
                    for each in dict.fromkeys(finding.aliases)
                    if each.strip() and each != finding.advisory
                )[:_MOST_ALIASES],
                fixed_in=tuple(short(each) for each in dict.fromkeys(finding.fixed_in))[
                    :_MOST_VERSIONS
                ],
            )
            for name, finding in self._found.items()
        ]


def _rank(finding: Finding) -> tuple[int, bool]:
    return ORDER.index(finding.severity or UNRATED), finding.known_exploited


def short(text: str) -> str:
    """Fit for a field of 500 characters."""
    return text[:500]


def identifier(text: str) -> str:
    """Fit for a name of 500 characters; what is longer ends in its digest."""
    text = text.strip() or "unnamed"
    return text if len(text) <= 500 else f"{text[:435]}~{sha256_hex(text.encode())}"


def package_of(purl: str | None, name: str | None) -> str | None:
    """A package without its version: the package URL's type and name, else the name."""
    if purl and purl.startswith("pkg:"):
        bare = purl.partition("#")[0].partition("?")[0]
        head, at, _ = bare.rpartition("@")
        return (head if at and "/" in head else bare)[:500]
    return name[:500] if name else None


def source_of(purl: str | None) -> str | None:
    """The source package that a package URL names as `upstream`, without its version; else None."""
    for part in (purl or "").partition("#")[0].partition("?")[2].split("&"):
        if part.startswith(_UPSTREAM):
            return unquote(part.removeprefix(_UPSTREAM)).partition("@")[0] or None
    return None


def stated_revision(*values: str | None) -> str | None:
    """The first of these that is a whole commit id."""
    for value in values:
        told = (value or "").strip().lower()
        if _REVISION.fullmatch(told):
            return told
    return None


def revision_in(properties: dict[str, str]) -> str | None:
    """The commit id among names and values, such as an image's labels."""
    return stated_revision(
        *(value for name, value in properties.items() if _REVISION_NAME.fullmatch(name.lower()))
    )


def moment(text: str | None) -> int | None:
    """A time as tools write it, a day at 00:00 UTC; None for none that can be read."""
    text = (text or "").strip()
    if _DAY.fullmatch(text):
        text += "T00:00:00"
    found = microseconds(text, assume_utc=True)
    return None if found is None or found < _YEAR_TWO else found


def digest_in(*values: str | None) -> str | None:
    """The first SHA-256 among these, written `sha256:…`."""
    for value in values:
        if match := _SHA256.fullmatch((value or "").strip()):
            return f"sha256:{match[1].lower()}"
    return None


def untagged(image: str) -> str:
    """An image's or file's name without tag or digest, which change by the day."""
    name = image.partition("@")[0]
    head, colon, tag = name.rpartition(":")
    return head if colon and head and "/" not in tag and "\\" not in tag else name
