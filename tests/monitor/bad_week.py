"""A bad week in ten steps: what an intruder and a hurried company do, as their systems tell of it.

Each step says which check finds it, about what, and how many seconds that may take at most from
the moment it was told, or fell due, until its case is open. The week begins on a Monday morning
with a protected branch, an approved baseline and one change that went the whole way.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from changeproof.events.baselines import BaselineApproved
from changeproof.events.deployments import StateObserved
from changeproof.events.receipts import SourceRecovered, SourceSilent
from changeproof.events.requests import ChangeAuthorized, EmergencyDeclared
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, Commit, Forge, at
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import Item
from tests.hard_cases.test_databases import ran
from tests.hard_cases.test_from_payloads import switched
from tests.hard_cases.test_runtime_payloads import FOREIGN, asked, call

CLUSTER = "k8s:cluster"
HOUR = 60.0
DAY = 24 * HOUR
SETTLING = 10
"""Seconds for which policy lets a deployment be unexplained."""
APPROVED, OTHER = "a" * 64, "b" * 64
ITEM = {"system": SHOP, "environment": "production", "item": "nginx.conf"}


@dataclass(frozen=True)
class Step:
    """What happens at `minute` of the week; `due` is when it is late, where time has to pass."""

    name: str
    minute: float
    told: Sequence[Item]
    subject: str
    check: str
    longest: int
    due: float | None = None


def bad_week() -> tuple[list[Item], list[Step]]:
    """What came before, and the ten steps in their order."""
    forge = Forge()
    before = ordinary(forge)
    return before, [
        silenced(),
        unprotected(forge),
        pushed_at_night(forge),
        deployed_by_hand(forge),
        done_at_the_console(),
        set_in_the_cluster(),
        corrected_by_hand(),
        drifted(),
        forced_by_an_administrator(forge),
        never_reviewed(forge),
    ]


def ordinary(forge: Forge) -> list[Item]:
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    baseline = say(BaselineApproved, 5, BEN, **ITEM, digest=APPROVED, proposed_by=ANNA.account)
    return [switched(forge, -3_000, True), *taken(forge), baseline]


def taken(forge: Forge) -> list[Item]:
    """What the forge sent since this was last asked."""
    sent, forge.items = forge.items, []
    return sent


def silenced() -> Step:
    told = say(
        SourceSilent,
        DAY,
        scope=CLUSTER,
        silent_from=at(DAY - 5),
        reason="the token was refused",
    )
    return Step(
        "A source is silenced first", DAY, [told], "organisation", "practices/tools_connected", 0
    )


def unprotected(forge: Forge) -> Step:
    minute = DAY + 17 * HOUR
    switch = switched(forge, (minute - 60) * 60, False)
    return Step(
        "Protection is switched off at two in the morning",
        minute,
        [switch],
        f"system:{SHOP}",
        "around/protection",
        0,
    )


def pushed_at_night(forge: Forge) -> Step:
    minute = DAY + 17 * HOUR + 3
    revision = forge.push(ANNA, minute, Commit("a back door", ANNA))
    return Step(
        "A stolen token pushes past every pull request",
        minute,
        taken(forge),
        f"git:{revision}",
        "signs/untracked_change",
        SETTLING,
    )


def deployed_by_hand(forge: Forge) -> Step:
    minute = DAY + 17 * HOUR + 9
    forge.deploy(forge.tip, minute, ANNA)
    return Step(
        "What was pushed is deployed by hand",
        minute,
        taken(forge),
        f"git:{forge.tip}",
        "signs/unauthorized_deployment",
        SETTLING,
    )


def set_in_the_cluster() -> Step:
    """Found when the cluster's trail is read again, in the morning."""
    acted, minute = DAY + 17 * HOUR + 20, DAY + 23 * HOUR
    mended = say(
        SourceRecovered,
        minute,
        scope=CLUSTER,
        silent_from=at(DAY - 5),
        silent_until=at(minute),
        filled=True,
    )
    container = {"name": "shop", "image": f"registry.example/shop@{FOREIGN}"}
    whole = {
        "kind": "Deployment",
        "metadata": {"name": "shop", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    return Step(
        "An image that nobody built is set in the cluster",
        minute,
        [mended, asked(acted, CLEO.login, "update", whole)],
        "act:k8s:",
        "signs/unauthorized_deployment",
        SETTLING,
    )


def done_at_the_console() -> Step:
    minute = DAY + 17 * HOUR + 30
    return Step(
        "A database is altered at the cloud's console",
        minute,
        [call(minute)],
        "act:aws:",
        "signs/unauthorized_deployment",
        SETTLING,
    )


def corrected_by_hand() -> Step:
    minute = 2 * DAY
    return Step(
        "Prices are corrected by a statement of one's own",
        minute,
        [ran("UPDATE price SET tax = 19", "psql", minute)],
        "act:postgresql:",
        "signs/unauthorized_deployment",
        SETTLING,
    )


def drifted() -> Step:
    minute = 3 * DAY
    return Step(
        "A server's configuration is no longer the approved one",
        minute,
        [say(StateObserved, minute, None, **ITEM, digest=OTHER)],
        f"item:{SHOP}/production/nginx.conf",
        "cc8_1/12_baseline",
        SETTLING,
    )


def forced_by_an_administrator(forge: Forge) -> Step:
    minute = 4 * DAY
    pull = forge.pull(2).open(minute)
    forge.check(pull.head, minute + 2, "failure")
    revision = pull.merge(DORA, minute + 5)
    forge.deploy(revision, minute + 10)
    return Step(
        "An administrator merges past a failed check and without a review",
        minute + 10,
        taken(forge),
        pull.id,
        "signs/unauthorized_deployment",
        SETTLING,
    )


def never_reviewed(forge: Forge) -> Step:
    minute = 5 * DAY
    pull = forge.pull(3).open(minute)
    revision = pull.merge(ANNA, minute + 5)
    forge.check(revision, minute + 6)
    forge.deploy(revision, minute + 10, ANNA)
    declared = say(
        EmergencyDeclared,
        minute + 8,
        ANNA,
        emergency="E-1",
        change=pull.id,
        system=SHOP,
        incident="INC-1",
        ends_at=at(minute + DAY),
    )
    authorized = say(ChangeAuthorized, minute + 8, CLEO, change=pull.id)
    return Step(
        "An emergency is never approved and reviewed",
        minute + 10,
        [*taken(forge), declared, authorized],
        pull.id,
        "cc8_1/13_emergency",
        1,
        due=minute + 10 + DAY,
    )
