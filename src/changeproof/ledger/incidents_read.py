"""Incidents as they stand: what is on record of each, what the check says, which changes it has."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from changeproof.ledger.deadlines import due_by_policy
from changeproof.ledger.incidents import (
    Incident,
    IncidentChange,
    IncidentDecision,
    IncidentEnd,
)
from changeproof.ledger.joined import Change, ChangeAlias, Finding, SubjectJudged
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.standing import first_deployed
from changeproof.ledger.store import Store

CHECK = "cc8_1/11_incident_remediation"
_USUAL_WINDOW = 24 * 3_600_000_000
"""How long before an incident a deployment is suggested where a policy of before says nothing."""
_SUSPECTS = 5

Show = Literal["all", "undecided", "overdue", "waiting", "unresolved"]
SHOWS: Mapping[Show, str] = {
    "all": "1 = 1",
    "undecided": "NOT EXISTS (SELECT 1 FROM incident_decision AS d WHERE d.incident = i.incident)"
    " AND NOT EXISTS (SELECT 1 FROM incident_change AS c WHERE c.incident = i.incident"
    " AND c.relation = 'remediates')",
    "overdue": "f.verdict = 'deviation'",
    "waiting": "f.verdict = 'pending'",
    "unresolved": "e.incident IS NULL",
}
"""Which incidents a list may show, and the condition for it."""


_MISSED = ("deviation", "not_verifiable")


@dataclass(frozen=True, slots=True)
class LinkedChange:
    """A change that an incident names. `change` is the name it was linked by where none stands."""

    change: str
    is_known: bool
    relation: str
    title: str | None
    system: str
    account: str | None
    linked_at: int | None
    opened_at: int | None
    deployed_at: int | None  # its first production deployment
    event: str


@dataclass(frozen=True, slots=True)
class StandingIncident:
    """One incident; `verdict` and `reason` are the check's, "" before it is judged; `due_at` is by
    when its change is, or was, to begin, None where it waits for none. `decision` is the last
    one. Times are UTC microseconds."""

    stated: Incident
    resolved_at: int | None
    decision: IncidentDecision | None
    changes: tuple[LinkedChange, ...]
    verdict: str
    reason: str
    due_at: int | None
    evidence: str

    @property
    def name(self) -> str:
        return self.stated.incident

    @property
    def mended_at(self) -> int | None:
        """When the last of the changes that remedy it was deployed; None while one is not."""
        times = [each.deployed_at for each in self.changes if each.relation == "remediates"]
        known = [each for each in times if each is not None]
        return max(known) if known and len(known) == len(times) else None

    @property
    def time_to_change(self) -> int | None:
        """From its opening to the deployment of what remedies it."""
        opened, mended = self.stated.opened_at, self.mended_at
        return None if opened is None or mended is None or mended < opened else mended - opened

    def seen_on(self, systems: Collection[str] | None) -> "StandingIncident":
        """The same, without the changes of systems other than these (None: all)."""
        if systems is None:
            return self
        seen = tuple(each for each in self.changes if not each.is_known or each.system in systems)
        return replace(self, changes=seen)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A change that was deployed to the system shortly before; nobody said that it is the cause."""

    change: str
    deployed_at: int


@dataclass(frozen=True, slots=True)
class FailureRate:
    """Of the changes first deployed to production in a time, those that somebody tied to an
    incident as its cause."""

    deployed: int
    failed: int


