"""A year's hardest week, all at the desk in a real browser: what people click, and what it proves.

What the forge and the pipeline do comes in as events, as it would; what people do they do in the
pages. Afterwards the log verifies and every verdict is the one that an auditor would give.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser

from changeproof.accounts.people import add_user, operator
from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import sha256_hex
from changeproof.events.receipts import PolicyAdopted
from changeproof.events.revisions import RevisionInspected
from changeproof.ledger.joined import Finding
from changeproof.ledger.requests import ChangeRequest
from changeproof.policy.parameters import parameters
from changeproof.policy.reading import read_policy
from tests.policy.policies import text_with
from tests.support.desk_in_browser import AtDesk, LiveForge
from tests.support.pull_requests import REPOSITORY, REVIEWER, SYSTEM, revision_of
from tests.web.conftest import Company

MINUTES = "%Y-%m-%dT%H:%M"
STANDARD = f"""standard_changes:
  - id: rotate-key
    systems: [{SYSTEM}]
    areas: [configuration]
    tests_required: true
    back_out: Put the former key back.
"""
POLICY = text_with(
    ("\nstandard_changes: []\n", f"\n{STANDARD}"),
    ("\n  pass_roles: []\n", "\n  pass_roles: [deployer]\n"),
    version=2,
)


@dataclass
class Week:
    """Who is there, and the forge that tells what they do outside of the desk."""

    company: Company
    forge: LiveForge
    people: dict[str, AtDesk]
    deployments: int = 10
    merged: str = ""

    def judge(self) -> None:
        self.company.judge()

    def land(self, pull: str, head: str) -> str:
        """Merge it, and test what came of it."""
        self.merged = self.forge.merge(pull, head, parent=self.merged)
        for revision in (head, self.merged):
            self.forge.say(
                RevisionInspected,
                revision=revision,
                repository=REPOSITORY,
                tree=revision_of(f"tree {pull}"),
                path_count=1,
                areas={"configuration": 1},
            )
        self.forge.test(self.merged)
        return self.merged

    def deploy(self, revision: str, outcome: str = "succeeded") -> None:
        self.deployments += 1
        self.forge.say(
            DeploymentFinished,
            REVIEWER,
            deployment=f"{REPOSITORY}/deployment/{self.deployments}",
            outcome=outcome,
            repository=REPOSITORY,
            environment="production",
            revision=revision,
        )
        self.judge()

    def ask(self, title: str, pull: str, **said: str) -> str:
        """Request a change at the desk, and its number."""
        requester = self.people["requester"]
        requester.open("/desk/request")
        requester.fill(title=title, system=SYSTEM, kind="software", reason="Asked for.", links=pull)
        requester.fill(**said)
        requester.press("Request")
        self.judge()
        rows = self.company.forge.ledger.store.all(ChangeRequest)
        return max(rows, key=lambda row: row.stated_at).change_name

    def rows(self, change: str) -> dict[str, Finding]:
        rows = self.company.forge.ledger.store.by(Finding, "subject", [change])
        return {row.check_id: row for row in rows}

    def verdicts(self, change: str) -> dict[str, str]:
        return {name: row.verdict for name, row in self.rows(change).items()}

    def findings(self, change: str, *verdicts: str) -> dict[str, str]:
        """The reasons of those findings that have one of these verdicts."""
        return {
            name: row.reason for name, row in self.rows(change).items() if row.verdict in verdicts
        }

    def basis(self, change: str, check: str) -> str:
        return str(self.rows(change)[check].basis)

    def reason(self, change: str, check: str) -> str:
        return self.rows(change)[check].reason


@contextmanager
def week(browser: Browser, url: str, company: Company) -> Iterator[Week]:
    forge = LiveForge(company.forge)
    forge.ledger.record_events(
        [
            PolicyAdopted(
                source="policy",
                delivery="version 2",
                occurred_at=None,
                time_basis="none",
                policy_version=2,
                policy=sha256_hex(POLICY.encode()),
                parameters=parameters(read_policy(POLICY, "policy.yaml")),
                in_force_from=1,
            )
        ],
        [POLICY.encode()],
        collector="test",
    )
    roles = ("requester", "change_manager", "approver", "deployer", "administrator", "auditor")
    users = {role: company.user(role) for role in roles}
    users["second"] = add_user("sam@example.com", "Sam", ["administrator"], by=operator().account)
    forge.person(REVIEWER, users["deployer"].account)
    company.judge()
    people = {name: AtDesk(browser, url, user) for name, user in users.items()}
    try:
        yield Week(company, forge, people, merged=company.merged)
    finally:
        for each in people.values():
            each.close()


def test_the_hardest_week(browser: Browser, live_server, live_company: Company):
    with week(browser, live_server.url, live_company) as held:
        normal = a_normal_change_by_four_people(held)
        standard = a_standard_change(held)
        rejected = a_rejected_change(held)
        urgent = an_emergency_at_night(held)
        frozen = a_lawful_pass_through_a_freeze(held)
        failed = a_failed_deployment_with_its_back_out(held)
        a_review_of_access(held)
        a_change_of_policy(held)
        for each in (normal, standard, rejected, urgent, frozen, failed):
            found = held.verdicts(each)
            print(
                each,
                {
                    k: v
                    for k, v in sorted(found.items())
                    if v not in ("met", "not_applicable", "clear")
                },
            )


def a_normal_change_by_four_people(held: Week) -> str:
    pull, head = held.forge.open(11)
    change = held.ask("Show the fee", pull, impact="Customers see it.", back_out="Deploy 1 again.")
    requester = held.people["requester"]
    requester.open(f"/changes/{change}")
    requester.page.get_by_role("link", name="Set when it goes live").click()
    today = datetime.now(UTC)
    begins, ends = (today + timedelta(hours=each) for each in (-1, 3))
    requester.fill(begins=begins.strftime(MINUTES), ends=ends.strftime(MINUTES))
    requester.press("Set the window")
    manager, approver = held.people["change_manager"], held.people["approver"]
    manager.decide("Authorize", "Show the fee", "authorized", "It was promised.")
    held.judge()
    held.forge.test(head)
    approver.decide("Approve", "Show the fee", "approved", "Read every line.")
    held.judge()
    held.deploy(held.land(pull, head))
    return change


def a_standard_change(held: Week) -> str:
    pull, head = held.forge.open(12)
    requester = held.people["requester"]
    requester.open("/desk/request")
    requester.page.get_by_label("rotate-key").check()
    requester.fill(title="Rotate the key", system=SYSTEM, kind="infrastructure", reason="Due.")
    requester.press("Request")
    rows = held.company.forge.ledger.store.all(ChangeRequest)
    change = max(rows, key=lambda row: row.stated_at).change_name
    requester.open(f"/desk/join/{change}")
    requester.fill(work=pull)
    requester.press("Join it")
    held.judge()
    held.forge.test(head)
    held.deploy(held.land(pull, head))
    return change


def a_rejected_change(held: Week) -> str:
    pull, _ = held.forge.open(13)
    change = held.ask("Drop the audit table", pull)
    approver, manager = held.people["approver"], held.people["change_manager"]
    approver.decide("Approve", "Drop the audit table", "declined", "It is evidence.")
    held.judge()
    manager.open(f"/desk/{change}?act=close")
    manager.page.locator("button[value=rejected]").click()
    held.judge()
    return change


def an_emergency_at_night(held: Week) -> str:
    pull, head = held.forge.open(14)
    held.judge()
    declarer = held.people["deployer"]
    declarer.open("/desk/emergency")
    declarer.fill(reason="Payments answer 500", incident="INC-7", system=SYSTEM, change=pull)
    declarer.page.locator("#authorized_by").select_option(label="Change Manager")
    declarer.press("Declare")
    held.judge()
    manager, approver = held.people["change_manager"], held.people["approver"]
    manager.decide("Authorize", "Pull request 14", "authorized", "Customers cannot pay.")
    held.judge()
    held.forge.test(head)
    held.deploy(held.land(pull, head))
    approver.decide("Approve", "Pull request 14", "approved", "Read it after the fact.")
    held.judge()
    manager.decide("Review afterwards", "Pull request 14", "accepted", "Payments answer again.")
    held.judge()
    return pull


def a_lawful_pass_through_a_freeze(held: Week) -> str:
    manager = held.people["change_manager"]
    manager.open("/desk/freeze")
    today = datetime.now(UTC)
    begins, until = (today + timedelta(hours=each) for each in (-1, 4))
    manager.fill(begins=begins.strftime(MINUTES), until=until.strftime(MINUTES))
    manager.fill(system=SYSTEM, reason="Month end")
    said = manager.press("Show what it would hold")
    assert "deployer" in said
    manager.press("Set the freeze")
    pull, head = held.forge.open(15)
    change = held.ask("Correct the interest", pull)
    held.people["change_manager"].decide(
        "Authorize", "Correct the interest", "authorized", "Wrong interest is worse."
    )
    held.judge()
    held.forge.test(head)
    held.people["approver"].decide("Approve", "Correct the interest", "approved", "It is right.")
    held.judge()
    held.deploy(held.land(pull, head))
    return change


def a_failed_deployment_with_its_back_out(held: Week) -> str:
    before = held.merged
    pull, head = held.forge.open(16)
    change = held.ask("Move the queue", pull, back_out="Deploy the former revision.")
    held.people["change_manager"].decide("Authorize", "Move the queue", "authorized", "Planned.")
    held.judge()
    held.forge.test(head)
    held.people["approver"].decide("Approve", "Move the queue", "approved", "Read.")
    held.judge()
    landed = held.land(pull, head)
    held.deploy(landed, "failed")
    held.deploy(before)
    assert held.verdicts(change)["practices/post_implementation_review"] == "pending"
    approver = held.people["approver"]
    approver.open("/desk")
    heading = approver.page.locator(".inbox h2", has_text="Review afterwards")
    heading.locator("xpath=following-sibling::ul[1]").get_by_text("Move the queue").click()
    approver.fill(
        reason="The queue refused its credentials.",
        achieved="not_achieved",
        back_out="used",
        lessons="Try the credentials in staging.",
    )
    assert "Recorded as entry" in approver.press("Accept with a follow-up")
    held.judge()
    return change


def a_review_of_access(held: Week) -> None:
    manager, approver = held.people["change_manager"], held.people["approver"]
    until = (datetime.now(UTC) + timedelta(days=60)).strftime("%Y-%m-%d")
    for who in ("deployer@example.com", "requester@example.com"):
        manager.open("/desk/access/grant")
        manager.fill(account=who, kind="deploy", system=SYSTEM, ends=until, reason="On call.")
        manager.press("Grant")
    manager.open("/desk/access/review")
    manager.fill(system=SYSTEM)
    manager.press("Open the review")
    approver.open("/desk/access")
    approver.page.get_by_role("link", name=f": {SYSTEM}").first.click()
    cases = approver.page.locator("fieldset.case")
    cases.filter(has_text="Deployer").get_by_label("Keep").check()
    cases.filter(has_text="Requester").get_by_label("Revoke").check()
    approver.fill(reason="Nobody on that team is on call.")
    said = approver.press("Record the decisions")
    assert "1 kept, 1 revoked" in said


def a_change_of_policy(held: Week) -> None:
    first, second = held.people["administrator"], held.people["second"]
    first.open("/policy")
    first.page.get_by_role("link", name="Put a new version forward").click()
    text = first.page.locator("#text").input_value()
    assert "\nversion: 3\n" in text
    first.fill(text=text.replace("unrated_risk: medium", "unrated_risk: high"))
    said = first.press("Look at what it changes")
    assert "It would judge" in said
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime(MINUTES)
    first.fill(in_force=tomorrow)
    assert "Version 3 waits for a second person" in first.press("Put it forward")
    second.open("/policy/3")
    assert "is adopted" in second.press("Adopt version 3")
