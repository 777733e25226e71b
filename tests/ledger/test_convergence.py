"""The law of the ledger: order, repetition and batching change nothing."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changeproof.events.baselines import BaselineApproved
from changeproof.events.deployments import DeploymentFinished, DeploymentRequested, StateObserved
from changeproof.events.entry import Entry, seal
from changeproof.events.event import Event
from changeproof.events.people import AccountDeclared
from changeproof.events.production_acts import ItemAuthorized, ProductionActed
from changeproof.events.pulls import (
    PullRequestDescribed,
    PullRequestMerged,
    PullRequestOpened,
    PullRequestRevised,
)
from changeproof.events.requests import ChangeLinked, ChangeRequested
from changeproof.events.revisions import (
    RepositoryObserved,
    RevisionListed,
    RevisionPushed,
    RevisionRecorded,
    RevisionTagged,
)
from changeproof.events.systems import SystemRegistered
from changeproof.events.testing import ArtifactBuilt
from changeproof.events.vulnerabilities import VulnerabilityFound
from changeproof.ledger.evidence import Evidence
from changeproof.ledger.schema import create_tables
from changeproof.ledger.table import TABLES
from changeproof.log.database import MemoryDatabase

FORGE = "github:repo/1"
PULLS = [f"{FORGE}/pull/{number}" for number in (1, 2, 3)]
REVISIONS = [f"{number:040x}" for number in range(1, 9)]
ARTIFACTS = [f"sha256:{'a' * 64}", "shop:1.4", f"shop:{REVISIONS[0]}"]
BRANCHES = ["main", "topic", "other"]
TICKETS = ["OPS-1", "OPS-2"]
DIGESTS = ["a" * 64, "b" * 64, "c" * 64]
REQUESTS = ["CHG-2026-0001", "jira:host/issue/1"]

# Few values, so that statements conflict: a merge that moves, a head restated, times that tie.
times = st.integers(1, 4)
revisions = st.sampled_from(REVISIONS)
maybe_revision = st.none() | revisions
pulls = st.sampled_from(PULLS)
deliveries = st.sampled_from(["d1", "d2", "d3"])


def _said(said: type[Event], /, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Event]:
    return st.builds(
        said, source=st.just("github"), delivery=deliveries, occurred_at=times, **fields
    )


@st.composite
def commits(draw: st.DrawFn) -> Event:
    """A commit whose parents are older by number, so that no cycle can stand."""
    number = draw(st.integers(0, len(REVISIONS) - 1))
    older = REVISIONS[:number]
    parents = tuple(
        draw(st.lists(st.sampled_from(older), max_size=2, unique=True)) if older else ()
    )
    complete = draw(st.booleans())
    lands = complete and draw(st.booleans())
    return RevisionRecorded(
        source="git",
        delivery=REVISIONS[number],
        occurred_at=number,
        revision=REVISIONS[number],
        repository="git:repo/app",
        complete=complete,
        parents=_parents_of(number, parents) if complete else (),
        patch=draw(st.none() | st.sampled_from(DIGESTS)),
        migrations=tuple(draw(st.lists(st.sampled_from(["app/1", "app/2"]), max_size=1))),
        inverse=draw(st.none() | st.sampled_from(DIGESTS)),
        author="git:a",
        claimed_pull=draw(st.sampled_from([None, "7"])),
        ticket_keys=tuple(draw(st.lists(st.sampled_from(TICKETS), max_size=1))),
        lands_in="production" if lands else None,
        system="app" if lands else None,
    )


_FIXED: dict[int, tuple[str, ...]] = {}


def _parents_of(number: int, parents: tuple[str, ...]) -> tuple[str, ...]:
    """A commit's parents are in its hash: every statement of it names the same ones."""
    return _FIXED.setdefault(number, parents)


@st.composite
def pushes(draw: st.DrawFn) -> Event:
    listed = sorted(draw(st.lists(revisions, max_size=3, unique=True)))
    return RevisionPushed(
        source="github",
        delivery=draw(deliveries),
        occurred_at=draw(times),
        actor="github:user/1",
        repository=FORGE,
        ref=f"refs/heads/{draw(st.sampled_from(BRANCHES))}",
        before=draw(st.none() | st.just(REVISIONS[0])),
        after=listed[-1] if listed else None,
        revisions=tuple(each for each in listed if each != REVISIONS[0]),
        forced=draw(st.booleans()),
    )


