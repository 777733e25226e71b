"""Who is told of what is seen and set on its page; each person chooses for themselves."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from changeproof.alerts.asked_links import opened
from changeproof.alerts.channels import add_channel
from changeproof.alerts.links import acknowledging_path
from changeproof.alerts.models import Awaited, Channel, Choice, Outgoing, Route
from changeproof.alerts.notices import Notice
from changeproof.alerts.outbox import enqueue
from changeproof.alerts.persons import sweep_persons
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import ledger, now
from tests.web.conftest import session_cookie
from tests.web.test_views import text_of

HOOK = "https://hooks.example.com/services/s3cr3t"
ACTS = (
    "alerts/acknowledge",
    "alerts/channel",
    "alerts/channel/test",
    "alerts/channel/remove",
    "alerts/route",
    "alerts/route/remove",
    "alerts/dead/replay",
    "alerts/dead/let-go",
    "alerts/passed-on",
)


@pytest.fixture
def manager(company):
    return company.browse("administrator")


def _given_up() -> Outgoing:
    channel = add_channel("webhook", HOOK, "ops")
    enqueue([Notice("case", "case:CHG-1", "CHG-1", "payments")], now())
    Outgoing.objects.update(given_up_at=now())
    Channel.objects.filter(pk=channel.pk).update(failed_at=now(), trouble="it answered 503")
    return Outgoing.objects.get()


def test_a_channel_is_added_tested_and_disconnected(manager):
    form = {"channel_kind": "webhook", "channel_address": HOOK, "channel_name": "ops"}
    reply = manager.post("/alerts/channel", form, follow=True)
    assert "ops is told from now on" in text_of(reply)
    assert "hooks.example.com" in text_of(reply)
    assert b"s3cr3t" not in reply.content
    assert "1 channel is told." in text_of(reply)
    manager.post("/alerts/channel/test", {"name": "ops"})
    assert [row.kind for row in Outgoing.objects.all()] == ["test"]
    gone = manager.post("/alerts/channel/remove", {"name": "ops"}, follow=True)
    assert "ops is told no more" in text_of(gone)
    assert not Channel.objects.exists()
    assert manager.post("/alerts/channel/remove", {"name": "ops"}).status_code == 422


def test_an_address_that_was_refused_is_not_shown_again(manager):
    form = {"channel_kind": "service", "channel_address": "syslog://s3cr3t", "channel_name": "x"}
    reply = manager.post("/alerts/channel", form)
    assert reply.status_code == 422
    assert "The channel was not added" in text_of(reply)
    assert b"s3cr3t" not in reply.content
    assert b'value="x"' in reply.content


def test_a_route_is_set_replaced_and_taken_away(manager):
    add_channel("webhook", HOOK, "ops")
    form = {
        "route_name": "pay",
        "route_channel": "ops",
        "route_rhythm": "daily",
        "route_systems": "payments, search",
        "route_checks": "signs/",
        "route_severity": ["high", "critical"],
        "route_kind": ["case"],
    }
    said = text_of(manager.post("/alerts/route", form, follow=True))
    assert "Each morning" in said
    assert "payments, search, signs/, severity high, severity critical, case" in said
    assert Route.objects.get(name="pay").systems == ["payments", "search"]
    manager.post("/alerts/route", {**form, "route_rhythm": "weekly"})
    assert Route.objects.get(name="pay").rhythm == "weekly"
    wrong = manager.post("/alerts/route", {**form, "route_checks": "cc8_1/none"})
    assert wrong.status_code == 422
    assert re.search(rb'value="high" checked', wrong.content)
    assert b'value="payments, search"' in wrong.content
    manager.post("/alerts/route/remove", {"name": "pay"})
    assert not Route.objects.filter(name="pay").exists()
    assert manager.post("/alerts/route/remove", {"name": "pay"}).status_code == 422


def test_a_route_says_whose_turn_it_is(manager):
    add_channel("webhook", HOOK, "ops")
    form = {
        "route_name": "day",
        "route_channel": "ops",
        "route_rhythm": "at_once",
        "route_opens": "09:00",
        "route_closes": "17:00",
        "route_zone": "Europe/Berlin",
        "route_days": "Monday, Tuesday, Wednesday, Thursday, Friday",
        "route_holidays": "2026-12-25",
        "route_next": "ops",
        "route_within": "15",
    }
    said = text_of(manager.post("/alerts/route", form, follow=True))
    assert "Monday to Friday, 09:00 to 17:00 Europe/Berlin, 1 holiday off" in said
    assert "To be acknowledged within 15 min" in said
    assert "Nothing waits to be acknowledged." in said
    for wrong in ({"route_within": "soon"}, {"route_opens": "nine"}, {"route_next": ""}):
        assert manager.post("/alerts/route", {**form, **wrong}).status_code == 422


def test_a_link_changes_nothing_until_its_button_is_pressed(company):
    add_channel("webhook", HOOK, "ops")
    Route.objects.update(acknowledge_within=15)
    enqueue([Notice("case", "case:CHG-1", "CHG-1", "payments")], now())
    path = acknowledging_path(Awaited.objects.get().message)
    deployer = company.browse("deployer", system="payments")
    assert "CHG-1" in text_of(deployer.get(path))
    assert "CHG-1" in text_of(deployer.get("/alerts"))
    assert Awaited.objects.count() == 1
    elsewhere = company.browse("approver", system="search")
    assert "CHG-1" not in text_of(elsewhere.get(path))
    assert elsewhere.post(path).status_code == 422
    assert company.browse("auditor").get(path).status_code == 403
    assert deployer.get(f"{path}x").status_code == 404
    said = text_of(deployer.post(path, follow=True))
    assert "1 thing is acknowledged, on every channel." in said
    assert not Awaited.objects.exists()
    assert "Nothing of this message waits for you" in text_of(deployer.get(path))
    assert deployer.post("/alerts/acknowledge", {"message": "gone"}).status_code == 422


def test_a_dead_letter_is_seen_and_sent_again(company, manager):
    letter = _given_up()
    said = text_of(company.browse("auditor").get("/alerts"))
    assert "No alert arrives: it answered 503." in said
    assert "CHG-1" in said
    assert "Send again" not in said
    said = text_of(manager.post("/alerts/dead/replay", {"key": letter.pk}, follow=True))
    assert "1 thing will be sent again" in said
    letter.refresh_from_db()
    assert (letter.given_up_at, letter.attempts) == (None, 0)
    Outgoing.objects.update(given_up_at=now())
    assert manager.post("/alerts/dead/replay", {"all": "yes"}).status_code == 302
    Outgoing.objects.update(given_up_at=now())
    manager.post("/alerts/dead/let-go", {"key": letter.pk})
    assert not Outgoing.objects.exists()
    for key in ("", "x", "-1", "9" * 30, str(letter.pk)):
        assert manager.post("/alerts/dead/let-go", {"key": key}).status_code == 422


def test_the_dashboard_says_that_nothing_arrives(company):
    viewer = company.browse("auditor")
    assert "Alerts: nobody is told yet." in text_of(viewer.get("/"))
    _given_up()
    for path in ("/", "/sources"):
        assert "No alert arrives: it answered 503." in text_of(viewer.get(path))


def test_who_may_not_manage_does_nothing_and_sees_no_mail_address(company):
    add_channel("mail", "ops@example.com", "post")
    auditor = company.browse("auditor")
    assert b"ops@example.com" not in auditor.get("/alerts").content
    assert b"ops@example.com" in company.browse("administrator").get("/alerts").content
    for path in ACTS:
        assert auditor.post(f"/{path}", {"name": "post"}).status_code == 403
        assert company.browse("administrator").get(f"/{path}").status_code == 405
    assert Channel.objects.count() == 1


def test_whose_roles_are_for_one_system_sees_no_other(company):
    _given_up()
    said = text_of(company.browse("deployer", system="search").get("/alerts"))
    assert "ops" in said
    assert "CHG-1" not in said
    assert "No route" not in said


def test_without_a_mail_server_links_are_shown_to_an_administrator_alone(company, manager):
    approver = company.user("approver")
    sweep_persons(ledger(), now())
    shown = manager.get("/alerts").content.decode()
    questions = [opened(token) for token in re.findall(r"/desk/asked/([\w:-]+)", shown)]
    assert (approver.account, company.proposed) in [(q.account, q.change) for q in questions]
    assert "/desk/asked/" not in company.browse("auditor").get("/alerts").content.decode()
    reply = manager.post("/alerts/passed-on", {"account": approver.account}, follow=True)
    assert "Recorded: Approver was told of" in text_of(reply)
    assert {row.channel for row in ledger().store.all(Alert)} == {"by hand"}
    assert manager.post("/alerts/passed-on", {"account": approver.account}).status_code == 422


def test_everybody_chooses_for_themselves(company):
    requester = company.browse("requester")
    page = requester.get("/account/told")
    assert "requester@example.com" in text_of(page)
    assert re.search(rb'value="at_once" checked', page.content)
    assert "Kept" in text_of(requester.post("/account/told", {"rhythm": "daily"}, follow=True))
    assert Choice.objects.get().rhythm == "daily"
    assert requester.post("/account/told", {"rhythm": "hourly"}).status_code == 422
    assert company.browse("approver").get("/account/told").status_code == 200
    assert Choice.objects.count() == 1


def test_in_a_browser(page: Page, live_server, live_company):
    _given_up()
    live_company.user("approver")
    sweep_persons(ledger(), now())
    cookie = session_cookie(live_company.user("administrator"))
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    for wide in (1280, 360):
        page.set_viewport_size({"width": wide, "height": 900})
        for path in ("/alerts", "/account/told", "/"):
            page.goto(live_server.url + path)
            page.locator("details").evaluate_all("(all) => all.forEach((one) => one.open = true)")
            found = Axe().run(page)
            assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
            assert page.evaluate(width) == 0, f"{path} is wider than {wide}"
    assert said == []


def test_it_works_without_a_script(browser: Browser, live_server, live_company):
    context = browser.new_context(java_script_enabled=False)
    try:
        cookie = session_cookie(live_company.user("administrator"))
        context.add_cookies([{**cookie, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{live_server.url}/alerts")
        page.get_by_text("Add a channel", exact=True).click()
        page.locator("#channel_kind").select_option("webhook")
        page.locator("#channel_address").fill(HOOK)
        page.get_by_role("button", name="Add and test it").click()
        assert "webhook is told from now on" in page.locator("[role=status].callout").inner_text()
        page.goto(f"{live_server.url}/account/told")
        page.get_by_label("Once a day").check()
        page.get_by_role("button", name="Keep it so").click()
        assert "Kept" in page.locator("[role=status].callout").inner_text()
    finally:
        context.close()
