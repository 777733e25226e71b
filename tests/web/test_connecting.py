"""Sources are connected, asked, tested, disconnected and brought as files on their page."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.uploadedfile import SimpleUploadedFile

from changeproof.events.retrievals import ListRefused
from changeproof.intake.deliveries import take
from changeproof.intake.jobs import do_waiting
from changeproof.intake.models import AskedSource, Connection
from changeproof.intake.webhooks.connections import shared_with
from changeproof.ledger.service import Submission, ledger, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.guards import LARGEST_PAYLOAD
from tests.web.conftest import session_cookie
from tests.web.test_views import text_of

OPENED = {"type": "IncidentOpened", "incident": "INC-1", "occurred_at": 5, "delivery": "d1"}
UNREACHABLE = "https://127.0.0.1:9/"


@pytest.fixture
def manager(company):
    return company.browse("administrator")


def _asked(**changed):
    values = {"address": UNREACHABLE, "login": "ada", "secret": "s" * 20, "options": {}, **changed}
    return AskedSource.objects.create(name="tickets", kind="jira", **values)


def test_a_webhook_is_connected_and_its_secret_shown_once(company, manager):
    asked = {"webhook_kind": "gitlab", "webhook_name": "emea"}
    reply = manager.post("/sources/webhook", asked)
    secret = shared_with("gitlab", "emea").secret
    assert secret in text_of(reply)
    assert "http://testserver/webhooks/gitlab/emea" in text_of(reply)
    assert "Settings, Webhooks" in text_of(reply)
    assert "no-store" in reply["Cache-Control"]
    assert secret not in text_of(manager.get("/sources"))
    again = manager.post("/sources/webhook", asked)
    assert again.status_code == 422
    assert "its secret was shown once" in text_of(again)
    assert secret not in text_of(again)
    renewed = manager.post("/sources/webhook/renew", {"key": "gitlab/emea"})
    assert shared_with("gitlab", "emea").secret in text_of(renewed)
    assert shared_with("gitlab", "emea").secret != secret
    manager.post("/sources/webhook/disconnect", {"key": "gitlab/emea"})
    told = text_of(company.browse("auditor").get("/sources"))
    assert "3 acts" in told
    assert all(each in told for each in ("connected it", "gave it a new secret", "let it go"))
    assert not Connection.objects.exists()
    assert manager.post("/sources/webhook/disconnect", {"key": "gitlab"}).status_code == 422
    assert manager.post("/sources/webhook/renew", {"key": "gitlab"}).status_code == 422


def test_a_secret_that_was_typed_is_never_shown_again(manager):
    typed = {"webhook_kind": "pagerduty", "webhook_name": "../x", "webhook_secret": "typed" * 5}
    reply = manager.post("/sources/webhook", typed)
    assert reply.status_code == 422
    assert b"typedtyped" not in reply.content
    assert b'value="../x"' in reply.content
    short = manager.post("/sources/webhook", {"webhook_kind": "pagerduty"})
    assert "makes the secret itself" in text_of(short)


def test_every_source_that_told_something_is_watched(company, manager):
    record = {"id": "1", "type": "config", "text": {}}
    told = Delivery("servicenow", "d-1", json.dumps(record).encode(), now())
    take(ledger(), [told])
    rows = re.findall(
        r"<th scope=\"row\"><a[^>]*>([^<]+)</a>", manager.get("/sources").content.decode()
    )
    assert {"GitHub", "servicenow"} <= set(rows)
    assert not {"monitor", "policy", "accounts", "desk", "intake"} & set(rows)


def test_a_source_is_asked_from_its_page(manager, settings):
    form = {
        "ask_kind": "jira",
        "ask_address": UNREACHABLE,
        "ask_login": "ada",
        "ask_secret": "a secret of ours",
        "ask_options": "projects=PAY,OPS",
        "ask_name": "tickets",
    }
    wrong = manager.post("/sources/asked", {**form, "ask_options": "projects"})
    assert wrong.status_code == 422
    assert "no name with a value" in text_of(wrong)
    assert b"a secret of ours" not in wrong.content
    reply = manager.post("/sources/asked", form, follow=True)
    assert "tickets is connected, and is asked now" in text_of(reply)
    assert AskedSource.objects.get().options == {"projects": "PAY,OPS"}
    assert b"a secret of ours" not in reply.content


def test_the_page_says_what_to_click_before_github_can_be_asked(manager):
    said = text_of(manager.get("/sources"))
    assert "What to click at GitHub" in said
    assert "Generate a private key" in said
    assert "Repository permissions, Read-only each: Administration" in said


def test_a_source_that_cannot_be_asked_says_why(company, manager):
    _asked(private_allowed=True, trouble="it answered nothing", finished_at=1)
    said = text_of(manager.get("/sources"))
    assert "it answered nothing" in said
    assert "1 source could not be asked" in said
    assert "Ask again" in said
    looking = text_of(company.browse("auditor").get("/sources"))
    assert "it answered nothing" in looking
    assert "Ask again" not in looking


def test_a_list_that_may_not_be_read_is_on_the_page_with_its_cure(company, manager):
    event = ListRefused(
        source="github",
        delivery="d-hidden",
        occurred_at=now(),
        scope="github:api.github.com",
        items="audit log",
        query="orgs/acme/audit-log",
        status=403,
        reason="it answered 403: the account may not read this",
        cure="Give it Administration.",
    )
    ledger().record([Submission((event,), (), "client:github")])
    for reader in (manager, company.browse("auditor")):
        said = text_of(reader.get("/sources"))
        assert "1 list may not be read" in said
        assert "audit log" in said
        assert "Give it Administration." in said


def test_a_source_is_tested_and_disconnected(manager):
    _asked()
    tested = manager.post("/sources/asked/test", {"name": "tickets"})
    assert tested.status_code == 422
    assert AskedSource.objects.get().finished_at is None
    gone = manager.post("/sources/asked/disconnect", {"name": "tickets"}, follow=True)
    assert "is asked no more" in text_of(gone)
    assert not AskedSource.objects.exists()
    for deed in ("again", "test", "disconnect"):
        assert manager.post(f"/sources/asked/{deed}", {"name": "tickets"}).status_code == 422


def test_asking_again_is_a_job(live_company):
    _asked()
    browser = live_company.browse("administrator")
    reply = browser.post("/sources/asked/again", {"name": "tickets"}, follow=True)
    assert "tickets is asked again" in text_of(reply)
    do_waiting()
    source = AskedSource.objects.get()
    assert source.trouble
    assert source.begun_at is None
    assert source.finished_at is not None


def test_files_are_claims_and_each_says_what_became_of_it(manager):
    files = [
        SimpleUploadedFile("incident.json", json.dumps(OPENED).encode()),
        SimpleUploadedFile("notes.txt", b"Remember the milk."),
        SimpleUploadedFile("huge.json", b" " * (LARGEST_PAYLOAD + 1)),
    ]
    size = ledger().log.size()
    said = text_of(manager.post("/sources/upload", {"files": files}))
    assert "incident.json Read events 1 new event" in said
    assert "notes.txt Refused" in said
    assert "huge.json Refused" in said
    assert "26,214,400" in said
    [entry] = ledger().log.entries(size)
    told = json.loads(entry.entry)
    assert told["event"]["claimed_at"] == 5
    assert told["collector"].startswith("upload:local:user/")


def test_of_a_stated_kind_what_is_unreadable_is_kept(manager):
    files = [SimpleUploadedFile("broken.json", b'{"action": "opened"}')]
    said = text_of(manager.post("/sources/upload", {"files": files, "upload_kind": "github"}))
    assert "In quarantine" in said
    assert manager.post("/sources/upload", {}).status_code == 422


def test_of_what_was_not_kept_there_is_nothing_to_fetch_or_read_again(manager):
    before = manager.get("/sources").content.decode().count("/sources/payload/")
    for kind, body in (("github", b'{"action": "opened"}'), ("kubernetes-object", b'{"a": 1}')):
        file = SimpleUploadedFile(f"{kind}.json", body)
        manager.post("/sources/upload", {"files": [file], "upload_kind": kind})
    page = manager.get("/sources").content.decode()
    assert page.count("/sources/payload/") == page.count('name="delivery"') == before + 1
    assert ", not kept" in page
    assert "send it again" in page


@pytest.mark.parametrize(
    "path",
    [
        *("webhook", "webhook/renew", "webhook/disconnect", "upload"),
        *("asked", "asked/again", "asked/test", "asked/disconnect"),
    ],
)
def test_only_who_manages_sources_does_any_of_it(company, path):
    _asked()
    for role in ("auditor", "change_manager", "deployer"):
        assert company.browse(role).post(f"/sources/{path}", {"name": "tickets"}).status_code == 403
    assert AskedSource.objects.count() == 1
    said = text_of(company.browse("auditor").get("/sources"))
    assert "Connect the webhook" not in said
    assert "Bring files" not in said


def test_the_page_is_accessible_to_who_manages_sources(page, live_server, live_company):
    _asked(trouble="it answered nothing", finished_at=1)
    cookie = session_cookie(live_company.user("administrator"))
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/sources")
    page.get_by_text("A system that delivers to us").click()
    page.locator("#webhook_kind").select_option("gitlab")
    page.get_by_role("button", name="Connect the webhook").click()
    secret = page.locator("#secret code").nth(1).inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", secret)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) == 0, width
    page.locator("#files").set_input_files(
        {"name": "incident.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    page.get_by_role("button", name="Take them in").click()
    assert "1 file brought just now" in page.locator("main").inner_text()
