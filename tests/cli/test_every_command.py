"""What holds of every command, by a walk over all of them: `--json`, and one shape of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from changeproof.accounts.models import ApiToken
from changeproof.cli.addresses import remember_address
from changeproof.cli.main import app
from changeproof.ledger.service import ledger
from changeproof.workflow.controls import record_initial_controls
from tests.support.typed import typed


def leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that call it."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, each in command.commands.items():
        yield from leaves(each, (*path, name))


COMMANDS = dict(leaves(typer.main.get_command(app)))


def test_every_command_takes_json_and_says_what_it_does() -> None:
    assert len(COMMANDS) > 130
    for path, command in COMMANDS.items():
        flags = {spelling for each in command.params for spelling in getattr(each, "opts", ())}
        assert "--json" in flags, path
        assert command.help, path


ANSWERED = (
    "reindex",
    "user add eve@example.com --name Eve --role approver",
    "user link eve@example.com github:user/9",
    "user sign-out eve@example.com",
    "user list",
    "user grant eve@example.com deployer",
    "user waiting",
    "user grant eve@example.com change_manager --alone --reason Alone",
    "user refuse ROL-YEAR-0002 --reason Mistake",
    "user revoke eve@example.com deployer",
    "user left eve@example.com",
    "group-role propose engineers requester",
    "group-role list",
    "group-role end GRP-YEAR-0001 --reason Moved",
    "token create --scope read",
    "token list",
    "token revoke NUMBER",
    "log checkpoint",
    "log key",
    "log prove 0",
    "kinds",
    "kinds --counts",
    "connect alerts webhook https://93.184.215.14/hook --name ops",
    "alerts route all --channel ops --default",
    "alerts list",
    "alerts unroute all",
    "alerts disconnect ops",
    "policy schema",
    "controls write matrix.yaml",
    "completion fish",
    "break-glass list",
    "case list --severity high --owner nobody",
    "checks",
    "search lamp",
)


def test_an_answer_is_one_object_a_line(
    opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    record_initial_controls(ledger())
    for line in ANSWERED:
        words = line.replace("YEAR", str(datetime.now(UTC).year)).split()
        words = [_newest_token() if word == "NUMBER" else word for word in words]
        [path] = [path for path in COMMANDS if path == tuple(words[: len(path)])]
        takes = {each for one in COMMANDS[path].params for each in getattr(one, "opts", ())}
        place = ("--data", opened) if "--data" in takes else ()
        done = CliRunner().invoke(app, [*words, *place, "--json"])
        assert done.exit_code == 0, (line, done.output)
        for said in done.stdout.splitlines():
            assert isinstance(json.loads(said), dict), line


def test_a_first_visit_leads_to_where_the_server_listened(opened: str) -> None:
    remember_address(ledger(), "http://localhost:8124")
    words = ["user", "add", "ada@example.com", "--data", opened, "--json"]
    done = CliRunner().invoke(app, words)
    assert json.loads(done.stdout)["sign_in"].startswith("http://localhost:8124/sign-in/")


def test_what_came_of_an_act_names_people(opened: str) -> None:
    record_initial_controls(ledger())
    place = ("--data", opened)
    add = ("user", "add", "ben@example.com", "--name", "Ben", "--role", "approver")
    CliRunner().invoke(app, [*add, *place])
    declared = ("emergency", "--system", "shop", "--reason", "Down", "--incident", "INC-1")
    done = CliRunner().invoke(app, [*declared, *place])
    assert "It passes by Ben, who are told." in done.output.replace("\n", " ")


@pytest.mark.parametrize(
    "line",
    [
        "case take CHG-1 CHG-2",
        "waiver grant WVR-1 WVR-2",
        "waiver ask cc8_1/14_patches --for system:a --for system:b --ends 2020-01-01 --reason Late"
        " --compensation Shut",
    ],
)
def test_what_is_done_to_several_says_what_became_of_each(opened: str, line: str) -> None:
    record_initial_controls(ledger())
    done = CliRunner().invoke(app, [*line.split(), "--data", opened, "--json"])
    assert done.exit_code == 1, done.output  # it ran; each was refused by itself
    told = [json.loads(each) for each in done.stdout.splitlines()]
    assert [(each["entry"], bool(each["why"])) for each in told] == [(None, True)] * 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_taught_what_comes_next(tmp_path: Path, shell: str) -> None:
    script = typed(tmp_path, "completion", shell)
    assert script.returncode == 0
    assert f"complete_{shell}" in script.stdout
    asked = {
        "_CHANGEPROOF_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "changeproof log ch",
        "COMP_CWORD": "2",
        "_TYPER_COMPLETE_ARGS": "changeproof log ch",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    answered = typed(tmp_path, said=asked).stdout
    assert "checkpoint" in answered
    assert "export" not in answered


def _newest_token() -> str:
    """The number of the token that was made last; other tests of this process made some before."""
    return str(ApiToken.objects.latest("pk").pk)
