"""Who holds which role, in the terminal: by hand, by a group, taken back, gone."""

from collections.abc import Callable

import pytest
from click.testing import Result
from typer.testing import CliRunner

from changeproof.accounts.directory import keep_group, keep_user
from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, operator
from changeproof.accounts.permissions import roles_of
from changeproof.cli.main import app
from changeproof.ledger.service import ledger
from changeproof.workflow.controls import record_initial_controls

PIA, QUINN, NORA = (f"{name}@example.com" for name in ("pia", "quinn", "nora"))
Say = Callable[..., Result]


@pytest.fixture
def say(opened: str) -> Say:
    """A command, by whoever `by` names; two administrators and somebody else are there."""
    record_initial_controls(ledger())
    machine = operator().account
    for address in (PIA, QUINN):
        add_user(address, address[:4].title(), ["administrator"], by=machine)
    add_user(NORA, "Nora", by=machine)

    def run(words: str, *more: str, by: str = "") -> Result:
        named = ("--user", by) if by else ()
        return CliRunner().invoke(app, [*words.split(), *more, *named, "--data", opened])

    return run


def roles(address: str) -> set[str]:
    return set(roles_of(User.objects.get(email=address).account))


def flat(said: Result) -> str:
    return " ".join(said.output.split())


def test_a_role_that_decides_is_asked_for_and_confirmed(say: Say) -> None:
    refused = say(f"user grant {NORA} approver")
    assert refused.exit_code != 0
    assert "nobody's second person" in flat(refused)
    asked = say(f"user grant {NORA} approver", by=PIA).stdout.strip()
    assert roles(NORA) == {"requester"}
    assert asked in say("user waiting").stdout
    for other in (PIA, NORA, "operator"):
        assert say(f"user confirm {asked}", by=other).exit_code != 0
    assert "Nora holds the role from now on." in flat(say(f"user confirm {asked}", by=QUINN))
    assert roles(NORA) == {"requester", "approver"}
    added = say("user add ole@example.com --role administrator", by=PIA)
    assert "before a second administrator confirms it" in flat(added)
    assert roles("ole@example.com") == set()


def test_a_role_is_taken_back_and_somebody_leaves(say: Say) -> None:
    say(f"user grant {NORA} deployer", by=PIA)
    assert roles(NORA) == {"requester", "deployer"}
    assert "nobody gives themselves a role" in flat(say(f"user grant {PIA} deployer", by=PIA))
    assert "roles are a closed list" in flat(say(f"user grant {NORA} king", by=PIA))
    assert say(f"user revoke {NORA} deployer", by=NORA).exit_code != 0
    assert "no longer holds it" in flat(say(f"user revoke {NORA} deployer", by=PIA))
    assert "do not hold it so" in flat(say(f"user revoke {NORA} deployer", by=PIA))
    assert "it is your own account" in flat(say(f"user left {PIA}", by=PIA))
    assert say(f"user left {NORA}", by=PIA).exit_code == 0
    assert roles(NORA) == set()
    assert "no such user" in flat(say(f"user left {NORA}", by=PIA))


def test_a_group_gives_a_role_by_two_and_no_more_when_it_ends(say: Say) -> None:
    kept = keep_user({"userName": NORA, "active": True}, by=operator().account)
    keep_group("payments", [kept.pk])
    assert "No group's role was put forward" in flat(say("group-role list"))
    name = say("group-role propose payments approver --reason", "On call", by=PIA).stdout.strip()
    assert roles(NORA) == {"requester"}
    for other in (PIA, NORA, "operator"):
        assert say(f"group-role adopt {name}", by=other).exit_code != 0
    assert "waits" in say("group-role list").stdout
    assert "hold the role from now on" in flat(say(f"group-role adopt {name}", by=QUINN))
    assert roles(NORA) == {"requester", "approver"}
    assert "in force" in say("group-role list").stdout
    assert "a group of theirs gives it" in flat(say(f"user revoke {NORA} approver", by=PIA))
    assert "What it gave is taken back." in flat(say(f"group-role end {name}", by=PIA))
    assert roles(NORA) == {"requester"}
    wrong = say("group-role propose payments approver --provider oidc:nobody", by=PIA)
    assert wrong.exit_code != 0
    assert "nobody's whose groups are taken here" in flat(wrong)
