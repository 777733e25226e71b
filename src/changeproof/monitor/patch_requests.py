"""A change is requested by itself where a known vulnerability is due and nothing is meant for it.

One for each package of a system, for whatever is due of it; the policy says for which severities,
and how long before. It names the system's owner, waits at the desk to be completed, authorized and
done like any other request, and is never opened twice: what is due of the package later joins it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from changeproof.events.event import Event, sha256_hex
from changeproof.events.requests import ChangeLinked, ChangeRequested
from changeproof.events.vulnerabilities import VulnerabilityLinked
from changeproof.ledger.numbers_given import next_change
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.requests import ChangeRequest, RequestClosure, RequestLink
from changeproof.ledger.service import Ledger, Submission
from changeproof.ledger.standing import first_deployed
from changeproof.ledger.store import Store
from changeproof.ledger.systems import SystemRecord
from changeproof.ledger.vulnerabilities import Vulnerability, VulnerabilityChange
from changeproof.ledger.vulnerabilities_read import (
    CHECK,
    StandingVulnerability,
    package_name,
    vulnerabilities_named,
)

SOURCE = "monitor"
_MOST = 200
"""Vulnerabilities that one look deals with; the next one goes on."""
_DUE = f"""
SELECT v.vulnerability
FROM vulnerability AS v
JOIN finding AS f ON f.subject = 'vulnerability:' || v.vulnerability AND f.check_id = '{CHECK}'
JOIN subject_judged AS s ON s.subject = f.subject
WHERE v.system IS NOT NULL
  AND (f.verdict = 'deviation' OR (f.verdict = 'pending' AND s.due_at <= ?))
  AND NOT EXISTS (SELECT 1 FROM vulnerability_change AS c
                  WHERE c.vulnerability = v.vulnerability)
  AND NOT EXISTS (SELECT 1 FROM vulnerability_same AS z WHERE z.vulnerability = v.vulnerability)
  AND NOT EXISTS (SELECT 1 FROM vulnerability_end AS e WHERE e.vulnerability = v.vulnerability
                  AND (e.outcome = 'fixed' OR e.account IS NOT NULL))
