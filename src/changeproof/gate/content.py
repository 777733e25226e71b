"""What is asked about: an artifact or revision that is on record, and where it would go."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from changeproof.events.forges import repository_of_pull
from changeproof.gate.answer import Question
from changeproof.ledger.built_trust import CLAIMS, FAILED_PROVENANCE, VERIFIED_PROVENANCE, built_of
from changeproof.ledger.deployments import Artifact
from changeproof.ledger.joined import Deployment
from changeproof.ledger.joins.deployed import lane_of
from changeproof.ledger.joins.systems import read_systems
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.pulls import PullHead
from changeproof.ledger.revisions import RevisionParent, RevisionRepository
from changeproof.ledger.service import now
from changeproof.ledger.store import Store
from changeproof.ledger.systems_known import known_systems, names_to_choose

LONGEST_WALK = 5_000
_HEX = re.compile(r"[0-9a-f]{7,64}")
_WHOLE = (40, 64)
# Where revisions are told of: table and column.
_PLACES = (
    ("revision", "revision"),
    ("push_revision", "revision"),
    ("pull_head", "revision"),
    ("pull_merge", "revision"),
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """The content cannot be judged: why, and what would make it known."""

    why: str
    cure: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where it would go. `landings` are the commits that would land there one after another,
    where commits on the production branch stand for deployments."""

    repository: str | None
    system: str | None
    landings: tuple[tuple[str, str | None], ...] | None = None


def known_content(store: Store, question: Question) -> Question | Unknown:
    """The question with a whole revision, or why it cannot be judged."""
    system = question.system
    if system is not None and system not in (known := known_systems(store)):
        return Unknown(
            f"nothing is known of a system {system[:80]!r}", names_to_choose(system, known)
        )
    revision = None
    if question.revision is not None:
        found = _revision(store, question.revision.strip().lower())
        if isinstance(found, Unknown):
            return found
        revision = found
    if question.artifact is not None:
        built = _built_from(store, question.artifact, revision)
        if isinstance(built, Unknown):
            return built
        revision = built
    if revision is None:
        return Unknown("neither revision nor artifact was named", "Name one of them.")
    return replace(question, revision=revision)


def _built_from(store: Store, artifact: str, revision: str | None) -> str | Unknown:
    """Of what the artifact was built, by the statement that is trusted most; a policy may say that
    claims tell it nothing."""
    rows = store.by(Artifact, "artifact", [artifact])
    failed = next((row for row in rows if row.trust == FAILED_PROVENANCE), None)
    if failed is not None and not any(row.trust == VERIFIED_PROVENANCE for row in rows):
        return Unknown(
            f"a provenance of {artifact[:80]} bears a signature that does not hold"
            f" ({failed.attested or 'no reason was kept'})",
            "Find out who made it; deliver the provenance that the pinned builder signed.",
        )
    told = {row.revision for row in rows if row.revision and row.trust != FAILED_PROVENANCE}
    if not told:
        return Unknown(
            f"no build on record made the artifact {artifact[:80]}",
            "Let the build report it (CDEvents artifact.packaged, or an ArtifactBuilt event),"
            " then ask again.",
        )
    best, trust = built_of(artifact, rows)
    if trust in CLAIMS and policy_at(store, now()).get("claims_trusted") == ("refused",):
        return Unknown(
            f"which revision {artifact[:80]} holds is known by {trust} alone, and the policy in"
            " force takes no claim for it",
            "Pin the builder that signs it (docs/attestations.md) and deliver its provenance again,"
            " or let the build report it.",
        )
    if best is None and revision is None:
        return Unknown(
            f"the artifact was built from {len(told)} revisions", "Name the revision as well."
        )
    if revision is not None and revision not in ({best} if best else told):
        return Unknown(
            f"the artifact was built from {(best or min(told))[:12]}, not from {revision[:12]}",
            "Ask about the artifact that was built from this revision.",
        )
    return revision or str(best)


def _revision(store: Store, wanted: str) -> str | Unknown:
    if not _HEX.fullmatch(wanted):
        return Unknown(f"{wanted[:80]!r} is no revision", "Name a commit hash in full.")
    statements = " UNION ".join(
        f"SELECT {column} FROM {table} WHERE {column} >= ? AND {column} < ?"
        for table, column in _PLACES
    )
    rows = store.database.execute(statements, (wanted, f"{wanted}g") * len(_PLACES))
    found = {str(row[0]) for row in rows}
    if len(found) == 1:
        return found.pop()
    if found:
        return Unknown(f"{wanted} begins {len(found)} revisions", "Name the commit hash in full.")
    return Unknown(
        f"nobody told us of the revision {wanted[:12]}",
        "Connect its repository or import its history, then ask again.",
    )


def destination(store: Store, question: Question) -> Destination:
    """The lane in which this content would replace what runs there now."""
    revision = str(question.revision)
    environment = question.environment.lower()
    systems = read_systems(store)
    repositories = sorted(
        {row.repository for row in store.by(RevisionRepository, "revision", [revision])}
        | {row.repository for row in _built(store, question) if row.repository}
        | {repository_of_pull(row.pull) for row in store.by(PullHead, "revision", [revision])},
        key=lambda name: (name.startswith("git:repo/"), name),
    )
    if question.system is not None:
        mapped = [name for name in repositories if systems.of(name) == question.system]
        repositories = mapped or repositories
    places: list[str | None] = [*repositories, *([None] if question.system else [])]
    lanes = {
        lane_of(systems, place, question.system or systems.of(place), environment): place
        for place in places
    }
    deployed = {row.lane: row for row in _latest(store, lanes)}
    for lane, repository in lanes.items():
        latest = deployed.get(lane)
        if latest is not None:
            landings = _landings(store, latest, revision) if latest.landing else None
            return Destination(repository, question.system or latest.system, landings)
    first = repositories[0] if repositories else None
    return Destination(first, question.system or systems.of(first))


def _built(store: Store, question: Question) -> list[Artifact]:
    return store.by(Artifact, "artifact", [question.artifact]) if question.artifact else []


def _latest(store: Store, lanes: Iterable[str]) -> Iterator[Deployment]:
    """The last deployment of each lane; one that is no landing goes before all that are."""
    names = ", ".join(Deployment.table.column_names)
    for lane in lanes:
        for landing in (0, 1):
            found = store.database.execute(
                f"SELECT {names} FROM {Deployment.table.name} WHERE lane = ? AND landing = ?"
                " ORDER BY sequence_at DESC, deployment DESC LIMIT 1",
                (lane, landing),
            )
            if found:
                yield Deployment(*found[0])
                break


def _landings(
    store: Store, latest: Deployment, revision: str
) -> tuple[tuple[str, str | None], ...]:
    """The first-parent line from what landed already up to `revision`, oldest first."""
    line: list[tuple[str, str | None]] = []
    current: str | None = revision
    while current is not None and len(line) < LONGEST_WALK:
        landed = store.by(Deployment, "revision", [current])
        if any(row.lane == latest.lane for row in landed):
            break
        parents = store.by(RevisionParent, "revision", [current])
        first = next((row.parent for row in parents if row.position == 0), None)
        line.append((current, first))
        current = first
    return tuple(reversed(line))
