"""Every page with real data: what it says, and to whom."""

import re
from html import unescape

import duckdb
import pytest
from django.test import Client

from changeproof.accounts.people import operator
from changeproof.accounts.seats import Sight
from changeproof.alerts.needed import EMERGENCY_OWES
from changeproof.checks.loader import load_checks
from changeproof.events.acts import AlertSent
from changeproof.events.deployments import StateObserved
from changeproof.gate.asking import ask
from changeproof.ledger.joined import Finding
from changeproof.ledger.judgements import CaseFile, GateAnswer, judgements_on
from changeproof.ledger.service import ledger, now
from changeproof.ledger.snapshot import write_snapshot
from changeproof.web.pages.change_filter import Filter
from changeproof.web.readings.audits_reading import read_audits_page
from changeproof.web.readings.change.reading import read_change_page
from changeproof.web.readings.changes_reading import read_changes_page
from changeproof.web.readings.checks_reading import read_checks_page
from changeproof.web.readings.dashboard_reading import read_dashboard
from changeproof.web.readings.desk.cures import PHRASES, act_of
from tests.support.pull_requests import SYSTEM

PAGES = (
    "/",
    "/changes",
    "/checks",
    "/checks/cc8_1/08_approval",
    "/checks/signs/untracked_change",
    "/checks/around/protection",
    "/desk",
    "/desk/request",
    "/desk/emergency",
    "/first-steps",
    "/reconciliation",
    "/systems",
    "/controls",
    "/sources",
    "/audits",
    "/entries",
    "/entries/0",
)


