"""Known vulnerabilities as they stand: how each is rated, how far its patch came, what is due."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import unquote

from changeproof.ledger.decisions import Approval
from changeproof.ledger.deployments import TestRun
from changeproof.ledger.incidents_read import change_ids
from changeproof.ledger.joined import (
    Change,
    ChangeAlias,
    Finding,
    Implementation,
    RevisionImplementation,
    SubjectJudged,
)
from changeproof.ledger.pulls import PullHead, Review
from changeproof.ledger.standing import first_deployed
from changeproof.ledger.store import Store
from changeproof.ledger.vulnerabilities import (
    Vulnerability,
    VulnerabilityAlias,
    VulnerabilityChange,
    VulnerabilityEnd,
    VulnerabilitySame,
    VulnerabilityScore,
)
from changeproof.ledger.waivers import Waiver

CHECK = "cc8_1/14_patches"
SEVERITIES = ("critical", "high", "medium", "low")
SECOND = 1_000_000
DAY = 86_400 * SECOND
AGES: tuple[tuple[str, int, int], ...] = (
    ("up to 7 days", 0, 7),
    ("8 to 30 days", 7, 30),
    ("31 to 90 days", 30, 90),
    ("91 to 180 days", 90, 180),
    ("over 180 days", 180, 1_000_000),
)
"""How long a vulnerability has been open, from its finding: from, and less than, so many days."""

_WAS_DUE = re.compile(r"Due by ([0-9-]{10}T[0-9:]{8}Z)")
_OPEN = (
    "NOT EXISTS (SELECT 1 FROM vulnerability_same AS z WHERE z.vulnerability = v.vulnerability)"
    " AND NOT EXISTS (SELECT 1 FROM vulnerability_end AS e WHERE e.vulnerability = v.vulnerability"
    " AND (e.outcome = 'fixed' OR e.account IS NOT NULL))"
    " AND NOT EXISTS (SELECT 1 FROM vulnerability_change AS c"
    " LEFT JOIN change_alias AS a ON a.alias = c.change_name"
    " JOIN subject_judged AS j ON j.subject = COALESCE(a.change_id, c.change_name)"
    " WHERE c.vulnerability = v.vulnerability"
    " AND j.deployed_at >= COALESCE(v.found_at - v.found_at % 1000000, j.deployed_at))"
)
_UNLINKED = (
    "NOT EXISTS (SELECT 1 FROM vulnerability_change AS c WHERE c.vulnerability = v.vulnerability)"
)
Show = Literal["open", "overdue", "due", "unlinked", "exploited", "ended", "all"]
SHOWS: Mapping[Show, str] = {
    "open": _OPEN,
    "overdue": "f.verdict = 'deviation'",
    "due": "f.verdict = 'pending' AND s.due_at IS NOT NULL",
    "unlinked": f"{_OPEN} AND {_UNLINKED}",
    "exploited": f"{_OPEN} AND EXISTS (SELECT 1 FROM vulnerability_score AS x"
    " WHERE x.vulnerability = v.vulnerability AND x.known_exploited = 1)",
    "ended": f"NOT ({_OPEN})",
    "all": "1 = 1",
}
"""Which ones a list may show. Open: nobody ruled it out, no scanner says that it is gone, and no
change that is meant to remove it was deployed since it was found; one of several names is once."""
_FROM = (
    " FROM vulnerability AS v"
    " LEFT JOIN finding AS f ON f.subject = 'vulnerability:' || v.vulnerability"
    f" AND f.check_id = '{CHECK}'"
    " LEFT JOIN subject_judged AS s ON s.subject = 'vulnerability:' || v.vulnerability"
)


@dataclass(frozen=True, slots=True)
class Patch:
    """A change that is meant to remove it, and how far it came. Times are UTC microseconds."""

    change: str
    is_known: bool
    title: str | None
    system: str
    account: str | None  # who tied it
    linked_at: int | None
    opened_at: int | None
    tested_at: int | None  # the first test that ended well on what it carries
    approved_at: int | None  # the first approval of it
    deployed_at: int | None
    event: str


@dataclass(frozen=True, slots=True)
class StandingVulnerability:
    """One vulnerability; `verdict`, `reason` and `due_at` are the check's, "" and None before it
    is judged."""

    stated: Vulnerability
    severity: str
    known_exploited: bool
    scores: tuple[VulnerabilityScore, ...]
    ends: tuple[VulnerabilityEnd, ...]
    waivers: tuple[Waiver, ...]
    patches: tuple[Patch, ...]
    verdict: str
    reason: str
    due_at: int | None
    evidence: str

    @property
    def name(self) -> str:
        return self.stated.vulnerability

    @property
    def stages(self) -> tuple[tuple[str, int | None], ...]:
        """Identified to deployed, each with its first time; None where it was not reached.

        Evaluated: somebody or something said what to do about it: tied a change to it, ruled it
        out, or had it accepted for a time.
        """
        judged = [each.linked_at for each in self.patches]
        judged += [each.ended_at for each in self.ends if each.outcome != "fixed"]
        judged += [each.granted_at for each in self.waivers]
        return (
            ("identified", self.stated.found_at),
            ("evaluated", _first(judged)),
            ("tested", _first([each.tested_at for each in self.patches])),
            ("approved", _first([each.approved_at for each in self.patches])),
            ("deployed", _first([each.deployed_at for each in self.patches])),
        )

    def seen_on(self, systems: Collection[str] | None) -> "StandingVulnerability":
        """The same, without the changes of systems other than these (None: all)."""
        if systems is None:
            return self
        seen = tuple(each for each in self.patches if not each.is_known or each.system in systems)
        return replace(self, patches=seen)


def _first(times: list[int | None]) -> int | None:
    return min((each for each in times if each is not None), default=None)


def vulnerabilities_listed(
    store: Store,
    as_of: int,
    systems: Collection[str] | None,
    *,
    show: Show = "open",
    severity: str = "",
    system: str = "",
    due_before: int | None = None,
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[StandingVulnerability]:
    """Vulnerabilities of these systems (None: all), the latest found first, after the one named
    `before` by its finding and name. `due_before`: those alone that fall due by then."""
    conditions, values = [f"({SHOWS[show]})"], []
    if systems is not None:
        condition, listed = store.among("v.system", systems)
        conditions.append(condition)
        values.append(listed)
    for column, wanted in (("v.severity", severity), ("v.system", system)):
        if wanted:
            conditions.append(f"{column} = ?")
            values.append(wanted)
    if due_before is not None:
        conditions.append("s.due_at < ?")
        values.append(due_before)
    if before is not None:
        conditions.append(
            "(COALESCE(v.found_at, 0) < ? OR (COALESCE(v.found_at, 0) = ? AND v.vulnerability > ?))"
        )
        values += [before[0], before[0], before[1]]
    order = "s.due_at, " if due_before is not None else ""
    rows = store.database.execute(
        f"SELECT v.vulnerability{_FROM} WHERE {' AND '.join(conditions)}"
        f" ORDER BY {order}COALESCE(v.found_at, 0) DESC, v.vulnerability LIMIT ?",
        (*values, limit),
    )
    found = vulnerabilities_named(store, as_of, [str(row[0]) for row in rows])
    return [each.seen_on(systems) for each in found]


def was_due(reason: str) -> int | None:
    """By when it was due (microseconds), where the check's reason begins with that: time alone
    changes nothing more about what is overdue, so that nobody looks at it again."""
    found = _WAS_DUE.match(reason)
    return None if found is None else int(datetime.fromisoformat(found[1]).timestamp()) * SECOND


def ages_of_open(
    store: Store, as_of: int, systems: Collection[str] | None
) -> dict[tuple[str, str], int]:
    """How many are open, by severity as found and by age (the first member of AGES)."""
    where, values = _OPEN, []
    if systems is not None:
        condition, listed = store.among("v.system", systems)
        where += f" AND {condition}"
        values.append(listed)
    limits = " ".join(f"WHEN ? - v.found_at < {until * DAY} THEN {n}" for n, (_, _, until)
                      in enumerate(AGES))  # fmt: skip
    rows = store.database.execute(
        f"SELECT v.severity, CASE {limits} END AS age, COUNT(*) FROM vulnerability AS v"
        f" WHERE v.found_at IS NOT NULL AND {where} GROUP BY 1, 2",
        (*[as_of] * len(AGES), *values),
    )
    return {
        (str(severity), AGES[int(age)][0]): int(number)
        for severity, age, number in rows
        if age is not None
    }


def vulnerabilities_named(
    store: Store, as_of: int, names: Collection[str]
) -> list[StandingVulnerability]:
    """These, in this order; unknown ones are left out."""
    stated = {row.vulnerability: row for row in store.by(Vulnerability, "vulnerability", names)}
    scores: dict[str, list[VulnerabilityScore]] = {}
    for score in store.by(VulnerabilityScore, "vulnerability", stated):
        scores.setdefault(score.vulnerability, []).append(score)
    ends: dict[str, list[VulnerabilityEnd]] = {}
    for end in store.by(VulnerabilityEnd, "vulnerability", stated):
        ends.setdefault(end.vulnerability, []).append(end)
    links = store.by(VulnerabilityChange, "vulnerability", stated)
    patches = _patches(store, as_of, links)
    subjects = [f"vulnerability:{name}" for name in stated]
    judged = {row.subject: row for row in store.by(SubjectJudged, "subject", subjects)}
    findings = {
        row.subject: row for row in store.by(Finding, "subject", subjects) if row.check_id == CHECK
    }
    waivers: dict[str, list[Waiver]] = {}
    for waiver in store.by(Waiver, "subject", subjects):
        waivers.setdefault(waiver.subject, []).append(waiver)
    standing = []
    for name in names:
        held = stated.get(name)
        if held is None:
            continue
        subject = f"vulnerability:{name}"
        ratings = sorted(scores.get(name, ()), key=lambda row: (row.scored_at or 0, row.event))
        found, known = findings.get(subject), judged.get(subject)
        standing.append(
            StandingVulnerability(
                stated=held,
                severity=ratings[-1].severity if ratings else held.severity,
                known_exploited=bool(
                    ratings[-1].known_exploited if ratings else held.known_exploited
                ),
                scores=tuple(ratings),
                ends=tuple(
                    sorted(ends.get(name, ()), key=lambda row: (row.ended_at or 0, row.event))
                ),
                waivers=tuple(waivers.get(subject, ())),
                patches=tuple(patches.get(name, ())),
                verdict=found.verdict if found else "",
                reason=found.reason if found else "",
                due_at=was_due(found.reason if found else "") or (known.due_at if known else None),
                evidence=found.evidence if found else held.event,
            )
        )
    return standing


def told_elsewhere(store: Store, stated: Vulnerability) -> list[str]:
    """Other vulnerabilities on record that are the same weakness of the same package on the same
    system, told by another tool under another name, sorted."""
    own = {
        row.alias for row in store.by(VulnerabilityAlias, "vulnerability", [stated.vulnerability])
    }
    own.add(stated.advisory)
    named = {row.vulnerability for row in store.by(VulnerabilityAlias, "alias", own)}
    rows = {row.vulnerability: row for row in store.by(Vulnerability, "vulnerability", named)}
    rows |= {row.vulnerability: row for row in store.by(Vulnerability, "advisory", own)}
    alike = {
        name
        for name, row in rows.items()
        if row.system == stated.system
        and package_name(row.package or "") == package_name(stated.package or "")
    }
    # A source package and what was built of it are called otherwise.
    recognized = store.by(VulnerabilitySame, "same_as", [stated.vulnerability])
    alike |= {row.vulnerability for row in recognized}
    alike |= {
        row.same_as for row in store.by(VulnerabilitySame, "vulnerability", [stated.vulnerability])
    }
    return sorted(alike - {stated.vulnerability})


def package_name(package: str) -> str:
    """A package's own name, the same of its package URL, with a version, and as a title has it."""
    text = package.strip().strip("`").lower().replace("%40", "@")
    if text.startswith("pkg:"):
        text = text.partition("?")[0].partition("/")[2]
    head, at, version = text.rpartition("@")
    if at and head and version[:1].isdigit():  # `lodash@4.17.20`; not `@scope/name`
        text = head
    return text.replace(":", "/")


