"""Rows that are derived, never stated: changes, what implements them, where they were deployed."""

from dataclasses import dataclass

from changeproof.ledger.table import Row, table


@table(
    "deployment",
    key=("deployment",),
    layer="join",
    seen="deployed_at",
    indexes=(
        "lane, sequence_at, deployment",
        "revision",
        "previous_revision",
        "artifact",
        "account",
        "triggered_by",
        "system, deployed_at",
    ),
)
@dataclass(frozen=True, slots=True)
class Deployment(Row):
    """One successful deployment, and what it followed in its lane.

    A lane is where one deployment replaces another: a repository and environment, and a system
    where that is another than the repository's own (or a system alone).
    `revision` comes from the statement, else from the artifact's build: `trust` says by what
    (`ledger.built_trust`). `sequence_at` orders the lane (0 where no time is known).
    """

    deployment: str
    lane: str
    system: str
    environment: str
    repository: str | None
    revision: str | None
    artifact: str | None
    previous: str | None
    previous_revision: str | None
    rollback: int
    landing: int
    account: str | None
    triggered_by: str | None
    deployed_at: int | None
    sequence_at: int
    events: str
    trust: str = "stated"


@table("deployment_revision", key=("deployment", "revision"), layer="join", indexes=("revision",))
@dataclass(frozen=True, slots=True)
class DeploymentRevision(Row):
    """A revision that a deployment put in (1) or took out (-1)."""

    deployment: str
    revision: str
    direction: int


@table("version_claim", key=("deployment", "value"), layer="join", indexes=("value",))
@dataclass(frozen=True, slots=True)
class VersionClaim(Row):
    """A tag, or the beginning of a hash, that the version of a deployment may name."""

    deployment: str
    value: str


@table("migration_act", key=("act",), layer="join", indexes=("name", "deployment", "revision"))
@dataclass(frozen=True, slots=True)
class MigrationAct(Row):
    """A migration that a database's own table tells of; `deployment` is the one that ran it, out
    of the file in `revision`, or null where nothing shows that one did."""

    act: str
    name: str
    deployment: str | None
    revision: str | None


@table("deployment_gap", key=("deployment", "missing"), layer="join", indexes=("missing",))
@dataclass(frozen=True, slots=True)
class DeploymentGap(Row):
    """Where the walk back from a deployment met a revision that nobody told us of."""

    deployment: str
    missing: str


@table("revision_implementation", key=("revision",), layer="join", indexes=("implementation",))
@dataclass(frozen=True, slots=True)
class RevisionImplementation(Row):
    """The pull request or direct commit that a landed revision belongs to, and by which trust:
    `merge record`, `head`, `listed`, `branch push`, `landing`, `same push`, `proposed head`,
    `same patch`, `none`."""

    revision: str
    implementation: str
    trust: str


@table("begun_head", key=("pull", "begins"), layer="join", indexes=("revision",))
@dataclass(frozen=True, slots=True)
class BegunHead(Row):
    """The one commit of its repository on record whose hash begins as a review of a pull request,
    or its merge, tells of the head."""

    pull: str
    begins: str
    revision: str


@table("repeated_patch", key=("revision", "claim", "origin"), layer="join", indexes=("origin",))
@dataclass(frozen=True, slots=True)
class RepeatedPatch(Row):
    """A commit with the patch of an earlier one (`cherry_pick`), or with the patch that undoes an
    earlier one (`reverts`), whatever their messages say."""

    revision: str
    claim: str
    origin: str


@table(
    "implementation", key=("change_id", "implementation"), layer="join", indexes=("implementation",)
)
@dataclass(frozen=True, slots=True)
class Implementation(Row):
    """A pull request, commit or observed state that carries a change out."""

    change_id: str
    implementation: str
    kind: str


@table(
    "change", key=("change_id",), layer="join", seen="opened_at", indexes=("system", "repository")
)
@dataclass(frozen=True, slots=True)
class Change(Row):
    """Anything that alters production. `origin`: requested, reviewed, claimed or detected."""

    change_id: str
    origin: str
    kind: str
    risk: str | None
    system: str
    repository: str | None
    title: str | None
    requested_by: str | None
    opened_at: int | None
    events: str


@table("change_alias", key=("alias", "change_id"), layer="join", indexes=("change_id",))
@dataclass(frozen=True, slots=True)
class ChangeAlias(Row):
    """Another name under which a change is found now: state, not history."""

    alias: str
    change_id: str


@table(
    "shared_request",
    key=("change_id", "implementation", "other"),
    layer="join",
    seen="requested_at",
)
@dataclass(frozen=True, slots=True)
class SharedRequest(Row):
    """Another request that the same implementation carries, and who asked for it."""

    change_id: str
    implementation: str
    other: str
    requested_by: str | None
    requested_at: int | None
    events: str


@table(
    "unlogged_state", key=("implementation",), layer="join", seen="observed_at", indexes=("system",)
)
@dataclass(frozen=True, slots=True)
class UnloggedState(Row):
    """Something runs that no deployment on record put there."""

    implementation: str
    system: str
    environment: str
    item: str
    revision: str | None
    artifact: str | None
    observed_at: int | None
    events: str


@table(
    "finding", key=("subject", "check_id"), layer="result", indexes=("check_id, verdict, subject",)
)
@dataclass(frozen=True, slots=True)
class Finding(Row):
    """A check's current result on one subject; `evidence` is event ids, comma separated."""

    subject: str
    check_id: str
    verdict: str
    basis: str
    reason: str
    evidence: str


@table(
    "subject_judged",
    key=("subject",),
    layer="result",
    indexes=(
        "as_of",
        "due_at",
        "listed_at",
        "verdict, listed_at",
        "system, listed_at",
        "system, verdict, listed_at, deployed_at, verdicts",  # all that figures are counted from
    ),
)
@dataclass(frozen=True, slots=True)
class SubjectJudged(Row):
    """Where a subject stands (`ledger.standing`): what lists and figures are read from.

    `as_of` is when its findings were last computed, `due_at` when time alone may change them.
    For changes: the most urgent verdict, the first deployment, and the time that lists go by.
    `verdicts` has two letters a finding. `as_of_seal` is our mark on the moment, which no event
    states (`ledger.moment_seal`).
    """

    subject: str
    as_of: int
    due_at: int | None
    system: str
    origin: str | None
    verdict: str | None
    deployed_at: int | None
    listed_at: int
    verdicts: str
    as_of_seal: str
