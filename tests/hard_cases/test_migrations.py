"""Hard case 39: a migration that the pipeline ran, told by the database's own table of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, GITHUB, RECEIVED, Forge, Pull, clock
from tests.hard_cases.history import History
from tests.hard_cases.saying import SHOP
from tests.hard_cases.story import Clone, Item

FILE = "price/migrations/0042_tax.py"
SCRIPT = "sql/V42__tax.sql"


def django(name: str = "0042_tax", minute: float = 69.5) -> Delivery:
    return table({"app": "price", "name": name, "applied": clock(minute)})


def flyway(user: str = "migrator", minute: float = 69.5) -> Delivery:
    row = {"installed_rank": "42", "script": SCRIPT, "success": "true", "installed_by": user}
    return table({**row, "installed_on": clock(minute)})


def table(row: dict[str, str], **more: str) -> Delivery:
    options = (("system", SHOP), ("pipeline_users", "migrator"), *more.items())
    body = json.dumps([row]).encode()
    name = f"table-{len(body)}-{row.get('name', row.get('installed_by'))}"
    return Delivery("migrations", name, body, RECEIVED, options=options)


def story(place: Path, path: str = FILE) -> tuple[Pull, list[Item]]:
    """A pull request with a migration's file, approved, deployed from minute 69 to 70."""
    git = History(place)
    git.commit("root", {"a.py": "1"}, minute=-9_000)
    git.commit("head", {path: "2"}, "root", minute=8)
    git.commit("squash", {path: "2"}, "root", committer=GITHUB, minute=60)
    made = git.write("squash", tags={"w1": "root"})
    forge = Forge(tip=made["root"].revision)
    pull = forge.pull(1).open(10, made["head"])
    pull.review(BEN, 20)
    pull.merge(ANNA, 60, made["squash"])
    forge.check(made["squash"].revision, 65)
    forge.deploy(made["squash"].revision, 70)
    return pull, [*forge.items, Clone(git.place, production="tags:w*")]


@pytest.mark.parametrize(("path", "told"), [(FILE, django()), (f"db/{SCRIPT}", flyway())])
def test_what_a_deployment_ran_out_of_its_own_file_is_part_of_it(
    judged: Judge, tmp_path: Path, path: str, told: Delivery
) -> None:
    pull, items = story(tmp_path / "shop", path)
    found = judged([*items, told])
    assert not [change for change in found.changes if change.startswith("act:")]
    assert found.verdict(pull.id, "08") == "met", found[pull.id, "08"].reason
    assert "A deployment ran its migration " in found[pull.id, "09"].reason


@pytest.mark.parametrize(
    "told",
    [
        flyway(user="ines"),  # a person
        django(name="0043_other"),  # no such file
        flyway(minute=68),  # before the deployment began
        flyway(minute=71),  # after its end
    ],
)
def test_whatever_else_runs_is_a_change_of_its_own(
    judged: Judge, tmp_path: Path, told: Any
) -> None:
    path = FILE if told == django(name="0043_other") else f"db/{SCRIPT}"
    pull, items = story(tmp_path / "shop", path)
    found = judged([*items, told])
    (by_hand,) = [change for change in found.changes if change.startswith("act:")]
    assert found.changes[by_hand].origin == "detected"
    assert found.verdict(by_hand, "09") == "deviation"
    assert "ran its migration" not in found[pull.id, "09"].reason


def test_the_file_came_in_with_an_earlier_deployment(judged: Judge, tmp_path: Path) -> None:
    """It is run during a later one, which did not bring it: somebody held it back."""
    pull, items = story(tmp_path / "shop")
    found = judged([*items, django(minute=700)])
    assert len([change for change in found.changes if change.startswith("act:")]) == 1
    assert "ran its migration" not in found[pull.id, "09"].reason