def text_of(reply) -> str:
    """What a reader sees: without tags, in one line."""
    body = re.sub(r"<(script|style).*?</\1>", "", reply.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("path", PAGES)
def test_nobody_sees_a_page_without_a_name(company, path):
    reply = Client().get(path)
    assert reply.status_code == 302
    assert reply.url.startswith("/accounts/login") or "login" in reply.url


def test_every_page_opens_for_an_auditor(company):
    auditor = company.browse("auditor")
    for path in (*PAGES, f"/changes/{company.sound}", f"/desk/{company.proposed}"):
        reply = auditor.get(path)
        assert reply.status_code == 200, path
        assert "Evaluated as of" in text_of(reply), path


def test_an_empty_instance_says_what_to_connect(instance):
    from tests.web.conftest import BACKEND, _user

    client = Client()
    client.force_login(_user("administrator"), backend=BACKEND)
    assert "First steps" in text_of(client.get("/"))
    assert "No change yet" in text_of(client.get("/changes"))
    assert "No source is connected" in text_of(client.get("/sources"))
    assert "there is nothing to pack" in text_of(client.get("/audits"))
    assert client.get("/checks").status_code == 200


def test_the_dashboard_counts_and_says_who_is_needed(company):
    said = text_of(company.browse("auditor").get("/"))
    assert "3 changes in 1 system were judged" in said
    assert "1 with a deviation" in said
    assert "Pull request 2" in said
    assert "No opinion is expressed" in said


def test_the_list_is_filtered_and_its_rows_come_alone_for_htmx(company):
    auditor = company.browse("auditor")
    said = text_of(auditor.get("/changes?verdict=deviation"))
    assert "1 change of 3: with verdict deviation" in said
    assert "Pull request 2" in said
    assert "Pull request 1" not in said
    fragment = auditor.get("/changes", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert b"<tr" in fragment.content
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.parametrize("asked", ["request 1", "#1", "1"])
def test_a_change_is_found_by_its_words_and_names(company, asked):
    said = text_of(company.browse("auditor").get("/changes", {"text": asked}))
    assert "Pull request 1" in said


def test_a_change_is_found_by_its_revision(company):
    reply = company.browse("auditor").get("/changes", {"text": company.merged[:9]})
    assert "1 change of 3" in text_of(reply)
    nothing = company.browse("auditor").get("/changes", {"text": "50% _"})
    assert "No change matches" in text_of(nothing)


def test_a_change_page_tells_the_whole_life_and_leads_to_its_proof(company):
    auditor = company.browse("auditor")
    reply = auditor.get(f"/changes/{company.sound}")
    said = text_of(reply)
    for words in (
        "Pull request 1 opened",
        "Revision pushed",
        "Approved",
        "Tests passed on",
        "Merged to main",
        "Deployed to production",
        "Wanda Writer",
        "Rita Reviewer",
        "2 persons, 10 roles: no conflict",
        "Inclusion proof",
    ):
        assert words in said, words
    entries = re.findall(r'href="(/entries/\d+)"', reply.content.decode())
    assert entries
    proof = text_of(auditor.get(entries[0]))
    assert "Canonical JSON" in proof
    assert "Leaf" in proof


def test_a_deviation_is_said_first_with_what_to_do(company):
    said = text_of(company.browse("approver").get(f"/changes/{company.unreviewed}"))
    assert "Deviation" in said
    assert "To do:" in said
    assert "Why:" in said
    assert "Cure:" in said
    assert "no approval on record" in said
    assert "At the desk:" in said
    assert "At the desk:" not in text_of(
        company.browse("auditor").get(f"/changes/{company.unreviewed}")
    )


def test_a_findings_history_names_when_by_which_policy_and_which_entry(company):
    held = ledger()
    auditor = company.browse("auditor")
    judged = [
        row
        for row in judgements_on(held.store, company.unreviewed)
        if "cc8_1/08_approval" in row.verdicts
    ]
    entry = held.log.position_of(judged[-1].event)
    for path in (f"/changes/{company.unreviewed}", "/checks/cc8_1/08_approval"):
        page = auditor.get(path)
        body = page.content.decode()
        steps = [part.partition("</details>")[0] for part in body.split("<details>")[1:]]
        told = [step for step in steps if f'href="/entries/{entry}"' in step]
        assert any("Deviation" in step and "policy" in step for step in told), path


def test_a_button_does_what_its_text_says(company):
    held = ledger()
    page = read_change_page(held, company.unreviewed, at_desk=True)
    assert page is not None
    assert page.to_do is not None
    asked = act_of(page.to_do.text)
    assert [act.url.partition("act=")[2] for act in page.to_do.acts] == ([asked] if asked else [])
    for row in read_dashboard(held, now(), None).waiting:
        if row.to_do_url.startswith("/desk"):
            act = row.to_do_url.partition("act=")[2]
            assert act == (act_of(row.to_do) or act)
            assert row.to_do != "Look at it"


def test_what_the_desk_can_follow_is_what_checks_say():
    queries = " ".join(" ".join(check.sql.split()) for check in load_checks().checks)
    assert [phrase for phrase, _ in PHRASES if phrase not in queries] == []
    assert [words for words, _ in EMERGENCY_OWES if words not in queries] == []
    assert act_of("have the pipeline report who triggered it") == ""


def test_other_names_lead_to_the_change(company):
    reply = company.browse("auditor").get(f"/changes/{company.merged[:10]}")
    assert reply.status_code == 302
    assert reply.url == f"/changes/{company.sound}"


@pytest.mark.parametrize("path", ["/changes/nothing", "/checks/cc8_1/99_none", "/entries/99999"])
def test_what_is_not_there_is_said(company, path):
    reply = company.browse("auditor").get(path)
    assert reply.status_code == 404
    assert "There is no such page" in text_of(reply)


def test_a_check_shows_figures_deviations_and_its_query(company):
    said = text_of(company.browse("auditor").get("/checks/cc8_1/08_approval"))
    assert "1 deviation of 2" in said
    assert "Pull request 2" in said
    assert "approvals_required" in said
    assert "SELECT" in said
    assert "re_perform:" not in said


def test_somebody_with_one_system_sees_that_one(company):
    other = company.browse("requester", system="elsewhere")
    assert "No change yet" in text_of(other.get("/changes"))
    assert other.get(f"/changes/{company.sound}").status_code == 404
    assert other.get(f"/desk/{company.proposed}").status_code == 404
    assert other.get(f"/changes/{company.merged[:10]}").status_code == 404
    own = company.browse("approver", system=SYSTEM)
    assert "3 changes" in text_of(own.get("/changes"))
    assert own.get(f"/changes/{company.merged[:10]}").status_code == 302


def test_the_audits_count_what_the_viewer_may_see(company):
    other = text_of(company.browse("requester", system="elsewhere").get("/audits"))
    assert "there is nothing to pack" in other
    own = text_of(company.browse("approver", system=SYSTEM).get("/audits"))
    everybody = text_of(company.browse("auditor").get("/audits"))
    assert "all changes of the systems that you may see" in own
    assert "all changes, no sample" in everybody


def test_the_sources_show_what_could_not_be_read(company):
    manager = company.browse("change_manager")
    reply = manager.get("/sources")
    said = text_of(reply)
    assert "1 delivery could not be read" in said
    assert "GitHub" in said
    (payload,) = re.findall(r'href="(/sources/payload/[0-9a-f]+)"', reply.content.decode())
    body = manager.get(payload)
    assert body.content == b'{"action": "opened"}'
    assert "attachment" in body["Content-Disposition"]
    refused = manager.post("/sources/replay", {"kind": "github", "delivery": "broken-1"})
    assert refused.status_code == 422
    assert "The delivery was not replayed." in text_of(refused)
    assert manager.get(f"/sources/payload/{'0' * 64}").status_code == 404


def test_pages_only_read(company):
    before = company.forge.ledger.log.size()
    auditor = company.browse("auditor")
    stood = company.forge.ledger.log.size()  # the auditor's own role is an entry
    for path in (*PAGES, f"/changes/{company.sound}", f"/desk/{company.proposed}"):
        auditor.get(path)
        assert auditor.post(path).status_code in {403, 404, 405, 422}, path
    assert company.forge.ledger.log.size() == stood > before


def test_one_figure_is_the_same_on_every_page(company):
    digest = f"sha256:{'ab' * 32}"  # runs, and nobody said which revision it is
    company.forge.say(
        StateObserved, system=SYSTEM, environment="production", item=digest, artifact=digest
    )
    company.judge()
    held, moment = ledger(), now()
    dashboard = read_dashboard(held, moment, None)
    year = read_audits_page(held, moment, None, can_download=True).periods[0]
    told = (dashboard.changes, dashboard.changes_with_deviation, dashboard.changes_not_verifiable)
    assert told == (year.changes, year.with_deviation, year.not_verifiable)
    listed = read_changes_page(held, Filter(verdict="not_verifiable"), 1, Sight(None))
    assert listed.total == dashboard.changes_not_verifiable
    # A deviation that hides something not verifiable counts once, as what is more urgent.
    hidden = held.database.execute(
        "SELECT COUNT(DISTINCT s.subject) FROM subject_judged AS s JOIN finding AS f"
        " ON f.subject = s.subject AND f.verdict = 'not_verifiable'"
        " WHERE s.verdict = 'deviation' AND f.check_id LIKE 'cc8_1/%'"
    )
    assert hidden[0][0]


def test_a_system_without_a_change_is_not_counted(company):
    held = ledger()
    with held.database.transaction():
        held.queue(["system:unknown"])  # as one whose last change turned out to be another's
    company.judge()
    dashboard = read_dashboard(held, now(), None)
    checks = read_checks_page(held, now(), None)
    around = next(group for group in checks.groups if group.title == "Around")
    assert dashboard.systems == 1
    assert around.population == "1 system"
    assert all(row.figures.seen <= 1 for row in around.rows)


def test_the_script_of_a_check_gives_its_findings_from_a_snapshot(company, tmp_path, monkeypatch):
    held = ledger()
    write_snapshot(held.store, tmp_path / "snapshot")
    monkeypatch.chdir(tmp_path)
    for check in ("cc8_1/08_approval", "signs/requirements_unmet", "around/protection"):
        reply = company.browse("auditor").get(f"/checks/{check}.duckdb.sql")
        assert reply.status_code == 200
        with duckdb.connect() as shell:
            found = shell.execute(reply.content.decode()).fetchall()
        stored = [row for row in held.store.all(Finding) if row.check_id == check]
        assert {row[:3] for row in found} == {
            (row.subject, row.verdict, row.basis) for row in stored
        }
    assert company.browse("auditor").get("/checks/cc8_1/99_none.duckdb.sql").status_code == 404


def test_a_life_tells_what_the_gate_said_and_who_was_told(company):
    held = ledger()
    ask(held, environment="production", revision=company.merged, actor=operator().account)
    [case] = held.store.all(CaseFile)
    told = {"case": case.case_id, "channel": "mail"}
    company.forge.say(AlertSent, outcome="sent", **told)
    auditor = company.browse("auditor")
    page = auditor.get(f"/changes/{company.sound}")
    assert re.search(r"The gate (let it through|held it back)", text_of(page))
    [answer] = held.store.all(GateAnswer)
    position = held.log.position_of(answer.event)
    assert f"/entries/{position}" in page.content.decode()
    assert "Alert sent by mail" in text_of(auditor.get(f"/changes/{case.subject}"))
