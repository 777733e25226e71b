"""Files of CI and deployment as configuration items: `repository/NAME/file/PATH`.

What another than the approved baseline says is explained where the change that carried it to the
branch was approved by others before it was seen there: then that approval is recorded as the
authorization of this content (`ItemAuthorized`), and check 12 tells the change. Where it was not,
the file has drifted.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from changeproof.events.event import Event, sha256_hex
from changeproof.events.production_acts import ItemAuthorized
from changeproof.ledger.baselines import Baseline
from changeproof.ledger.configuration_files import ConfigurationFile, in_turn
from changeproof.ledger.decisions import Approval
from changeproof.ledger.items import item_name
from changeproof.ledger.joined import (
    ChangeAlias,
    Finding,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.joins.systems import GIT_REPOSITORY, Systems, read_systems
from changeproof.ledger.production_acts import AuthorizedItem
from changeproof.ledger.pulls import Review
from changeproof.ledger.service import Ledger, Submission
from changeproof.ledger.store import Store
from changeproof.sources.fingerprints import content_digest

SOURCE = "monitor"
GONE = {"present": False}
"""The content of a file that is no longer there."""
_APPROVED = "cc8_1/08_approval"
_STATE = "files explained at"
_SO_FAR = re.compile(r"([0-9]+) of ([0-9]+) independent approvals so far, by ")
_SETTLING = "Unexplained so far"
_LAST_AT = re.compile(r"independent approvals of .*, the last at ([0-9-]{10}T[0-9:]{8}Z)")
_ACCOUNT = re.compile(r"\{([^{}]+)\}")
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class FileState:
    """One state of one file; `name` is the item's full name, `digest` that of its content."""

    system: str
    item: str
    name: str
    digest: str
    row: ConfigurationFile


@dataclass(frozen=True, slots=True)
class Explained:
    """`events` explain contents by what was approved; `waiting` are states of which it cannot be
    said yet, for the change that carried them was not judged."""

    events: tuple[Event, ...]
    waiting: frozenset[str]


def file_states(store: Store, systems: Systems, environment: str) -> list[FileState]:
    """Each state of each file, in the order in which they were seen."""
    found = []
    for row in in_turn(store.all(ConfigurationFile)):
        system = systems.of(row.repository)
        known = row.repository.removeprefix(GIT_REPOSITORY)
        item = f"repository/{systems.names.get(row.repository, known)}/file/{row.path}"[:400]
        name = item_name(system, environment, item) or ""
        found.append(FileState(system, item, name, row.digest or content_digest(GONE), row))
    return found


def explain_files(ledger: Ledger, moment: int, environment: str) -> int:
    """Explain what was approved since it was seen to differ; how many events. Nothing is read
    where nothing came since the last look."""
    size = str(ledger.log.size())
    if ledger.state(_STATE) == size:
        return 0
    with ledger.database.transaction():
        ledger.log.lock()
        states = file_states(ledger.store, read_systems(ledger.store), environment)
        said = explained(ledger.store, states, environment, moment)
        if said.events:
            ledger.record([Submission(list(said.events), (), SOURCE)])
        if not said.waiting:
            ledger.set_state(_STATE, str(ledger.log.size()))
    return len(said.events)


def explained(
    store: Store, states: Sequence[FileState], environment: str, moment: int
) -> Explained:
    """What explains those of these states that differ from their baseline."""
    differing = _differing(store, states)
    if not differing:
        return Explained((), frozenset())
    changes = _changes(store, {each.row.revision for each in differing if each.row.revision})
    findings = {
        row.subject: row
        for row in store.by(Finding, "subject", set(changes.values()))
        if row.check_id == _APPROVED
    }
    unjudged = _unjudged(store, set(changes.values()))
    approvals = _approvals(store, set(changes.values()))
    events, waiting = list[Event](), set[str]()
    for each in differing:
        change = changes.get(each.row.revision or "")
        if change is None:
            continue
        finding = findings.get(change)
        if change in unjudged or finding is None or finding.reason.startswith(_SETTLING):
            waiting.add(each.row.event)
            continue
        by = _approved_by(finding, approvals.get(change, {}))
        if by is not None and by[0] <= min(each.row.seen_at or moment, moment):
            events.append(_authorization(each, change, environment, *by))
    return Explained(tuple(events), frozenset(waiting))