def source_names(package: str) -> frozenset[str]:
    """The names under which a tool that speaks of source packages, or of no distribution, tells of
    a distribution's package: empty where it is not said what that was built of."""
    bare, _, qualifiers = package.strip().lower().partition("?")
    sources = [part[9:] for part in qualifiers.split("&") if part.startswith("upstream=")]
    if not bare.startswith("pkg:") or not sources:
        return frozenset()
    distribution, _, binary = package_name(bare).rpartition("/")
    return frozenset(
        {binary, *(unquote(each) for each in sources)}
        | {f"{distribution}/{unquote(each)}" for each in sources}
    )


def _patches(
    store: Store, as_of: int, links: Collection[VulnerabilityChange]
) -> dict[str, list[Patch]]:
    if not links:
        return {}
    ids = change_ids(store, (row.change_name for row in links))
    known = {row.change_id: row for row in store.by(Change, "change_id", set(ids.values()))}
    deployed = first_deployed(store, known, as_of) if known else {}
    tested, approved = _tested(store, known), _approved(store, known)
    found: dict[str, dict[str, Patch]] = {}
    for row in sorted(links, key=lambda row: (row.linked_at or 0, row.event)):
        change = ids.get(row.change_name, row.change_name)
        held = known.get(change)
        found.setdefault(row.vulnerability, {}).setdefault(
            change,
            Patch(
                change=change,
                is_known=held is not None,
                title=held.title if held else None,
                system=held.system if held else "",
                account=row.account,
                linked_at=row.linked_at,
                opened_at=held.opened_at if held else None,
                tested_at=tested.get(change),
                approved_at=approved.get(change),
                deployed_at=deployed.get(change),
                event=row.event,
            ),
        )
    return {name: list(rows.values()) for name, rows in found.items()}


