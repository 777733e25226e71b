"""Who may decide is asked at the desk in Python and judged afterwards in SQL: one answer."""

from changeproof.checks.loader import load_checks
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.ledger.joined import Change, Implementation, RevisionImplementation
from changeproof.ledger.pulls import PullHead
from changeproof.ledger.store import Store
from changeproof.workflow.board_asked import board_rule
from tests.checks.populations import BEGINNING
from tests.oracle.company import company
from tests.oracle.record import DAY, SECOND
from tests.oracle.world import World

_TRAITS = {
    "system": ("shop", "payments", "till", "Ledger", "unknown"),
    "kind": ("software", "infrastructure", "data", "configuration"),
    "area": ("code", "pipeline", "migrations"),
    "data_class": ("personal", "cards", "public"),
    "risk": ("low", "medium", "high", "critical"),
}


def test_the_desk_asks_the_board_about_what_the_checks_ask_it_about() -> None:
    engine, told = SqliteEngine(load_checks().only("cc8_1/02_authorization")), set[int | None]()
    for seed in range(4):
        world = company(seed, 60)
        _rules(world)
        _register(world)
        store, as_of = world.store(), BEGINNING + world.now * SECOND + 10 * DAY
        changes = {row.change_id: row for row in store.all(Change) if not _early(store, row)}
        engine.judge(store, list(changes), as_of)
        judged_at = {row[0]: row[2] for row in engine.table("judging_policy")}
        judged: dict[str, int] = dict(engine.table("board_asked"))
        for name, change in changes.items():
            asked = board_rule(store, change, judged_at[name] or as_of)
            assert asked == judged.get(name), f"company {seed}, {name}"
            told.add(asked)
    assert {None, 1, 2, 3} <= told


def _early(store: Store, change: Change) -> bool:
    """What is only proposed the desk looks at already, the checks once it is merged."""
    works = [
        row.implementation for row in store.by(Implementation, "change_id", [change.change_id])
    ]
    heads = {row.revision for row in store.by(PullHead, "pull", works)}
    return heads != {row.revision for row in store.by(RevisionImplementation, "revision", heads)}


def _rules(world: World) -> None:
    """Of each version of the policy: what the board decides on, and what rates a risk."""
    versions = {row.policy_version for row in world.rows if hasattr(row, "in_force_from")}
    for version in sorted(versions):
        for rule, count in (("board", 4), ("risk_rule", 3)):
            for number in range(1, count + 1):
                parts = world.random.sample(sorted(_TRAITS), world.pick(1, 2, 2))
                if rule == "risk_rule":
                    parts = [part for part in parts if part != "risk"]
                    _rule(world, version, rule, number, "risk", world.pick(*_TRAITS["risk"]))
                    if world.chance(0.5):
                        _rule(world, version, rule, number, "paths_over", world.pick("0", "9"))
                for part in parts:
                    for value in world.random.sample(_TRAITS[part], 2):
                        _rule(world, version, rule, number, part, value)


def _rule(world: World, version: int, rule: str, number: int, part: str, value: str) -> None:
    world.fact(
        "policy_rule", policy_version=version, rule=rule, number=number, part=part, value=value
    )


def _register(world: World) -> None:
    """Systems as they are described, one of them twice; assessments that name them."""
    for system in ("shop", "payments", "Ledger", "shop"):
        world.fact("system_record", system=system)
        event = world.rows[-1].event  # type: ignore[attr-defined]
        for value in world.random.sample(_TRAITS["data_class"], world.pick(0, 1, 2)):
            world.fact(
                "system_attribute", system=system, attribute="data_class", value=value, event=event
            )
    for row in list(world.rows):
        name, revision = getattr(row, "change_name", None), getattr(row, "revision", None)
        if name is not None and world.chance(0.2):
            items = ",".join(world.random.sample(("ledger", "shop", "elsewhere"), 2))
            world.fact("assessment", change_name=name, topic="systems", answer=world.pick(
                "addressed", "rejected"), items=items, account="ann")  # fmt: skip
        if revision is not None and world.chance(0.1):
            area, paths = world.pick(*_TRAITS["area"]), world.pick(1, 9, 10)
            world.fact("revision_touch", revision=revision, area=area, path_count=paths)