facts = st.one_of(
    commits(),
    pushes(),
    _said(
        RepositoryObserved,
        repository=st.just(FORGE),
        name=st.sampled_from(["acme/app", "acme/api"]),
        default_branch=st.sampled_from(["main", "other"]),
    ),
    _said(
        PullRequestOpened,
        pull=pulls,
        repository=st.just(FORGE),
        number=st.just(1),
        actor=st.sampled_from(["github:user/1", "github:user/2"]),
    ),
    _said(
        PullRequestDescribed,
        pull=pulls,
        repository=st.just(FORGE),
        head_ref=st.sampled_from(BRANCHES),
        ticket_keys=st.lists(st.sampled_from(TICKETS), max_size=1).map(tuple),
    ),
    _said(PullRequestRevised, pull=pulls, head=revisions),
    _said(
        PullRequestMerged,
        pull=pulls,
        repository=st.just(FORGE),
        head=maybe_revision,
        revision=maybe_revision,
    ),
    _said(
        DeploymentRequested,
        deployment=st.sampled_from(["dep/1", "dep/2", "dep/3"]),
        repository=st.just(FORGE),
        environment=st.sampled_from(["production", "Production", "test"]),
        revision=maybe_revision,
    ),
    _said(
        DeploymentFinished,
        deployment=st.sampled_from(["dep/1", "dep/2", "dep/3"]),
        outcome=st.sampled_from(["succeeded", "failed"]),
        repository=st.none() | st.just(FORGE),
        system=st.none() | st.just("app"),
        environment=st.sampled_from(["production", "test"]),
        revision=maybe_revision,
        artifact=st.none() | st.sampled_from(ARTIFACTS),
    ),
    _said(
        ArtifactBuilt,
        artifact=st.sampled_from(ARTIFACTS),
        revision=maybe_revision,
        attestation=st.sampled_from([None, "unverified", "verified"]),
        read_from=st.sampled_from([None, "label", "report"]),
    ),
    _said(
        StateObserved,
        system=st.sampled_from(["app", "acme/app"]),
        environment=st.just("production"),
        item=st.just("web"),
        artifact=st.sampled_from(ARTIFACTS),
    ),
    _said(
        StateObserved,
        system=st.just("app"),
        environment=st.just("production"),
        item=st.just("settings"),
        digest=st.sampled_from(DIGESTS),
    ),
    _said(
        BaselineApproved,
        system=st.just("app"),
        environment=st.just("production"),
        item=st.just("settings"),
        digest=st.sampled_from(DIGESTS),
    ),
    _said(
        ItemAuthorized,
        change=st.sampled_from(REQUESTS),
        system=st.just("app"),
        environment=st.just("production"),
        item=st.just("settings"),
        after_digest=st.sampled_from(DIGESTS),
    ),
    _said(
        ChangeRequested,
        change=st.sampled_from(REQUESTS),
        ticket_key=st.none() | st.sampled_from(TICKETS),
        system=st.none() | st.just("app"),
    ),
    _said(
        ChangeLinked,
        change=st.sampled_from(REQUESTS),
        implementation=pulls | revisions.map(lambda revision: f"git:{revision}"),
    ),
    _said(
        ProductionActed,
        act=st.sampled_from(["a1", "a2"]),
        system=st.just("app"),
        environment=st.sampled_from(["production", "Production"]),
        actor=st.sampled_from([None, "github:user/1", "database:user/1"]),
        kind=st.sampled_from(["infrastructure", "data", "software"]),
        item=st.none() | st.sampled_from(["settings", "migrations/app/1", "migrations/app/2"]),
        after_digest=st.none() | st.sampled_from(DIGESTS),
        change=st.none()
        | pulls
        | st.sampled_from([*REQUESTS, *TICKETS])
        | revisions.map(lambda revision: f"git:{revision}"),
        automatic=st.booleans(),
    ),
    _said(
        AccountDeclared,
        account=st.just("database:user/1"),
        kind=st.sampled_from(["agent", "service"]),
    ),
    _said(
        VulnerabilityFound,
        vulnerability=st.just("V-1"),
        advisory=st.just("CVE-1"),
        severity=st.sampled_from(["low", "high"]),
    ),
    _said(
        SystemRegistered,
        system=st.just("app"),
        data_classes=st.lists(st.sampled_from(["cards", "names"]), max_size=2).map(tuple),
        version_pattern=st.sampled_from([None, "shop:{version}", "shop:{revision}"]),
    ),
    _said(
        RevisionListed,
        repository=st.just(FORGE),
        ref=st.sampled_from(["refs/heads/main", "refs/heads/next"]),
        revision=revisions,
    ),
    _said(
        RevisionTagged,
        repository=st.sampled_from(["git:repo/app", FORGE]),
        tag=st.sampled_from(["1.4", "v1.4"]),
        revision=revisions,
    ),
)

histories = st.lists(facts, min_size=1, max_size=30)


def sealed(events: Sequence[Event]) -> list[Entry]:
    """Each event once, as the log would have it."""
    entries = [seal(event, received_at=1, collector="test") for event in events]
    return list({entry.id: entry for entry in entries}.values())


def tables(batches: Sequence[Sequence[Entry]]) -> dict[str, list[tuple[object, ...]]]:
    """Every evidence table after these batches."""
    database = MemoryDatabase()
    create_tables(database)
    evidence = Evidence(database)
    for batch in batches:
        evidence.take(batch)
    return {
        table.name: database.execute(f"SELECT * FROM {table.name} ORDER BY {', '.join(table.key)}")
        for table in TABLES.values()
    }


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.data())
def test_order_and_batching_change_nothing(history: list[Event], data: st.DataObject) -> None:
    entries = sealed(history)
    shuffled = data.draw(st.permutations(entries))
    size = data.draw(st.integers(1, max(1, len(entries))))
    batches = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]
    assert tables(batches) == tables([entries])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories)
def test_taking_everything_twice_changes_nothing(history: list[Event]) -> None:
    entries = sealed(history)
    assert tables([entries, entries]) == tables([entries])
