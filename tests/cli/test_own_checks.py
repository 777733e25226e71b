"""A company's own checks: begun, tried on their cases, judged with, and seen by `verify`."""

import json
import shutil
from pathlib import Path

import pytest

from changeproof.policy.shipped import profile_bytes
from tests.cli.test_contract import lines
from tests.support.typed import typed


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with one change; each test has a copy of its files."""
    place = tmp_path_factory.mktemp("begun")
    assert typed(place, "init").returncode == 0
    request = {"type": "ChangeRequested", "change": "CHG-1", "system": "shop", "kind": "software"}
    (place / "request.json").write_text(json.dumps({**request, "actor": "local:user/9"}))
    done = typed(place, "ingest", "events", "request.json")
    assert done.returncode == 0, done.stdout + done.stderr
    return place


@pytest.fixture
def place(begun: Path, tmp_path: Path) -> Path:
    return shutil.copytree(begun, tmp_path, dirs_exist_ok=True)


def test_what_is_begun_holds_its_cases_and_is_judged(place: Path) -> None:
    begun = typed(place, "check", "new", "titled")
    assert begun.returncode == 0, begun.stderr
    assert typed(place, "check", "test").returncode == 0
    assert typed(place, "check", "custom/titled", "--json").returncode == 0
    again = typed(place, "check", "new", "titled")
    assert (again.returncode, again.stdout) == (3, "")
    found = lines(typed(place, "evaluate", "--json"))
    assert [row["verdict"] for row in found if row["check"] == "custom/titled"] == ["deviation"]


def test_other_checks_queue_everything_and_verify_says_so(place: Path) -> None:
    before = lines(typed(place, "verify", "--json"))
    assert before[0]["not_yet_judged"] == 0
    assert typed(place, "check", "new", "titled").returncode == 0
    said = typed(place, "verify", "--json")
    assert (said.returncode, said.stdout) == (3, "")  # never "sound" while nothing was compared
    # The change, its system, the organisation; our own policy and roles.
    assert "5 subjects" in said.stderr
    typed(place, "ingest", "events", "request.json")
    after = lines(typed(place, "verify", "--json"))
    assert (after[0]["sound"], after[0]["not_yet_judged"]) == (True, 0)


def test_a_case_that_does_not_hold_is_told(place: Path) -> None:
    assert typed(place, "check", "new", "titled").returncode == 0
    cases = place / "var/own/checks/titled.cases.yaml"
    cases.write_text(cases.read_text().replace("{verdict: met}", "{verdict: pending}"))
    done = typed(place, "check", "test", "custom/titled", "--json")
    assert done.returncode == 1
    assert [bool(row["problems"]) for row in lines(done)] == [True, False]


@pytest.mark.parametrize(
    ("wrong", "line", "why"),
    [
        ("c.titel", 16, "titel"),
        ("NOW()", 16, "another answer each time"),
        ("RANDOM()", 16, "another answer each time"),
    ],
)
def test_a_check_outside_the_contract_stops_every_command(
    place: Path, wrong: str, line: int, why: str
) -> None:
    assert typed(place, "check", "new", "titled").returncode == 0
    file = place / "var/own/checks/titled.sql"
    file.write_text(file.read_text().replace("c.title IS NULL THEN", f"{wrong} IS NULL THEN", 1))
    done = typed(place, "changes")
    assert done.returncode == 3
    assert f"titled.sql, line {line}" in done.stderr
    assert why in done.stderr


def test_a_check_of_ones_own_stands_under_its_own_folder(place: Path) -> None:
    assert typed(place, "check", "new", "titled").returncode == 0
    file = place / "var/own/checks/titled.sql"
    file.write_text(file.read_text().replace("custom/titled", "cc8_1/99_titled"))
    done = typed(place, "checks")
    assert done.returncode == 3
    assert "custom/99_titled" in done.stderr


def announcing(check: str) -> str:
    announced = f"announced: [{{check: {check}, effective_from: 2099-01-01}}]"
    text = profile_bytes("standard").decode().replace("version: 1\n", "version: 2\n")
    return text.replace("announced: []", announced)


def test_matrix_and_policy_name_own_checks_and_no_misspelt_ones(place: Path) -> None:
    assert typed(place, "check", "new", "titled").returncode == 0
    assert typed(place, "controls", "write", "controls.yaml").returncode == 0
    matrix = place / "controls.yaml"
    matrix.write_text(matrix.read_text().replace("cc8_1/08_approval", "custom/titled", 1))
    for word in ("check", "diff"):
        done = typed(place, "controls", word, "controls.yaml")
        assert done.returncode == 0, done.stderr
    policy = place / "policy.yaml"
    propose = ("policy", "propose", "policy.yaml", "--in-force", "2099-01-01")
    policy.write_text(announcing("custom/titel"))
    for status, words in (
        (1, ("policy", "check", "policy.yaml")),
        (1, ("policy", "diff", "policy.yaml")),
        (3, propose),
    ):
        done = typed(place, *words)
        assert done.returncode == status
        assert 'Did you mean "custom/titled"?' in done.stderr
    policy.write_text(announcing("custom/titled"))
    assert typed(place, "policy", "check", "policy.yaml").returncode == 0
    assert typed(place, *propose).returncode == 0


@pytest.mark.parametrize("words", [["new", "../escape"], ["new"], ["script"], ["test", "a", "b"]])
def test_wrong_words_are_wrong_usage(place: Path, words: list[str]) -> None:
    done = typed(place, "check", *words)
    assert done.returncode == 2
    assert "changeproof check new two_reviews" in done.stderr
    assert not (place / "var/own/checks").exists()