def _tested(store: Store, changes: Collection[str]) -> dict[str, int]:
    """When a test first ended well on a revision that each change carries."""
    carried = _carried(store, changes)
    owned: dict[str, set[str]] = {}
    for row in store.by(RevisionImplementation, "implementation", carried):
        owned.setdefault(row.revision, set()).add(row.implementation)
    for head in store.by(PullHead, "pull", carried):
        owned.setdefault(head.revision, set()).add(head.pull)
    found: dict[str, int] = {}
    for run in store.by(TestRun, "revision", owned):
        if run.conclusion == "passed" and run.finished_at is not None:
            for implementation in owned[run.revision or ""]:
                _keep_first(found, carried[implementation], run.finished_at)
    return found


def _approved(store: Store, changes: Collection[str]) -> dict[str, int]:
    """When somebody first approved each change: at the forge or at the desk."""
    carried = _carried(store, changes)
    found: dict[str, int] = {}
    for review in store.by(Review, "pull", carried):
        if review.verdict == "approved" and review.submitted_at is not None:
            _keep_first(found, carried[review.pull], review.submitted_at)
    names = {row.alias: [row.change_id] for row in store.by(ChangeAlias, "change_id", changes)}
    names |= {change: [change] for change in changes}
    for approval in store.by(Approval, "change_name", names):
        if approval.approved_at is not None:
            _keep_first(found, names[approval.change_name], approval.approved_at)
    return found


def _carried(store: Store, changes: Collection[str]) -> dict[str, list[str]]:
    carried: dict[str, list[str]] = {}
    for row in store.by(Implementation, "change_id", changes):
        carried.setdefault(row.implementation, []).append(row.change_id)
    return carried


def _keep_first(found: dict[str, int], changes: Collection[str], moment: int) -> None:
    for change in changes:
        found[change] = min(moment, found.get(change, moment))
