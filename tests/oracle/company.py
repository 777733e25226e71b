"""Companies at work, by chance: every kind of act, in time, late, twice, and by the wrong hands."""

from random import Random

from changeproof.events.receipts import PolicyAdopted
from changeproof.ledger.receipts import policy_rows
from changeproof.policy.parameters import parameters, profile_policy
from tests.checks.populations import BEGINNING, event_id
from tests.oracle.others import (
    act_on_production,
    commit_known_to_git,
    direct_push,
    observed_state,
    unknown_artifact,
)
from tests.oracle.pull_work import pull_request
from tests.oracle.record import SECOND
from tests.oracle.world import (
    AGENT,
    BOT,
    FORGES,
    PEOPLE,
    SECOND_ACCOUNTS,
    SERVICE,
    SYSTEMS,
    World,
)


def company(seed: int, changes: int) -> World:
    """A company with so many changes, more or less."""
    random = Random(seed)
    world = World(random, mark=f"company {seed}")
    _policy(world)
    _people(world)
    for repository, name in FORGES.items():
        world.fact("repository", repository=repository, name=name, default_branch="main")
        if SYSTEMS[repository] != name:
            world.fact("system_mapping", repository=repository, system=SYSTEMS[repository])
        world.fact("source_coverage", repository=repository, forge="github", covered_from=0)
        world.tips[repository] = world.commit()
    for _ in range(changes):
        world.now += random.randint(1800, 9000)
        kind = random.random()
        if kind < 0.78:
            pull_request(world)
        elif kind < 0.85:
            direct_push(world)
        elif kind < 0.88:
            unknown_artifact(world)
        elif kind < 0.91:
            observed_state(world)
        elif kind < 0.94:
            act_on_production(world)
        else:
            commit_known_to_git(world)
    _around(world)
    return world


def _policy(world: World) -> None:
    times: list[int | None] = [None]
    if world.chance(0.3):
        times.append(BEGINNING + (world.now + world.random.randint(20_000, 150_000)) * SECOND)
    for number, at in enumerate(times, 1):
        policy = profile_policy(world.pick("standard", "standard", "standard", "small_team"))
        tests = {}
        if world.chance(0.3):
            tests["before"] = world.pick("approval", "merge", "deployment")
        if world.chance(0.3):
            tests["on"] = world.pick("same_content", "head", "deployed")
        changed = {"version": number, "tests": policy.tests.model_copy(update=tests)}
        if world.chance(0.3):
            changed["approve_before"] = world.pick("merge", "deployment")
        if world.chance(0.3):
            changed["authorize_before"] = world.pick("development", "merge", "deployment")
        if world.chance(0.15):
            changed["blocking_reviews_count"] = False
        if world.chance(0.2):
            changed["review_authorizes"] = world.pick((), ("low",), ("low", "medium", "high"))
        if world.chance(0.15):
            changed["unrated_risk"] = world.pick("low", "high")
        if world.chance(0.1):
            changed["emergency"] = None
        event = PolicyAdopted(
            source="policy",
            delivery=f"policy {number}",
            occurred_at=at,
            time_basis="stated" if at else "none",
            effective_at=at,
            policy_version=number,
            policy="0" * 64,
            parameters=parameters(policy.model_copy(update=changed)),
        )
        world.rows += list(policy_rows(event, event_id(f"{world.mark} policy {number}")))


def _people(world: World) -> None:
    world.fact("account_kind", account=BOT, kind="bot")
    world.fact("account_declaration", account=AGENT, kind="agent", run_by=world.pick(*PEOPLE))
    world.fact("account_declaration", account=SERVICE, kind="service")
    for person, other in SECOND_ACCOUNTS.items():
        when = world.pick(0, 0, world.at(world.now + world.random.randint(0, 200_000)))
        for account in (person, other):
            world.fact("account_person", account=account, person=f"P-{person}", joined_from=when)
    if world.chance(0.4):
        for person in world.random.sample(PEOPLE, 4):
            system = world.pick("", "", "shop", "payments")
            role = world.pick("approver", "approver", "change_manager")
            _role(world, person, role, system)
    if world.chance(0.25):
        for account in (*world.random.sample(PEOPLE, 3), BOT):
            _role(world, account, "deployer", world.pick("", "shop"))


def _role(world: World, account: str, role: str, system: str) -> None:
    given = world.pick(0, 0, world.at(world.now + world.random.randint(0, 200_000)))
    world.fact("role_grant", account=account, role=role, system=system, granted_at=given)
    if world.chance(0.3):
        taken = max(given, world.at(world.now)) + world.random.randint(1, 200_000) * SECOND
        world.fact("role_revocation", account=account, role=role, system=system, revoked_at=taken)


def _around(world: World) -> None:
    """Freezes, silences and what could not be read."""
    begin = 1_000_000

    def moment() -> int:
        return world.random.randint(begin, world.now)

    for number in range(world.random.randint(0, 2)):
        start = moment()
        world.fact(
            "time_window", time_window=f"w{number}", kind=world.pick("freeze", "freeze",
            "maintenance"),
            system=world.pick(None, "shop", "payments"), begins_at=world.at(start),
            ends_at=world.at(start + world.random.randint(600, 20_000)),
            stated_at=world.at(start + world.pick(-9000, -9000, 600)),
        )  # fmt: skip
    if world.chance(0.4):
        start = moment()
        scope = world.pick("github", "github:repo/1", "github:repo/2", "payments")
        world.fact("silence", scope=scope, silent_from=world.at(start), stated_at=world.at(start))
        if world.chance(0.8):
            row = world.rows[-1]
            world.fact(
                "recovery", scope=scope, silent_from=row.silent_from,  # type: ignore[attr-defined]
                silent_until=world.at(start + world.random.randint(600, 9000)),
                filled=world.pick(0, 0, 1),
            )  # fmt: skip
    if world.chance(0.3):
        at = world.at(moment())
        world.fact(
            "quarantined_delivery", kind=world.pick("github", "github", "junit"), delivery="q",
            repository=world.pick(None, "github:repo/1"), received_at=at, reason="unreadable",
        )  # fmt: skip
        if world.chance(0.3):
            kind = world.rows[-1].kind  # type: ignore[attr-defined]
            world.fact("replayed_delivery", kind=kind, delivery="q", event_count=1)
