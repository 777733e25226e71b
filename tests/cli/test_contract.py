"""The commands as typed: what scripts rely on, asked of the program itself."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.typed import typed

Run = Callable[..., "subprocess.CompletedProcess[str]"]
OPENED = json.dumps({"type": "IncidentOpened", "incident": "INC-1"})


def started(place: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run one command as a shell does, from an interpreter that begins with nothing loaded."""
    kept = {name: text for name, text in os.environ.items() if "CHANGEPROOF" not in name}
    return subprocess.run(
        [sys.executable, "-m", "changeproof", *words],
        cwd=place,
        env={**kept, "COLUMNS": "40"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("cli")
    for _ in range(2):  # twice is harmless
        made = typed(place, "init", "--data", "own")
        assert made.returncode == 0, made.stderr
    (place / "sound.json").write_text(OPENED)
    (place / "broken.json").write_text("{")
    return lambda *words: typed(place, *words, "--data", "own")


def lines(done: "subprocess.CompletedProcess[str]") -> list[dict[str, object]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_an_empty_instance_is_sound(tmp_path: Path) -> None:
    assert started(tmp_path, "init").returncode == 0
    done = started(tmp_path, "verify")
    assert done.returncode == 0
    assert done.stdout.startswith("Sound:")
    assert "Traceback" not in done.stderr


def test_a_word_that_is_no_command_is_two(tmp_path: Path) -> None:
    done = started(tmp_path, "fly")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no such command 'fly'" in done.stderr


def test_a_directory_without_an_instance_is_refused(tmp_path: Path) -> None:
    done = started(tmp_path, "changes", "--json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "changeproof init" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_token_is_alone_on_stdout(run: Run) -> None:
    done = run("token", "create")
    assert done.returncode == 0
    [token] = done.stdout.split()
    assert done.stdout == f"{token}\n"
    assert token not in done.stderr


def test_tokens_are_listed_without_their_secret_and_revoked(run: Run) -> None:
    token = run("token", "create", "--scope", "gate").stdout.strip()
    listed = run("token", "list", "--user", "operator").stdout.splitlines()
    assert token not in "".join(listed)
    number, beginning, account, scopes, *_ = listed[0].split()
    assert token.removeprefix("changeproof_").startswith(beginning.rstrip("…"))
    assert (account, scopes) == ("local:user/1", "gate")
    assert run("token", "revoke", number).returncode == 0
    assert len(run("token", "list").stdout.splitlines()) == len(listed) - 1
    assert run("token", "revoke", "999").returncode == 3
    assert run("user", "sign-out", "operator").stdout == "0 sessions ended.\n"


def test_an_issuers_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    (tmp_path / "own" / "issuers.yaml").write_text("version: 1\npeople: [{id: Company}]\n")
    assert_refused(typed(tmp_path, "verify", "--data", "own"), "issuers.yaml")


def test_an_outcome_for_each_file(run: Run) -> None:
    files = ["sound.json", "broken.json", "gone.json"]
    done = run("ingest", "events", *files, "--json")
    assert done.returncode == 1
    assert [(each["file"], each["outcome"]) for each in lines(done)] == [
        ("sound.json", "translated"),
        ("broken.json", "quarantined"),
        ("gone.json", "refused"),
    ]
    again = run("ingest", "events", "broken.json", "--json")
    assert again.returncode == 1
    assert lines(again)[0]["outcome"] == "quarantined"
    assert run("ingest", "fax", "sound.json").returncode == 2


WRONG_USAGE = (
    ("changes", "--as-of", "soon"),
    ("evaluate", "--engine", "oracle"),
    ("gate",),
    ("close", "CHG-1", "--outcome", "fine"),
    ("init", "--profile", "huge"),
    ("request", "x", "--system", "shop", "--reason", "y", "--kind", "magic"),
    ("request", "x", "--system", "shop", "--reason", "y", "--risk", "huge"),
    ("user", "add", "bob@example.com", "--role", "king"),
    ("token", "create", "--expires", "2020-01-01"),
    ("token", "create", "--expires", "someday"),
    ("token", "create", "--scope", "everything"),
    ("connect", "alerts", "pigeon", "roof"),
    ("ingest", "fax", "sound.json"),
    ("ingest", "events"),
    ("serve", "--port", "0"),
    ("fly",),
    ("changes", "--colour"),
)


@pytest.mark.parametrize("words", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_two_and_said_in_four_parts(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split()[0] for line in done.stderr.splitlines()[1:4]] == ["where", "why", "cure"]
    assert "Traceback" not in done.stderr


def test_a_policy_that_is_no_text_is_a_bad_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    file.write_bytes(b"\x89PNG\r\n\xff")
    checked = typed(tmp_path, "policy", "check", "policy.yaml", "--json")
    assert checked.returncode == 1
    assert "no text" in str(lines(checked)[0]["why"])
    assert typed(tmp_path, "policy", "show", "gone.yaml").returncode == 3


def test_what_is_not_there_is_said_in_four_parts(run: Run) -> None:
    for words in (("change", "nope"), ("check", "nope"), ("log", "prove", "9" * 30)):
        done = run(*words)
        assert done.returncode == 3, words
        assert "cure" in done.stderr
        assert "Traceback" not in done.stderr


def test_what_cannot_be_opened_is_said_in_four_parts(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert_refused(typed(tmp_path, "init", "--data", "file"), "file")
    assert_refused(typed(tmp_path, "restore", "gone.backup", "--data", "new"), "gone.backup")
    assert typed(tmp_path, "init").returncode == 0
    database = tmp_path / "var" / "own" / "changeproof.sqlite3"
    database.write_bytes(b"no database" * 1000)
    assert_refused(typed(tmp_path, "doctor"), "changeproof.sqlite3")
    database.unlink()  # a lost log is not begun anew behind its owner's back
    assert_refused(typed(tmp_path, "changes"), "changeproof.sqlite3")
    assert not database.exists()


def assert_refused(done: "subprocess.CompletedProcess[str]", where: str) -> None:
    assert done.returncode == 3
    assert where in done.stderr
    assert "cure" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_may_act_is_told_by_name(tmp_path: Path) -> None:
    typed(tmp_path, "init")
    typed(tmp_path, "user", "add", "ada@example.com", "--name", "Ada", "--role", "approver")
    asked = typed(tmp_path, "request", "Swap a lamp", "--system", "shop", "--reason", "dark")
    refused = typed(tmp_path, "approve", asked.stdout.strip(), "--reason", "seen")
    assert refused.returncode == 3
    assert "you requested it" in refused.stderr
    assert "Ada." in refused.stderr


def test_json_is_one_object_a_line(run: Run, tmp_path: Path) -> None:
    secret = lines(run("connect", "github", "--json"))[0]
    assert {"address", "secret", "steps"} == secret.keys()
    exported = run("log", "export", str(tmp_path / "log"), "--json")
    assert lines(exported)[0]["size"]
    assert (tmp_path / "log" / "checkpoint").exists()
    pack = tmp_path / "january.zip"
    period = ("--from", "2026-01-01", "--to", "2026-02-01")
    [told] = lines(run("audit", "pack", *period, "--output", str(pack), "--json"))
    assert told["file"] == str(pack)
    assert len(str(told["digest"])) == 64


def test_findings_name_no_engine(run: Run) -> None:
    done = run("request", "A title", "--system", "shop", "--reason", "It is needed", "--json")
    [told] = lines(done)
    assert str(told["change"]).startswith("CHG-")
    sqlite, duckdb = (run("evaluate", "--engine", each, "--as-of", "2030-01-01", "--json")
                      for each in ("sqlite", "duckdb"))  # fmt: skip
    assert sqlite.stdout == duckdb.stdout
    keys = {"subject", "check", "verdict", "basis", "reason", "evidence"}
    assert all(each.keys() == keys for each in lines(sqlite))
    [change] = lines(run("changes", "--json"))
    assert change["origin"] == "requested"


def test_a_request_says_all_that_the_form_says(run: Run, tmp_path: Path) -> None:
    words = ("request", "A title", "--system", "shop", "--reason", "It is needed", "--json")
    said = ("--impact", "Nobody notices", "--objective", "none", "--data-class", "orders")
    [told] = lines(run(*words, *said, "--setting", "production/limit=500=>800"))
    assert str(told["change"]).startswith("CHG-")
    plan = tmp_path / "plan.txt"
    plan.write_text("Staging first.")
    assert run("attach", str(told["change"]), str(plan)).returncode == 0
    part = run("split", str(told["change"]), "The half", "--reason", "Too large.")
    assert part.stdout.startswith("CHG-")
    assert run("cancel", str(told["change"]), "--reason", "Not needed.").returncode == 0
    assert run("reopen", str(told["change"]), "--reason", "Needed.").returncode == 0
    answered = run("assess", str(told["change"]), "--topic", "data", "--answer", "rejected")
    assert answered.returncode == 3
    assert "what speaks against the change" in answered.stderr
    odd = run(*words, "--setting", "limit to 800")
    assert odd.returncode == 2
    assert "ENVIRONMENT/ITEM=BEFORE=>AFTER" in odd.stderr
    barred = run(*words, "--template", "reboot")
    assert barred.returncode == 3
    assert "has no such standard change" in barred.stderr


def test_a_system_that_nobody_knows_is_said_with_names_that_are_near(run: Run) -> None:
    run("request", "A title", "--system", "warehouse", "--reason", "It is needed")
    for words in (
        ("changes", "--system", "warehuose"),
        ("changes", "--system", "Warehouse", "--json"),
    ):
        done = run(*words)
        assert (done.returncode, done.stdout) == (3, ""), words
        assert "no such system is known" in done.stderr
        assert "Did you mean warehouse?" in done.stderr
    assert run("changes", "--system", "warehouse").returncode == 0
    [told] = lines(run("gate", "--revision", "ab" * 20, "--system", "warehuose", "--json"))
    [reason] = told["reasons"]  # type: ignore[misc]
    assert told["answer"] == "deny"
    assert reason["reason"] == "nothing is known of a system 'warehuose'"  # type: ignore[index]
    assert reason["cure"] == "Did you mean warehouse?"  # type: ignore[index]


def test_a_sound_instance_says_so_as_one_object(run: Run) -> None:
    [told] = lines(run("verify", "--json"))
    checkpoint = run("log", "checkpoint").stdout
    counted = {key: told.pop(key) for key in ("tables", "rows")}
    assert all(int(str(count)) > 1 for count in counted.values())
    assert told == {
        "sound": True,
        "entries": int(checkpoint.splitlines()[1]),
        "checkpoint": checkpoint,
        "not_yet_judged": 0,
    }


def test_a_backup_is_replaced_only_when_somebody_says_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "monday"
    assert run("backup", str(file)).returncode == 0
    before = file.read_bytes()
    assert_refused(run("backup", str(file)), "monday")
    assert file.read_bytes() == before
    assert run("backup", str(file), "--overwrite").returncode == 0


def test_github_is_told_the_address_that_it_can_reach(run: Run) -> None:
    stated = run("connect", "github", "--address", "https://proof.example.com/", "--json")
    assert lines(stated)[0]["address"] == "https://proof.example.com/webhooks/github"
    assert run("connect", "github", "--address", "proof").returncode == 2
    assert "cannot reach" in run("connect", "github").stderr


def test_what_came_is_counted_by_kind(run: Run, tmp_path: Path) -> None:
    event = tmp_path / "incident.json"
    event.write_text(json.dumps({"type": "IncidentOpened", "incident": "INC-7", "delivery": "d7"}))
    before = {row["kind"]: row for row in lines(run("kinds", "--counts", "--json"))}
    assert run("ingest", "events", str(event)).returncode == 0
    after = {row["kind"]: row for row in lines(run("kinds", "--counts", "--json"))}
    assert after["events"]["translated"] == before["events"]["translated"] + 1
    assert "Quarantined" in run("kinds", "--counts").stdout


def test_any_system_is_told_where_to_deliver_and_what_to_click(run: Run) -> None:
    words = ("connect", "webhook", "gitlab", "--name", "emea", "--address", "https://c.example.com")
    [told] = lines(run(*words, "--json"))
    assert told["address"] == "https://c.example.com/webhooks/gitlab/emea"
    said = run(*words)
    assert told["secret"] in said.stdout
    assert told["steps"][0] in said.stderr
    assert run("connect", "webhook", "nothing").returncode == 2
    assert run("connect", "webhook", "gitlab", "--option", "colour=blue").returncode == 2


def test_a_folder_is_taken_in_and_what_was_refused_is_said(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    event = {"type": "IncidentOpened", "incident": "INC-9", "delivery": "d9"}
    (folder / "incident.json").write_text(json.dumps(event))
    [told] = lines(run("watch-folder", str(folder), "--once", "--json"))
    assert (told["kind"], told["outcome"], told["events"]) == ("events", "translated", 1)
    (folder / "notes.txt").write_text("Remember the milk.")
    refused = run("watch-folder", str(folder), "--once")
    assert refused.returncode == 1
    assert "notes.txt" in refused.stdout
    assert run("watch-folder", str(folder), "--once", "--kind", "fax").returncode == 2


def test_a_shallow_clone_is_said_to_be_one(run: Run, tmp_path: Path) -> None:
    def git(place: Path, *words: str) -> None:
        who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
        subprocess.run(["git", *who, *words], cwd=place, check=True, capture_output=True)

    whole, part = tmp_path / "whole", tmp_path / "part"
    whole.mkdir()
    git(whole, "init")
    for title in ("one", "two"):
        git(whole, "commit", "--allow-empty", "-m", title)
    git(tmp_path, "clone", "--depth=1", whole.as_uri(), "part")
    done = run("import", "git", str(part), "--system", "part", "--json")
    assert lines(done) == [{"commits": 1, "events": 3, "system": "part", "shallow": True}]
    assert "not verifiable" in done.stderr
    assert "fetch --unshallow" in done.stderr
    again = run("import", "git", str(whole), "--system", "whole")
    assert_refused(again, "--system whole")
