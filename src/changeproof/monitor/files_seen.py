"""Files of CI and deployment as configuration items: `repository/NAME/file/PATH`.

What another than the approved baseline says is explained where the change that carried it to the
branch was approved by others before it was seen there: then that approval is recorded as the
authorization of this content (`ItemAuthorized`), and check 12 tells the change. Where it was not,
the file has drifted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from changeproof.checks.approved_work import LastYes, approved_work
from changeproof.events.event import Event, sha256_hex
from changeproof.events.production_acts import ItemAuthorized
from changeproof.ledger.baselines import Baseline
from changeproof.ledger.configuration_files import ConfigurationFile, in_turn
from changeproof.ledger.items import item_name
from changeproof.ledger.joined import Implementation, RevisionImplementation
from changeproof.ledger.joins.systems import GIT_REPOSITORY, Systems, read_systems
from changeproof.ledger.production_acts import AuthorizedItem
from changeproof.ledger.service import Ledger, Submission
from changeproof.ledger.store import Store
from changeproof.sources.fingerprints import content_digest

SOURCE = "monitor"
GONE = {"present": False}
"""The content of a file that is no longer there."""
_STATE = "files explained at"


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
    said yet, for a record of what carried them may be on its way."""

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
    """Explain what was approved since it was seen to differ; how many events. No file is read
    where nothing came since the last look, or where no file has a baseline."""
    if ledger.state(_STATE) == str(ledger.log.size()) or not _any_baseline(ledger.store):
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
    carried = _carried(store, {each.row.revision for each in differing if each.row.revision})
    work = approved_work(store, {row.change_id for row in carried.values()}, moment)
    events, waiting = list[Event](), set[str]()
    for each in differing:
        by = carried.get(each.row.revision or "")
        if by is None:
            continue
        yes = work.approved.get(by.implementation)
        if by.implementation in work.settling:
            waiting.add(each.row.event)
        elif yes is not None and yes.at <= min(each.row.seen_at or moment, moment):
            events.append(_authorization(each, by.change_id, environment, yes))
    return Explained(tuple(events), frozenset(waiting))


def _any_baseline(store: Store) -> bool:
    asked = "SELECT 1 FROM baseline WHERE item LIKE ? LIMIT 1"
    return bool(store.database.execute(asked, ["%/file/%"]))


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


def _carried(store: Store, revisions: Collection[str]) -> dict[str, Implementation]:
    """By commit, the work that carried it, of the first of its changes by name."""
    owned = {
        row.revision: row.implementation
        for row in store.by(RevisionImplementation, "revision", revisions)
    }
    rows = store.by(Implementation, "implementation", set(owned.values()))
    first: dict[str, Implementation] = {}
    for row in sorted(rows, key=lambda row: row.change_id):
        first.setdefault(row.implementation, row)
    return {revision: first[work] for revision, work in owned.items() if work in first}


def _authorization(each: FileState, change: str, environment: str, yes: LastYes) -> ItemAuthorized:
    name = " ".join((each.name, each.digest, change))
    return ItemAuthorized(
        source=SOURCE,
        delivery=f"file:{sha256_hex(name.encode())[:32]}",
        occurred_at=yes.at,
        actor=yes.account,
        change=change,
        system=each.system,
        environment=environment,
        item=each.item,
        after_digest=each.digest,
    )
