"""A change is requested by itself for a vulnerability that is due; its pull request joins."""

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.events.requests import ChangeAuthorized
from changeproof.events.systems import SystemRegistered
from changeproof.events.vulnerabilities import VulnerabilityFound
from changeproof.ledger.joined import Change, Finding, Implementation
from changeproof.ledger.requests import ChangeRequest
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.ledger.vulnerabilities import VulnerabilityChange
from changeproof.monitor.judging import judge_waiting
from changeproof.monitor.patch_requests import request_patches
from changeproof.monitor.remedies import tie_remedies
from changeproof.workflow.assessing import Answer, AssessChange, assess
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.requesting import ScheduleChange, Window, schedule
from changeproof.workflow.rulings import MayNot
from tests.hard_cases.story import POLICY, POLICY_TEXT
from tests.monitor.test_remedies import find, update
from tests.support.pull_requests import SYSTEM, Forge

DAY = 86_400_000_000


@pytest.fixture
def forge(instance: object) -> Forge:
    ledger().record_events([POLICY], [POLICY_TEXT], collector="test")
    return Forge(ledger())


def look(held: Ledger, moment: int) -> int:
    judge_waiting(held, as_of=lambda: moment)
    told = request_patches(held, moment)
    judge_waiting(held, as_of=lambda: moment)
    return told


def test_a_change_is_requested_once_when_it_is_due_and_its_pull_request_joins(
    forge: Forge,
) -> None:
    held = forge.ledger
    forge.say(SystemRegistered, system=SYSTEM, owner="local:user/7")
    find(forge)
    find(forge, "again", advisory="GHSA-2", aliases=(), severity="critical")
    find(forge, "mild", advisory="GHSA-3", aliases=(), package="pkg:npm/other", severity="low")
    found = forge.clock
    assert look(held, found + DAY) == 0, "policy: ten days before it is due"
    assert look(held, found + 5 * DAY) == 2, "the critical one has 14 days"
    [asked] = held.store.all(ChangeRequest)
    assert (asked.requested_by, asked.system) == (None, SYSTEM)
    assert held.text(asked.title) == "Patch npm/@acme/left-pad: GHSA-2".replace("npm/", "")
    reason = held.text(asked.reason) or ""
    assert "GHSA-2 (critical, due by 20" in reason
    assert "owner is local:user/7" in reason
    assert look(held, found + 21 * DAY) == 1, "the high one joins what is under way"
    assert look(held, found + 300 * DAY) == 0, "and policy asks for none of the low one"
    tied = {row.vulnerability: row.change_name for row in held.store.all(VulnerabilityChange)}
    assert tied == {"flaw": asked.change_name, "again": asked.change_name}
    branch = "dependabot/npm_and_yarn/acme/left-pad"
    pull = update(forge, 4, "Bump @acme/left-pad from 1.2.0 to 1.3.1", branch)
    assert tie_remedies(held) == 3
    [work] = held.store.by(Implementation, "implementation", [pull])
    assert work.change_id == asked.change_name
    assert [row.change_id for row in held.store.all(Change)] == [asked.change_name]
    assert tie_remedies(held) == 0
    assert look(held, found + 301 * DAY) == 0


def test_what_somebody_already_mends_is_not_asked_for(forge: Forge) -> None:
    find(forge)
    forge.say(VulnerabilityFound, vulnerability="nowhere", advisory="GHSA-9", severity="critical")
    branch = "dependabot/npm_and_yarn/acme/left-pad"
    update(forge, 4, "Bump @acme/left-pad from 1.2.0 to 1.3.1", branch)
    assert tie_remedies(forge.ledger) == 1
    assert look(forge.ledger, forge.clock + 300 * DAY) == 0
    assert forge.ledger.store.all(ChangeRequest) == []


def test_whoever_completes_what_nobody_asked_for_counts_as_its_requester(forge: Forge) -> None:
    """Else the only person who ever looked at it authorizes it as well."""
    held, by = forge.ledger, operator().account
    roles = ("change_manager", "approver")
    max_, ada = (
        add_user(f"{name}@example.com", name, roles, by=by).account for name in ("max", "ada")
    )
    find(forge)
    assert look(held, forge.clock + 300 * DAY) == 2
    [asked] = held.store.all(ChangeRequest)
    assert [row.requested_by for row in held.store.all(Change)] == [None]
    answer = Answer("objectives", "addressed", ("Orders reach us",))
    assess(held, max_, AssessChange(asked.change_name, (answer,)))
    assert [row.requested_by for row in held.store.all(Change)] == [max_]
    schedule(held, ada, ScheduleChange(asked.change_name, Window(now() + DAY, now() + 2 * DAY)))
    for who in (max_, ada):
        with pytest.raises(MayNot, match="completed it, for which nobody else asked"):
            authorize(held, who, AuthorizeChange(asked.change_name))
    # Nor behind the desk's back: by the views it is the requester's own.
    forge.say(ChangeAuthorized, max_, change=asked.change_name)
    assert "Not authorized so far" in reason_of(held, asked.change_name)
    cleo = add_user("cleo@example.com", "Cleo", roles, by=by).account
    authorize(held, cleo, AuthorizeChange(asked.change_name))
    assert cleo in reason_of(held, asked.change_name)


def reason_of(held: Ledger, change: str) -> str:
    judge_waiting(held)
    rows = held.store.by(Finding, "subject", [change])
    return next(row.reason for row in rows if row.check_id == "cc8_1/02_authorization")
