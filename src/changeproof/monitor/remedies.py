"""What ties itself: a patch to the vulnerability it removes, an emergency's change or a pull
request that names an incident to that incident; and the rating of what a catalogue lists
as exploited.

Each is an event of source `monitor` that follows from the record alone, with its time and its
name: looked for again, it is the same event, which the log holds once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.event import Event, sha256_hex
from changeproof.events.incidents import IncidentLinked
from changeproof.events.vulnerabilities import VulnerabilityLinked, VulnerabilityScored
from changeproof.ledger.service import Ledger, Submission
from changeproof.ledger.vulnerabilities import VulnerabilityChange
from changeproof.ledger.vulnerabilities_read import package_name
from changeproof.monitor.judging import SOURCE
from changeproof.monitor.patch_pulls import (
    Update,
    is_theirs,
    is_update_branch,
    reaches,
    update_of,
)
from changeproof.monitor.patch_requests import joining
from changeproof.monitor.same_weakness import recognized

_STATE = "remedies looked for at"
_EXPLOITED = """
SELECT n.vulnerability, n.found_at, n.severity, MIN(k.listed_at)
FROM (
  SELECT v.vulnerability, v.found_at, v.severity, v.advisory AS name FROM vulnerability AS v
  UNION ALL
  SELECT v.vulnerability, v.found_at, v.severity, a.alias
  FROM vulnerability AS v JOIN vulnerability_alias AS a ON a.vulnerability = v.vulnerability
) AS n
JOIN exploited_advisory AS k ON k.advisory = n.name
WHERE NOT EXISTS (SELECT 1 FROM vulnerability_score AS x
                  WHERE x.vulnerability = n.vulnerability AND x.known_exploited = 1)
GROUP BY n.vulnerability, n.found_at, n.severity
"""
_UNMENDED = """
SELECT v.vulnerability, v.package, v.system, v.found_at, f.version
FROM vulnerability AS v
JOIN vulnerability_fix AS f ON f.vulnerability = v.vulnerability
WHERE v.package IS NOT NULL AND v.system IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM vulnerability_end AS e
                  WHERE e.vulnerability = v.vulnerability
                  AND (e.outcome = 'fixed' OR e.account IS NOT NULL))
ORDER BY v.vulnerability, f.version
"""
_PULLS = """
SELECT d.pull, d.title, d.head_ref, o.opened_at, m.merged_at, c.system, r.name, o.author,
  b.kind, d.head_repository, d.repository
FROM pull_description AS d
JOIN implementation AS i ON i.implementation = d.pull
JOIN change AS c ON c.change_id = i.change_id
LEFT JOIN pull_opened AS o ON o.pull = d.pull
LEFT JOIN pull_merge AS m ON m.pull = d.pull
LEFT JOIN repository AS r ON r.repository = d.repository
LEFT JOIN account_declaration AS b ON b.account = o.author
WHERE (d.head_ref LIKE 'dependabot/%' OR d.head_ref LIKE 'renovate/%')
  AND NOT EXISTS (SELECT 1 FROM pull_head AS h WHERE h.pull = d.pull
                  AND h.pushed_by IS NOT NULL AND h.pushed_by <> o.author)
  AND NOT EXISTS (SELECT 1 FROM pull_head_pusher AS p WHERE p.pull = d.pull
                  AND p.account <> o.author)
ORDER BY d.pull
"""
_NAMING = """
SELECT n.incident, n.change_name, n.said_at FROM (
  SELECT i.incident, e.change_name, e.declared_at AS said_at
  FROM incident AS i JOIN emergency AS e ON e.incident = i.incident
  UNION
  SELECT i.incident, t.pull, COALESCE(o.opened_at, i.opened_at)
  FROM incident AS i JOIN pull_ticket AS t ON t.ticket_key = i.incident
  LEFT JOIN pull_opened AS o ON o.pull = t.pull
  WHERE i.opened_at IS NULL OR o.opened_at IS NULL OR o.opened_at >= i.opened_at
) AS n
WHERE n.change_name IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM incident_change AS c WHERE c.incident = n.incident
                  AND c.change_name = n.change_name)