ORDER BY s.due_at, v.vulnerability
LIMIT {_MOST}
"""
Place = tuple[str, str]
"""A system and a package."""


@dataclass
class _Opening:
    """What is said, and the texts that it addresses."""

    moment: int
    events: list[Event]
    contents: list[bytes]

    def keep(self, text: str) -> str:
        body = text.encode()
        self.contents.append(body)
        return sha256_hex(body)


def request_patches(ledger: Ledger, moment: int) -> int:
    """Request a change for what is due; how many events. Nothing where policy names no severity."""
    policy = policy_at(ledger.store, moment)
    severities = policy.get("patch_change.severity", ())
    if not severities:
        return 0
    ahead = int(policy.get("patch_change.ahead", ("0",))[0])
    with ledger.database.transaction():
        ledger.log.lock()
        names = [str(row[0]) for row in ledger.database.execute(_DUE, (moment + ahead,))]
        due: dict[Place, list[StandingVulnerability]] = {}
        for each in vulnerabilities_named(ledger.store, moment, names):
            if each.severity in severities or each.known_exploited:
                place = (each.stated.system or "", package_name(each.stated.package or ""))
                due.setdefault(place, []).append(each)
        if not due:
            return 0
        opening = _Opening(moment, [], [])
        standing = _standing(ledger.store, moment)
        begins, _, number = next_change(ledger.store, _date(moment).year).rpartition("-")
        free = count(int(number))
        for place in sorted(due):
            change = standing.get(place)
            if change is None:
                change = f"{begins}-{next(free):04d}"
                _request(ledger.store, opening, change, place, due[place])
            opening.events += _tied(change, due[place], moment)
        ledger.record([Submission(opening.events, opening.contents, SOURCE)])
    return len(opening.events)


def joining(store: Store, patches: Sequence[VulnerabilityLinked]) -> Iterator[ChangeLinked]:
    """The work of these pull requests, joined to the request that was opened by itself for the
    same vulnerability, where that has none yet."""
    pulls = {each.vulnerability: each for each in reversed(patches)}
    rows = store.by(VulnerabilityChange, "vulnerability", pulls)
    ours = _ours(store, {row.change_name for row in rows})
    worked = {row.change_name for row in store.by(RequestLink, "change_name", ours)}
    for row in sorted(rows, key=lambda row: (row.change_name, row.vulnerability)):
        if row.change_name in ours and row.change_name not in worked:
            worked.add(row.change_name)
            patch = pulls[row.vulnerability]
            yield ChangeLinked(
                source=SOURCE,
                delivery=_delivery("joined", row.change_name, patch.change),
                occurred_at=patch.occurred_at,
                change=row.change_name,
                implementation=patch.change,
            )


def _ours(store: Store, names: set[str]) -> set[str]:
    """Those of these changes that were requested by itself."""
    rows = store.by(ChangeRequest, "change_name", names)
    return {row.change_name for row in rows if row.requested_by is None and not row.ticket_key}


def _standing(store: Store, moment: int) -> dict[Place, str]:
    """The requests that were opened by itself and are under way, by what they are for."""
    links = [row for row in store.all(VulnerabilityChange) if row.account is None]
    ours = _ours(store, {row.change_name for row in links})
    over = {row.change_name for row in store.by(RequestClosure, "change_name", ours)}
    over |= set(first_deployed(store, ours, moment)) if ours else set()
    held = {
        row.vulnerability: row
        for row in store.by(Vulnerability, "vulnerability", {row.vulnerability for row in links})
    }
    found: dict[Place, str] = {}
    for link in sorted(links, key=lambda row: row.change_name):
        stated = held.get(link.vulnerability)
        if link.change_name in ours - over and stated is not None:
            place = (stated.system or "", package_name(stated.package or ""))
            found[place] = link.change_name
    return found


def _request(
    store: Store,
    opening: _Opening,
    change: str,
    place: Place,
    due: Sequence[StandingVulnerability],
) -> None:
    system, package = place
    names = ", ".join(each.stated.advisory for each in due[:3])
    more = f" and {len(due) - 3} more" if len(due) > 3 else ""
    owners = {row.system.lower(): row.owner for row in store.by(SystemRecord, "system", [system])}
    owner = owners.get(system.lower())
    listed = "; ".join(f"{each.stated.advisory} ({each.severity}, {_by(each)})" for each in due)
    reason = [
        f"Nothing was meant to remove what is known of this package: {listed}.",
        f"The system's owner is {owner}." if owner else "The system has no owner on the register.",
        "Complete it: say what it affects, how it is tested and how it is taken back.",
    ]
    opening.events.append(
        ChangeRequested(
            source=SOURCE,
            delivery=_delivery("request", change, *(each.name for each in due)),
            occurred_at=opening.moment,
            change=change,
            system=system,
            kind="software",
            title=opening.keep(f"Patch {package or 'what is affected'}: {names}{more}"),
            reason=opening.keep(" ".join(reason)),
        )
    )


def _tied(
    change: str, due: Sequence[StandingVulnerability], moment: int
) -> Iterator[VulnerabilityLinked]:
    for each in due:
        yield VulnerabilityLinked(
            source=SOURCE,
            delivery=_delivery("patch", each.name, change),
            occurred_at=moment,
            vulnerability=each.name,
            change=change,
        )


def _by(each: StandingVulnerability) -> str:
    return "overdue" if each.due_at is None else f"due by {_date(each.due_at):%Y-%m-%d}"


def _date(moment: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=moment)


def _delivery(*parts: str) -> str:
    return f"{parts[0]}:{sha256_hex(' '.join(parts[1:]).encode())[:32]}"
