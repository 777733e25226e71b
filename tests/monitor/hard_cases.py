"""Hard cases 36 to 43, 47 and 49 to 52, each with the case that it becomes, or rightly none.

What is told comes as the systems send it wherever one sends it, else as the event that a desk or
register states. `at` is the minute at which the monitor looks; what it looks for stands beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from changeproof.events.acquisitions import SoftwareAcquired
from changeproof.events.assessments import ChangeAssessed
from changeproof.events.baselines import BaselineApproved
from changeproof.events.deployments import DeploymentFinished, StateObserved
from changeproof.events.event import Event
from changeproof.events.receipts import SourceRecovered, SourceSilent
from changeproof.events.requests import ChangeApproved, ChangeLinked, ChangeScheduled
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, PIPELINE, Forge, at, clock
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import Item
from tests.hard_cases.test_by_hand import PLANNED, REQUEST, RUN, acted, asked, authorized
from tests.hard_cases.test_content import flipped
from tests.hard_cases.test_databases import ran
from tests.hard_cases.test_emergencies import declared, looked, shipped
from tests.hard_cases.test_from_payloads import switched
from tests.hard_cases.test_runtime_payloads import (
    ACCOUNT,
    applied,
    approved,
    by_the_run,
    call,
    plan,
)

DAY = 60.0 * 24
SYSTEM = f"system:{SHOP}"
UNKNOWN = "sha256:" + "c" * 64
PLACE = {"system": SHOP, "environment": "production"}
UNAUTHORIZED = "signs/unauthorized_deployment"
CONFIGURATION = "cc8_1/06_configuration"
EMERGENCY = "cc8_1/13_emergency"
APPROVAL = "cc8_1/08_approval"
PROTECTION = "around/protection"
MISMATCH = "signs/configuration_mismatch"


@dataclass(frozen=True)
class Found:
    """The case: how its name goes on after `case:`, the check with which it begins, how many
    subjects it holds, and what its message calls the gravest."""

    name: str
    check: str
    severity: str = "critical"
    subjects: int = 1


@dataclass(frozen=True)
class Hard:
    """One hard case. `said` are verdicts by subject and check; no `found` is rightly no case.
    `then` is told after the first look, and `ended` says how the case ended by itself."""

    name: str
    told: Sequence[Item]
    at: float = 100
    said: Mapping[tuple[str, str], str] = field(default_factory=dict)
    found: Found | None = None
    then: Sequence[Item] = ()
    then_at: float = 0
    then_said: Mapping[tuple[str, str], str] = field(default_factory=dict)
    ended: str = ""


def hard_cases() -> list[Hard]:
    """All of them, in their order."""
    return [
        *by_hand(),
        *planned(),
        *in_databases(),
        *flags(),
        *built_elsewhere(),
        *unprotected(),
        *overridden(),
        *late(),
        *emergencies(),
        *blind(),
    ]


def by_hand() -> Iterator[Hard]:
    seen = say(StateObserved, 70, **PLACE, item="pod/web", artifact=UNKNOWN)
    change = f"observed:{SHOP}/production/{UNKNOWN}"
    baseline = say(
        BaselineApproved, 5, BEN, **PLACE, item="nginx.conf", digest="a" * 64,
        proposed_by=ANNA.account,
    )  # fmt: skip
    drift = say(StateObserved, 70, **PLACE, item="nginx.conf", digest="b" * 64)
    item = f"item:{SHOP}/production/nginx.conf"
    yield Hard(
        "36: something runs that nobody built",
        [seen],
        said={(change, UNAUTHORIZED): "raised", (change, "cc8_1/09_deployment"): "deviation"},
        found=Found(change, UNAUTHORIZED),
    )
    yield Hard(
        "36: a file is edited on a server",
        [baseline, drift],
        said={(item, "cc8_1/12_baseline"): "deviation"},
        found=Found(item, "cc8_1/12_baseline", "high"),
    )
    act = f"act:aws:{ACCOUNT}/call-70"
    yield Hard(
        "37: a person alters a database at the console",
        [call(70)],
        said={(act, UNAUTHORIZED): "raised"},
        found=Found(act, UNAUTHORIZED),
    )
    scaled = {"type": "AWSService", "invokedBy": "autoscaling.amazonaws.com"}
    yield Hard(
        "37: the provider scales by itself",
        [call(70, "RunInstances", eventSource="ec2.amazonaws.com", userIdentity=scaled)],
    )


def planned() -> Iterator[Hard]:
    run = "terraform:run/run-Abcdefgh12345678"
    yield Hard(
        "37: the pipeline's role touches what its plan does not name",
        [approved(plan("large")), by_the_run(60, "ledger")],
        said={(run, MISMATCH): "raised"},
        found=Found(run, CONFIGURATION, "high"),
    )
    yield Hard(
        "38: another plan is applied than was approved",
        [approved(plan("large")), applied(plan("huge"))],
        said={(run, MISMATCH): "raised"},
        found=Found(run, CONFIGURATION, "high"),
    )


def in_databases() -> Iterator[Hard]:
    for name, statement in (
        ("39: a migration is run by hand", "ALTER TABLE price ADD COLUMN tax numeric"),
        ("39: data are corrected by hand", "UPDATE price SET tax = 19"),
    ):
        yield Hard(name, [ran(statement, "psql", 70)], found=Found("act:postgresql:", UNAUTHORIZED))
    script = authorized(executed_digest=RUN, most_rows=10)
    for name, executed, rows in (
        ("39: the approved script is run by hand", RUN, 10),
        ("39: the approved script alters more than was approved", RUN, 11),
        ("39: another script is run than was approved", PLANNED, 10),
    ):
        good = (executed, rows) == (RUN, 10)
        yield Hard(
            name,
            [*asked(), script, acted(change=REQUEST, executed_digest=executed, row_count=rows)],
            said={
                (REQUEST, CONFIGURATION): "met" if good else "deviation",
                (REQUEST, MISMATCH): "clear" if good else "raised",
            },
            found=None if good else Found(REQUEST, CONFIGURATION, "high"),
        )


def flags() -> Iterator[Hard]:
    act = "act:launchdarkly:acme/audit/entry-1"
    yield Hard(
        "40: a flag is flipped in production",
        [flipped("production", 70)],
        said={(act, CONFIGURATION): "deviation", (act, UNAUTHORIZED): "raised"},
        found=Found(act, UNAUTHORIZED),
    )
    yield Hard("40: a flag is flipped in staging", [flipped("staging", 70)])


def built_elsewhere() -> Iterator[Hard]:
    digest = "sha256:" + "d" * 64
    rollout = say(
        DeploymentFinished, 70, PIPELINE, deployment="rollout/1", outcome="succeeded", **PLACE,
        artifact=digest,
    )  # fmt: skip
    yield Hard(
        "41: an artifact that nobody knows is deployed",
        [rollout],
        said={
            ("rollout/1", "cc8_1/05_tracking"): "deviation",
            ("rollout/1", "cc8_1/09_deployment"): "deviation",
        },
        found=Found("rollout/1", UNAUTHORIZED),
    )
    bought = say(
        SoftwareAcquired, 10, DORA, change=REQUEST, vendor="Acme", product="cache", digest=digest,
        pinned_digest=digest, origin="signature",
    )  # fmt: skip
    yield Hard(
        "41: bought, pinned, approved and tried",
        [
            *asked(),
            say(ChangeApproved, 31, CLEO, change=REQUEST, artifact=digest),
            say(ChangeLinked, 32, DORA, change=REQUEST, implementation="rollout/1"),
            say(ChangeAssessed, 12, CLEO, change=REQUEST, topic="vendor", answer="addressed"),
            bought,
            rollout,
        ],
        said={(REQUEST, "cc8_1/09_deployment"): "met"},
    )


def unprotected() -> Iterator[Hard]:
    """Off for forty seconds; one merge inside is a deviation of the interval alone if others had
    approved and tested it, and part of the interval's case if nobody had."""
    for reviewed in (True, False):
        forge = Forge()
        pull = forge.pull(1).open(10)
        if reviewed:
            pull.review(BEN, 20)
        revision = pull.merge(ANNA, 60.5)
        forge.check(revision, 65)
        forge.deploy(revision, 70)
        switches = [switched(forge, s, on) for s, on in ((-3_000, True), (10, False), (50, True))]
        yield Hard(
            f"42: 40 s without protection, a merge inside, {'' if reviewed else 'un'}reviewed",
            [*forge.items, *switches],
            said={
                (SYSTEM, PROTECTION): "deviation",
                (pull.id, APPROVAL): "met" if reviewed else "deviation",
            },
            found=Found("protection/", PROTECTION, "high", 1 if reviewed else 2),
        )

    forge = Forge()
    rule = {"name": "main", "created_at": clock(-50), "updated_at": clock(-50)}
    forge.send("branch_protection_rule", DORA, action="created", rule=rule)
    switches = [switched(forge, s, on) for s, on in ((10, False), (50, True))]
    yield Hard(
        "42: protection off before the first change",
        [*forge.items, *switches],
        said={(SYSTEM, PROTECTION): "deviation"},
        found=Found("protection/", PROTECTION, "high"),
    )