ORDER BY n.incident, n.change_name
"""


@dataclass(frozen=True, slots=True)
class _Pull:
    """A bot's pull request that updates one package, and the systems that it stands on; nobody
    else pushed to it."""

    name: str
    update: Update
    opened_at: int | None
    merged_at: int | None
    systems: frozenset[str]


def tie_remedies(ledger: Ledger) -> int:
    """Record what follows from the record since the last look; how many events. Nothing is read
    where the log has not grown."""
    size = str(ledger.log.size())
    if ledger.state(_STATE) == size:
        return 0
    with ledger.database.transaction():
        ledger.log.lock()
        patches = list(_patches(ledger))
        events = [
            *_exploited(ledger),
            *patches,
            *joining(ledger.store, patches),
            *_named(ledger),
            *recognized(ledger),
        ]
        if events:
            ledger.record([Submission(events, (), SOURCE)])
        ledger.set_state(_STATE, str(ledger.log.size()))
    return len(events)


def _exploited(ledger: Ledger) -> Iterator[Event]:
    """A finding whose advisory a catalogue lists is rated so from the listing, or from when it was
    found if that was later."""
    for name, found_at, severity, listed_at in ledger.database.execute(_EXPLOITED):
        yield VulnerabilityScored(
            source=SOURCE,
            delivery=_delivery("exploited", name),
            occurred_at=_later(found_at, listed_at),
            vulnerability=str(name),
            severity=severity,
            known_exploited=True,
        )


def _patches(ledger: Ledger) -> Iterator[VulnerabilityLinked]:
    """Each pull request that brings the package to a version without the weakness, on its system,
    and was not merged before it was found: the first is often closed for a later one."""
    fixes: dict[tuple[str, str, str, int | None], list[str]] = {}
    for name, package, system, found_at, version in ledger.database.execute(_UNMENDED):
        key = (str(name), str(package), str(system).lower(), found_at)
        fixes.setdefault(key, []).append(str(version))
    if not fixes:
        return
    tied = {
        (row.vulnerability, row.change_name)
        for row in ledger.store.by(VulnerabilityChange, "vulnerability", {key[0] for key in fixes})
    }
    pulls: dict[str, list[_Pull]] = {}
    for pull in _pulls(ledger):
        pulls.setdefault(package_name(pull.update.package), []).append(pull)
    for (name, package, system, found_at), versions in fixes.items():
        for pull in pulls.get(package_name(package), ()):
            is_late = pull.merged_at is None or found_at is None or pull.merged_at >= found_at
            if (
                is_late
                and system in pull.systems
                and (name, pull.name) not in tied
                and reaches(pull.update.version, versions)
            ):
                yield VulnerabilityLinked(
                    source=SOURCE,
                    delivery=_delivery("patch", name, pull.name),
                    occurred_at=_later(found_at, pull.opened_at),
                    vulnerability=name,
                    change=pull.name,
                )


def _pulls(ledger: Ledger) -> Iterator[_Pull]:
    rows = ledger.database.execute(_PULLS)
    texts = ledger.texts(str(row[1]) for row in rows if row[1])
    for name, title, head_ref, opened_at, merged_at, system, called, *whose in rows:
        update = update_of(texts.get(title, ""))
        if (
            update is not None
            and package_name(update.package)
            and is_update_branch(head_ref)
            and is_theirs(*whose)
        ):
            systems = frozenset(str(each).lower() for each in (system, called) if each)
            yield _Pull(str(name), update, opened_at, merged_at, systems)


def _named(ledger: Ledger) -> Iterator[Event]:
    """An emergency declared for an incident, and a pull request opened after it that names it."""
    for incident, change, said_at in ledger.database.execute(_NAMING):
        yield IncidentLinked(
            source=SOURCE,
            delivery=_delivery("remedy", incident, change),
            occurred_at=said_at,
            incident=str(incident),
            change=str(change),
        )


def _later(*times: int | None) -> int | None:
    return max((each for each in times if each is not None), default=None)


def _delivery(*parts: str) -> str:
    return f"{parts[0]}:{sha256_hex(' '.join(parts[1:]).encode())[:32]}"