def _differing(store: Store, states: Sequence[FileState]) -> list[FileState]:
    """Those whose item has a baseline, though none of this content, and that nothing explains."""
    names = {each.name for each in states}
    approved: dict[str, set[str]] = {}
    for row in store.by(Baseline, "item", names):
        approved.setdefault(row.item, set()).add(row.digest)
    known = {
        (row.item, row.after_digest) for row in store.by(AuthorizedItem, "item", approved.keys())
    }
    return [
        each
        for each in states
        if each.name in approved
        and each.digest not in approved[each.name]
        and (each.name, each.digest) not in known
    ]


def _changes(store: Store, revisions: Collection[str]) -> dict[str, str]:
    """By commit, the change that carried it."""
    owned = {
        row.revision: row.implementation
        for row in store.by(RevisionImplementation, "revision", revisions)
    }
    rows = store.by(Implementation, "implementation", set(owned.values()))
    carried = {row.implementation: row.change_id for row in sorted(rows, key=_by_change)}
    return {revision: carried[work] for revision, work in owned.items() if work in carried}


def _by_change(row: Implementation) -> str:
    return row.change_id


def _unjudged(store: Store, changes: Collection[str]) -> set[str]:
    among, listed = store.among("subject", changes)
    rows = store.database.execute(f"SELECT subject FROM unjudged WHERE {among}", [listed])
    return {str(row[0]) for row in rows}


def _approvals(store: Store, changes: Collection[str]) -> dict[str, dict[str, int]]:
    """By change and account, when it last said yes."""
    works = {
        row.implementation: row.change_id for row in store.by(Implementation, "change_id", changes)
    }
    names = {row.alias: row.change_id for row in store.by(ChangeAlias, "change_id", changes)}
    names |= {change: change for change in changes}
    said = [
        (works[row.pull], row.account, row.submitted_at)
        for row in store.by(Review, "pull", works)
        if row.verdict == "approved"
    ]
    said += [
        (names[row.change_name], row.account, row.approved_at)
        for row in store.by(Approval, "change_name", names)
    ]
    found: dict[str, dict[str, int]] = {}
    for change, account, at in said:
        if account is not None and at is not None:
            held = found.setdefault(change, {})
            held[account] = max(at, held.get(account, at))
    return found


def _approved_by(finding: Finding, said: Mapping[str, int]) -> tuple[int, str] | None:
    """When and by whom a change was approved as policy asks, as point 08 found; None where it was
    not, or not by others directly."""
    if (found := _SO_FAR.search(finding.reason)) and finding.verdict == "pending":
        told = finding.reason[found.end() :]
        if int(found[1]) < int(found[2]):
            return None
    elif (finding.verdict, finding.basis) == ("met", "direct"):
        told = finding.reason
    else:
        return None
    named = list(dict.fromkeys(_ACCOUNT.findall(told)))
    times = [(said[account], account) for account in named if account in said]
    if times:
        return max(times)
    last = _LAST_AT.search(finding.reason)  # by the trailers of a commit
    return (_microseconds(last[1]), named[0]) if last and named else None


def _microseconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * _SECOND


def _authorization(
    each: FileState, change: str, environment: str, at: int, account: str
) -> ItemAuthorized:
    name = " ".join((each.name, each.digest, change))
    return ItemAuthorized(
        source=SOURCE,
        delivery=f"file:{sha256_hex(name.encode())[:32]}",
        occurred_at=at,
        actor=account,
        change=change,
        system=each.system,
        environment=environment,
        item=each.item,
        after_digest=each.digest,
    )
