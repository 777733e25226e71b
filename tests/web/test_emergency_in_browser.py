"""An emergency from its declaration to its review, in a real browser, as the pages offer it."""

from playwright.sync_api import Browser

from changeproof.events.deployments import DeploymentFinished
from changeproof.ledger.joined import Finding, SubjectJudged
from changeproof.ledger.requests import Emergency
from tests.support.desk_in_browser import AtDesk, LiveForge
from tests.support.pull_requests import REPOSITORY, REVIEWER, SYSTEM
from tests.web.conftest import Company


def _ship(company: Company, pull: str, head: str) -> None:
    """The work is tested, merged and deployed without a review."""
    forge = LiveForge(company.forge)
    forge.test(head)
    merged = forge.merge(pull, head)
    forge.test(merged)
    forge.say(
        DeploymentFinished,
        REVIEWER,
        deployment=f"{REPOSITORY}/deployment/4",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=merged,
    )
    company.judge()


def test_an_emergency_from_declaring_to_its_review(
    browser: Browser, live_server, live_company: Company
):
    company, url = live_company, live_server.url
    title, reason = "Pull request 4", "Payments answer 500"
    change, head = LiveForge(company.forge).open(4)
    company.judge()
    manager, approver = "change_manager", "approver"
    people = [AtDesk(browser, url, company.user(role)) for role in ("deployer", manager, approver)]
    other, reviewer = people[1:]
    declarer = people[0].page
    try:
        declarer.goto(f"{url}/desk")
        declarer.get_by_role("link", name="Declare an emergency").click()
        # Policy asks for the incident: the form says so before, and keeps what was typed.
        assert "(optional)" not in declarer.locator("label[for=incident]").inner_text()
        declarer.locator("#reason").fill(reason)
        declarer.locator("#system").select_option(SYSTEM)
        declarer.locator("#authorized_by").select_option(label="Change Manager")
        declarer.locator("#change").fill(change)
        declarer.get_by_role("button", name="Declare").click()
        assert "incident" in declarer.locator("#refusal").inner_text()
        assert declarer.locator("#reason").input_value() == reason
        declarer.locator("#incident").fill("INC-7")
        declarer.get_by_role("button", name="Declare").click()
        assert "EMG-" in declarer.locator("[role=status].callout").inner_text()
        [emergency] = company.forge.ledger.store.all(Emergency)
        assert emergency.change_name == change
        company.judge()

        # Locked before a field is filled, with who opens the lock.
        declarer.goto(f"{url}/desk/emergency")
        assert "is still owed" in declarer.locator(".callout").first.inner_text()
        assert "(optional)" not in declarer.locator("label[for=change]").inner_text()

        other.decide("Authorize", title, "authorized", "Customers cannot pay.")
        company.judge()
        _ship(company, change, head)
        reviewer.decide("Approve", title, "approved", "Read it after the fact.")
        company.judge()
        other.decide("Review afterwards", title, "accepted", "Payments answer again.")
        company.judge()

        declarer.goto(f"{url}/changes/{change}")
        life = declarer.locator(".life").inner_text()
        for said in ("Emergency", "Authorized", "Approved", "Review"):
            assert said.lower() in life.lower(), said
        declarer.goto(f"{url}/desk/emergency")
        assert "is still owed" not in declarer.locator("main").inner_text()
    finally:
        for each in people:
            each.close()
    store = company.forge.ledger.store
    [standing] = store.by(SubjectJudged, "subject", [change])
    assert standing.deployed_at is not None
    verdicts = {row.check_id: row.verdict for row in store.by(Finding, "subject", [change])}
    points = ("02_authorization", "08_approval", "13_emergency")
    assert [verdicts[f"cc8_1/{point}"] for point in points] == ["met", "met", "met"]
