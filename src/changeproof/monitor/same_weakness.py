"""The same weakness told under several names is one: by advisory or alias, package and system.

Naming schemes differ (GHSA, CVE, the database of a language; a package URL, `name@version`, a bare
name). The one that was found first is judged, so that a second scanner gives nobody more time; the
changes that are meant to remove another name of it are meant for it, too.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby

from changeproof.events.acts import VulnerabilityRecognized
from changeproof.events.event import Event, sha256_hex
from changeproof.events.vulnerabilities import VulnerabilityLinked
from changeproof.ledger.service import Ledger
from changeproof.ledger.vulnerabilities import (
    Vulnerability,
    VulnerabilityChange,
    VulnerabilitySame,
)
from changeproof.ledger.vulnerabilities_read import package_name, source_names

SOURCE = "monitor"
# Of one name on one system, if several have it.
_SHARED = """
WITH named AS (
  SELECT v.vulnerability, UPPER(v.advisory) AS name, LOWER(v.system) AS system
  FROM vulnerability AS v WHERE v.system IS NOT NULL AND v.package IS NOT NULL
  UNION
  SELECT v.vulnerability, UPPER(a.alias), LOWER(v.system)
  FROM vulnerability AS v JOIN vulnerability_alias AS a ON a.vulnerability = v.vulnerability
  WHERE v.system IS NOT NULL AND v.package IS NOT NULL
),
shared AS (
  SELECT name, system FROM named GROUP BY name, system HAVING COUNT(*) > 1
)
SELECT n.system, n.name, n.vulnerability FROM named AS n
JOIN shared AS s ON s.name = n.name AND s.system = n.system
ORDER BY n.system, n.name, n.vulnerability
"""


def recognized(ledger: Ledger) -> Iterator[Event]:
    """What is another name of which, as far as that is not on record; and the changes that are
    tied to another name alone."""
    groups = _groups(ledger)
    names = {name for group in groups for name in group}
    known = {
        row.vulnerability: row.same_as
        for row in ledger.store.by(VulnerabilitySame, "vulnerability", names)
    }
    links: dict[str, dict[str, int | None]] = {}
    for row in ledger.store.by(VulnerabilityChange, "vulnerability", names):
        links.setdefault(row.vulnerability, {})[row.change_name] = row.linked_at
    for first, *others in groups:
        for other in others:
            if known.get(other) != first:
                yield VulnerabilityRecognized(
                    source=SOURCE,
                    delivery=_delivery("same", other, first),
                    occurred_at=None,
                    time_basis="none",
                    vulnerability=other,
                    same_as=first,
                )
            for change, linked_at in sorted(links.get(other, {}).items()):
                if change not in links.setdefault(first, {}):
                    links[first][change] = linked_at
                    yield VulnerabilityLinked(
                        source=SOURCE,
                        delivery=_delivery("patch", first, change),
                        occurred_at=linked_at,
                        vulnerability=first,
                        change=change,
                    )


def _groups(ledger: Ledger) -> list[list[str]]:
    """Those that are one, each group with the one that was found first at its head."""
    rows = [tuple(map(str, row)) for row in ledger.database.execute(_SHARED)]
    held = {
        row.vulnerability: row
        for row in ledger.store.by(Vulnerability, "vulnerability", {row[2] for row in rows})
    }
    # The first of whatever a name leads to; what shares another name with that one leads there.
    leads: dict[str, str] = {name: name for name in held}

    def first_of(name: str) -> str:
        while leads[name] != name:
            leads[name] = leads[leads[name]]
            name = leads[name]
        return name

    for _, alike in groupby(rows, key=lambda row: row[:2]):
        by_package: dict[str, str] = {}
        shared = list(alike)
        for _, _, name in shared:
            package = package_name(held[name].package or "")
            one, other = first_of(by_package.setdefault(package, name)), first_of(name)
            early, late = sorted((one, other), key=lambda each: _order(held[each]))
            leads[late] = early
        for one, other in _of_one_source({name: held[name] for _, _, name in shared}):
            early, late = sorted(
                (first_of(one), first_of(other)), key=lambda each: _order(held[each])
            )
            leads[late] = early
    found: dict[str, list[str]] = {}
    for name in sorted(held, key=lambda each: _order(held[each])):
        found.setdefault(first_of(name), []).append(name)
    return [group for group in found.values() if len(group) > 1]


def _of_one_source(alike: Mapping[str, Vulnerability]) -> Iterator[tuple[str, str]]:
    """Pairs of which one tells what its package was built of, and the other is that, or is the
    package by its plain name. Of several the one that was found first: two packages of one source
    stay apart, for one of them may be mended without the other."""
    telling = sorted((row for row in alike.values() if source_names(row.package or "")), key=_order)
    for row in sorted(alike.values(), key=_order):
        told = row.package or ""
        kind = told.partition("/")[0]
        package = package_name(told)
        if source_names(told):
            continue
        fitting = [
            each
            for each in telling
            if package in source_names(each.package or "")
            and (not kind.startswith("pkg:") or (each.package or "").startswith(f"{kind}/"))
        ]
        plain = [each for each in fitting if _plain(each) == package]
        if fitting:
            yield row.vulnerability, (plain or fitting)[0].vulnerability


def _plain(row: Vulnerability) -> str:
    return package_name(row.package or "").rpartition("/")[2]


def _order(row: Vulnerability) -> tuple[int, str]:
    """What was found first comes first; nobody knows when comes last."""
    return (row.found_at if row.found_at is not None else 2**62, row.vulnerability)


def _delivery(*parts: str) -> str:
    return f"{parts[0]}:{sha256_hex(' '.join(parts[1:]).encode())[:32]}"
