"""The advisory board by commands: called, voted on, concluded, and its minutes."""

import json

import pytest
from typer.testing import CliRunner

from changeproof.cli.main import app
from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.instance import Instance
from tests.web.conftest import company as company
from tests.web.test_board import board as board


@pytest.fixture
def run(instance: Instance):
    instance.database_file.touch()
    runner = CliRunner()

    def run(user, *words):
        by = ("--user", user) if user else ()
        return runner.invoke(app, ["board", *words, *by, "--data", str(instance.directory)])

    yield run
    instance.database_file.unlink()


def test_a_meeting_from_its_call_to_its_minutes(run, board):
    company, change = board
    chair, member = company.user("change_manager").account, company.user("approver").account
    asker = company.user("requester").account
    refused = run(asker, "call", change, "--ends", "2030-01-01")
    assert (refused.exit_code, refused.stdout) == (3, "")
    late = run(chair, "call", change, "--ends", "2020-01-01")
    assert late.exit_code == 3
    ends = _in_an_hour()
    called = run(chair, "call", change, "--ends", ends, "--json")
    assert called.exit_code == 0, called.output
    meeting = next(word for word in called.stdout.split('"') if word.startswith("CAB-"))
    assert run(member, "vote", meeting, change, "perhaps").exit_code == 2
    silent = run(member, "vote", meeting, change, "against")
    assert "reason" in silent.stderr
    assert run(member, "vote", meeting, change, "for").exit_code == 0
    early = run(member, "conclude", meeting)
    assert early.exit_code == 3
    assert run(chair, "vote", meeting, change, "for").exit_code == 0
    assert run(chair, "conclude", meeting).exit_code == 0
    [given] = company.forge.ledger.store.all(ChangeAuthorization)
    assert (given.meeting, given.change_name) == (meeting, change)
    minutes = run(None, "minutes", meeting)
    assert f"1. {change}: New <gateway>" in minutes.stdout
    assert json.loads(run(None, "minutes", meeting, "--json").stdout) == {
        "meeting": meeting,
        "minutes": minutes.stdout,
    }
    assert run(None, "minutes", "CAB-1999-0001").exit_code == 3


def _in_an_hour() -> str:
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()
