"""The page of controls: each matrix of the period with the figures of its own time."""

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.events.controls import ControlsAdopted
from changeproof.events.event import sha256_hex
from changeproof.ledger.service import ledger, now
from changeproof.policy.controls import controls_text
from tests.web.test_views import text_of

DAY = 24 * 3_600 * 1_000_000


def adopted(company, in_force_from, version=2):
    by = operator().account
    second = add_user("sam@example.com", "Sam Second", ["administrator"], by=by).account
    text = controls_text().replace("version: 1\n", f"version: {version}\n")
    text = text.replace("Head of Quality", "Testers’ guild")
    event = ControlsAdopted(
        source="desk",
        delivery=f"matrix {version}",
        occurred_at=in_force_from,
        actor=second,
        controls_version=version,
        controls=sha256_hex(text.encode()),
        in_force_from=in_force_from,
        proposed_by=by,
    )
    company.forge.ledger.record_events([event], [text.encode()], collector="desk")


def test_the_shipped_matrix_says_that_it_is_a_beginning(company):
    said = text_of(company.browse("auditor").get("/controls"))
    assert "ship as a beginning" in said
    assert "1, shown" in said
    assert "nobody: initial" in said
    assert "3 changes" in said


def test_where_the_matrix_changed_each_version_has_the_figures_of_its_time(company):
    adopted(company, now() - DAY)
    auditor = company.browse("auditor")
    shown = text_of(auditor.get("/controls"))
    assert "2, shown" in shown
    assert "Testers’ guild" in shown
    assert "Sam Second" in shown
    before = text_of(auditor.get("/controls?version=1"))
    assert "1, shown" in before
    assert "Testers’ guild" not in before
    counts = [
        page.partition("Figures of")[2].partition("Judged")[0].rpartition(":")[2].strip()
        for page in (before, shown)
    ]
    assert sorted(int(count.split()[0]) for count in counts)[-1] == 3
    assert sum(int(count.split()[0]) for count in counts) == 3


@pytest.mark.parametrize("asked", ["9", "99999999999999999999"])
def test_a_version_that_was_never_in_force_is_not_found(company, asked):
    assert company.browse("auditor").get(f"/controls?version={asked}").status_code == 404


def test_a_file_of_an_earlier_version_is_pointed_out(company):
    file = ledger().instance.controls_file
    file.write_text(controls_text())
    try:
        said = text_of(company.browse("auditor").get("/controls"))
    finally:
        file.unlink()
    assert "is no longer read" in said


def test_without_any_on_record_the_page_says_how_to_put_it_there(instance):
    from django.test import Client

    from tests.web.conftest import BACKEND, _user

    client = Client()
    client.force_login(_user("administrator"), backend=BACKEND)
    reply = client.get("/controls")
    assert reply.status_code == 503
    assert "changeproof init" in text_of(reply)