def overridden() -> Iterator[Hard]:
    """By an administrator, with and without an emergency that nobody approves or reviews."""
    for emergency in (False, True):
        forge = Forge()
        pull = forge.pull(1).open(10)
        forge.check(pull.head, 15, "failure")
        revision = pull.merge(DORA, 60)
        forge.deploy(revision, 70, DORA)
        missed = EMERGENCY if emergency else APPROVAL
        yield Hard(
            f"43: an administrator overrides a failed check{', in an emergency' * emergency}",
            [*forge.items, *(declared(pull, 65) if emergency else [])],
            at=30 * DAY if emergency else 100,
            said={(pull.id, missed): "deviation"},
            found=Found(pull.id, EMERGENCY, "high") if emergency else Found(pull.id, UNAUTHORIZED),
        )


def late() -> Iterator[Hard]:
    for moved in (False, True):
        forge = Forge()
        pull = forge.pull(1).open(10)
        told: list[Event] = [
            say(ChangeScheduled, 20, DORA, change=pull.id, begins_at=at(80), ends_at=at(90))
        ]
        if moved:
            later = {"begins_at": at(DAY), "ends_at": at(2 * DAY)}
            told.append(say(ChangeScheduled, 89, DORA, change=pull.id, **later))
        yield Hard(
            f"47: planned and not deployed{', moved in time' if moved else ''}",
            [*forge.items, *told],
            said={(pull.id, "signs/overdue_change"): "clear" if moved else "raised"},
        )