def incidents_listed(
    store: Store,
    as_of: int,
    systems: Collection[str] | None,
    *,
    show: Show = "all",
    system: str = "",
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[StandingIncident]:
    """Incidents of these systems (None: all), the latest first, after the one named `before` by
    its opening and name."""
    conditions, values = [SHOWS[show]], []
    if systems is not None:
        condition, listed = store.among("i.system", systems)
        conditions.append(condition)
        values.append(listed)
    if system:
        conditions.append("i.system = ?")
        values.append(system)
    if before is not None:
        conditions.append(
            "(COALESCE(i.opened_at, 0) < ? OR (COALESCE(i.opened_at, 0) = ? AND i.incident > ?))"
        )
        values += [before[0], before[0], before[1]]
    rows = store.database.execute(
        f"SELECT i.incident FROM incident AS i"
        f" LEFT JOIN incident_end AS e ON e.incident = i.incident"
        f" LEFT JOIN finding AS f ON f.subject = 'incident:' || i.incident AND f.check_id = ?"
        f" WHERE {' AND '.join(conditions)}"
        f" ORDER BY COALESCE(i.opened_at, 0) DESC, i.incident LIMIT ?",
        (CHECK, *values, limit),
    )
    found = incidents_named(store, as_of, [str(row[0]) for row in rows])
    return [each.seen_on(systems) for each in found]


def incidents_named(store: Store, as_of: int, names: Collection[str]) -> list[StandingIncident]:
    """These incidents, in this order; unknown ones are left out."""
    stated = {row.incident: row for row in store.by(Incident, "incident", names)}
    ends = {row.incident: row for row in store.by(IncidentEnd, "incident", stated)}
    decisions = store.by(IncidentDecision, "incident", stated)
    last = {
        row.incident: row
        for row in sorted(decisions, key=lambda row: (row.decided_at or 0, row.event))
    }
    changes = _changes(store, as_of, store.by(IncidentChange, "incident", stated))
    subjects = [f"incident:{name}" for name in stated]
    judged = {row.subject: row for row in store.by(SubjectJudged, "subject", subjects)}
    findings = {
        row.subject: row for row in store.by(Finding, "subject", subjects) if row.check_id == CHECK
    }
    standing = []
    for name in names:
        if name not in stated:
            continue
        subject = f"incident:{name}"
        found, known = findings.get(subject), judged.get(subject)
        end = ends.get(name)
        standing.append(
            StandingIncident(
                stated=stated[name],
                resolved_at=end.resolved_at if end else None,
                decision=last.get(name),
                changes=tuple(changes.get(name, ())),
                verdict=found.verdict if found else "",
                reason=found.reason if found else "",
                due_at=_due(store, stated[name], found, known),
                evidence=found.evidence if found else stated[name].event,
            )
        )
    return standing


def _due(
    store: Store, incident: Incident, found: Finding | None, known: SubjectJudged | None
) -> int | None:
    """By when its change is to begin, or was to begin where the check misses it; None where it
    waits for nothing. What is judged says only which times are to come."""
    waits = known.due_at if known else None
    opened = incident.opened_at
    if waits is not None or found is None or opened is None or found.verdict not in _MISSED:
        return waits
    severity = (incident.severity or "").lower()
    if severity not in ("low", "medium", "high", "critical"):
        severity = policy_at(store, opened).get("unrated_risk", ("medium",))[0]
    return due_by_policy(store, f"deadline.incident_change_within.{severity}", opened)


def change_ids(store: Store, names: Iterable[str]) -> dict[str, str]:
    """The change that each of these names stands for now; names of none are left out."""
    wanted = set(names)
    found = {row.alias: row.change_id for row in store.by(ChangeAlias, "alias", wanted)}
    return found | {row.change_id: row.change_id for row in store.by(Change, "change_id", wanted)}


def _changes(
    store: Store, as_of: int, links: Collection[IncidentChange]
) -> dict[str, list[LinkedChange]]:
    ids = change_ids(store, (row.change_name for row in links))
    known = {row.change_id: row for row in store.by(Change, "change_id", set(ids.values()))}
    deployed = first_deployed(store, known, as_of) if known else {}
    found: dict[str, dict[tuple[str, str], LinkedChange]] = {}
    for row in sorted(links, key=lambda row: (row.linked_at or 0, row.event)):
        change = ids.get(row.change_name, row.change_name)
        held = known.get(change)
        found.setdefault(row.incident, {}).setdefault(
            (change, row.relation),
            LinkedChange(
                change=change,
                is_known=held is not None,
                relation=row.relation,
                title=held.title if held else None,
                system=held.system if held else "",
                account=row.account,
                linked_at=row.linked_at,
                opened_at=held.opened_at if held else None,
                deployed_at=deployed.get(change),
                event=row.event,
            ),
        )
    return {name: list(rows.values()) for name, rows in found.items()}


def suspects_of(store: Store, incident: Incident) -> list[Suspect]:
    """Changes first deployed to the incident's system shortly before it, the last first: a
    suggestion, for somebody to say which one caused it, if any."""
    if incident.opened_at is None or not incident.system:
        return []
    rows = store.database.execute(
        "SELECT subject, deployed_at FROM subject_judged WHERE system = ? AND origin IS NOT NULL"
        " AND deployed_at > ? AND deployed_at <= ? ORDER BY deployed_at DESC, subject LIMIT ?",
        (
            incident.system,
            incident.opened_at - suspect_window(store, incident),
            incident.opened_at,
            _SUSPECTS,
        ),
    )
    return [Suspect(str(subject), int(at)) for subject, at in rows]


def suspect_window(store: Store, incident: Incident) -> int:
    """How long before it a deployment is suggested, by the policy in force when it was opened."""
    said = policy_at(store, incident.opened_at or 0).get("incident_cause_within")
    return int(said[0]) if said else _USUAL_WINDOW


def failure_rate(
    store: Store, since: int, until: int, systems: Collection[str] | None, system: str = ""
) -> FailureRate:
    """Changes first deployed in [since, until), and those of them that caused an incident, by what
    somebody said."""
    conditions = ["origin IS NOT NULL", "deployed_at >= ?", "deployed_at < ?"]
    values: list[object] = [since, until]
    if systems is not None:
        condition, listed = store.among("system", systems)
        conditions.append(condition)
        values.append(listed)
    if system:
        conditions.append("system = ?")
        values.append(system)
    counted = f"SELECT COUNT(*) FROM subject_judged WHERE {' AND '.join(conditions)}"
    deployed = int(store.database.execute(counted, tuple(values))[0][0])
    caused = store.database.execute(
        "SELECT DISTINCT change_name FROM incident_change WHERE relation = 'caused'"
    )
    blamed = set(change_ids(store, (str(row[0]) for row in caused)).values())
    if not blamed:
        return FailureRate(deployed, 0)
    condition, listed = store.among("subject", blamed)
    failed = store.database.execute(f"{counted} AND {condition}", (*values, listed))
    return FailureRate(deployed, int(failed[0][0]))