def emergencies() -> Iterator[Hard]:
    for minute in (130, 131):
        forge = Forge()
        pull = shipped(forge, 200)
        in_time = minute == 130
        yield Hard(
            f"49: declared {minute - 70} minutes after it was deployed",
            [*forge.items, *declared(pull, minute), looked(pull, 300)],
            at=400,
            said={(pull.id, EMERGENCY): "met" if in_time else "deviation"},
            found=None if in_time else Found(pull.id, UNAUTHORIZED),
        )
    forge = Forge()
    pull = shipped(forge, 2 * DAY)
    yield Hard(
        "50: approved late and never reviewed",
        [*forge.items, *declared(pull, 65)],
        at=10 * DAY,
        said={(pull.id, EMERGENCY): "deviation"},
        found=Found(pull.id, EMERGENCY, "high"),
    )


def blind() -> Iterator[Hard]:
    forge = Forge()
    pull = forge.pull(1).open(10)
    before = len(forge.items)
    pull.review(BEN, 20)
    approval = forge.items.pop(before)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    silent = say(SourceSilent, 15, None, scope="github", silent_from=at(15), reason="down")
    ends = {"scope": "github", "silent_from": at(15), "silent_until": at(2 * DAY)}
    approved_by_others = (pull.id, APPROVAL)
    for read in (True, False):
        recovered = say(SourceRecovered, 2 * DAY, None, **ends, filled=read)
        yield Hard(
            f"51: the forge was down, and what that hid was {'' if read else 'never '}read",
            [*forge.items, silent],
            said={approved_by_others: "not_verifiable"},
            found=Found("silence/", "practices/tools_connected", "high"),
            then=[*([approval] if read else []), recovered],
            then_at=3 * DAY,
            then_said={approved_by_others: "met" if read else "not_verifiable"},
            ended="read_since" if read else "",
        )
    forge = Forge()
    pull = shipped(forge, 20)
    yield Hard(
        "52: the plan tells nothing of protection",
        forge.items,
        said={
            (SYSTEM, PROTECTION): "not_verifiable",
            (pull.id, APPROVAL): "met",
        },
    )
