"""An auditor's seat shows one period of some systems, to read, and nothing after its end."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from changeproof.accounts.models import User
from changeproof.accounts.people import grant_roles, operator
from changeproof.accounts.seats import seats_of
from changeproof.accounts.tokens import create_token
from changeproof.audits.models import PackOrder
from changeproof.audits.orders import file_of
from changeproof.ledger.joined import SubjectJudged
from changeproof.ledger.seats import AuditorSeat
from changeproof.ledger.service import ledger, now
from changeproof.site.routes import routes
from changeproof.workflow.requesting import Window
from changeproof.workflow.seats import EndSeat, GiveSeat, end_seat, give_seat
from tests.site.test_authorization import address, answer, browser, speaker
from tests.web.test_views import text_of

DAY = 24 * 3600 * 1_000_000
ADDRESS = "auditor@audit.example"


@pytest.fixture
def listed(company: Any) -> dict[str, int]:
    """When each change of the company stands in the lists."""
    return {row.subject: row.listed_at for row in ledger().store.all(SubjectJudged) if row.verdict}


@pytest.fixture
def seated(company: Any) -> Callable[..., User]:
    """An auditor with a seat."""

    def give(begins: int, until: int, systems: tuple[str, ...] = (), ends: int = 0) -> User:
        manager = company.user("administrator").account
        window = Window(begins, until)
        command = GiveSeat(ADDRESS, "SOC 2, 2026", window, ends or now() + DAY, systems)
        give_seat(ledger(), manager, command)
        return User.objects.get(email=ADDRESS)

    return give


def around(listed: dict[str, int], *names: str) -> tuple[int, int]:
    return min(listed[name] for name in names), max(listed[name] for name in names) + 1


def test_a_seat_lets_in_where_the_matrix_says_and_ends(company, listed, seated):
    """Every address: with a seat, and after it ended."""
    user = seated(0, now())
    reader, program = browser(user), speaker(user)
    for ended in (False, True):
        if ended:
            [seat] = seats_of(user.account)
            end_seat(ledger(), company.user("administrator").account, EndSeat(seat.seat))
        for route in routes():
            if (route.room != "web" and not route.method) or route.admission is None:
                continue
            got = answer(program if route.method else reader, route)
            opened = route.lets_in_seats and (not ended or route.admission.permission is None)
            if opened:
                assert got not in (401, 403), (route, got)
            else:
                posted = 403 if route.method else reader.post(address(route)).status_code
                assert 403 in (got, posted), (route, got, posted)
                assert {got, posted} <= {403, 405}, (route, got, posted)


def test_exactly_the_period_is_shown_everywhere(company, listed, seated):
    inside = {company.sound}
    outside = set(listed) - inside
    begins, until = around(listed, company.sound)
    outside -= {name for name in outside if begins <= listed[name] < until}
    assert outside
    user = seated(begins, until)
    reader, program = browser(user), speaker(user)
    page = reader.get("/changes").content.decode()
    found = program.get("/api/changes").json()["items"]
    shown = {each["id"] for each in found}
    assert shown == set(listed) - outside
    assert company.sound in page
    assert (
        f"{len(shown)} of {len(shown)}" in text_of(reader.get("/changes"))
        or str(len(shown)) in page
    )
    for name in outside:
        assert name not in page
        assert (
            name
            not in reader.get("/changes", {"text": name}).content.decode().partition("<table")[2]
        )
        assert reader.get(f"/changes/{name}").status_code == 404
        assert program.get(f"/api/changes/{name}").status_code == 404
        assert program.get(f"/api/history/{name}").status_code == 404
    company.judge()
    searched = reader.get("/search", {"text": "pull"}).context["page"]
    assert {row.id for row in searched.changes.rows} == shown
    assert searched.changes.total == len(shown)
    people = reader.get("/search", {"text": "wanda"}).context["page"].groups
    assert [item.note.rpartition(" in ")[2] for group in people for item in group.items] == [
        f"{len(shown)} change" + ("s" if len(shown) > 1 else "")
    ]
    file = reader.get("/changes", {"format": "csv"}).content.decode()
    assert len(file.splitlines()) == len(shown) + 1
    for name in shown:
        assert reader.get(f"/changes/{name}").status_code == 200
        assert program.get(f"/api/changes/{name}").status_code == 200
    first = text_of(reader.get("/", follow=True))
    assert "SOC 2, 2026" in first
    assert f"{len(shown)} change" in first


def test_a_seat_of_some_systems_shows_no_other(company, listed, seated):
    system = {row.subject: row.system for row in ledger().store.all(SubjectJudged)}
    user = seated(0, now(), (system[company.sound],))
    shown = {each["id"] for each in speaker(user).get("/api/changes").json()["items"]}
    assert shown == {name for name in listed if system[name] == system[company.sound]}
    asked = speaker(user).get("/api/changes", {"system": "no such"}).json()
    assert asked["items"] == []


def test_a_change_offers_an_auditor_nothing_that_a_seat_does_not_open(company, listed, seated):
    reader = browser(seated(0, now()))
    page = reader.get(f"/changes/{company.unreviewed}").content.decode()
    offered = set(re.findall(r'href="(/[^"#?]*)', page))
    assert {each for each in offered if reader.get(each).status_code == 403} == set()
    told = text_of(reader.get("/checks"))
    assert "Ask whoever gave you the seat" in told
    assert "can give you the role" not in told


def test_packs_are_those_of_the_period_and_of_all_systems(company, listed, seated):
    until = now()
    user = seated(DAY, until)
    held = ledger()
    for name, period in (("within", (DAY, until)), ("beyond", (0, until))):
        PackOrder.objects.create(
            order=name, asked_by="local:user/1", asked_at=1, state="ready",
            period_from=period[0], period_until=period[1],
        )  # fmt: skip
        file_of(held, name).parent.mkdir(exist_ok=True)
        file_of(held, name).write_bytes(b"PK")
    try:
        reader = browser(user)
        assert reader.get("/audits/packs/within").status_code == 200
        assert reader.get("/audits/packs/beyond").status_code == 404
        page = reader.get("/engagement").content.decode()
        assert ("/audits/packs/within" in page, "/audits/packs/beyond" in page) == (True, False)
    finally:
        for name in ("within", "beyond"):
            file_of(held, name).unlink()


def test_a_token_reads_no_more_than_the_seat_and_nothing_after_it(company, listed, seated):
    user = seated(0, now())
    program = Client(headers={"Authorization": f"Bearer {create_token(user, ['read'])}"})
    assert program.get("/api/changes").json()["items"]
    blind = Client(headers={"Authorization": f"Bearer {create_token(user, ['gate'])}"})
    assert blind.get("/api/changes").status_code == 403
    assert seats_of(user.account, now() + 2 * DAY) == ()


def test_seats_are_given_and_ended_on_their_page(company):
    manager = company.browse("administrator")
    told = {
        "email": ADDRESS, "engagement": "SOC 2, 2026", "begins": "2026-01-01",
        "until": "2026-03-31", "ends": "2026-01-01", "systems": "",
    }  # fmt: skip
    past = manager.post("/seats", told)
    assert past.status_code == 422
    assert "It is over already" in text_of(past)
    assert not User.objects.filter(email=ADDRESS).exists()  # nothing of it stayed
    day = manager.get("/seats")
    assert "No auditor has a seat." in text_of(day)
    told["ends"] = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    given = manager.post("/seats", told)
    assert given.status_code == 200
    [link] = re.findall(r"<code>(http\S+)</code>", given.content.decode())
    assert link.encode() not in manager.get("/seats").content
    [seat] = ledger().store.all(AuditorSeat)
    again = manager.post("/seats/end", {"seat": seat.seat}, follow=True)
    assert "Nothing is shown by it any more." in text_of(again)
    assert manager.post("/seats/end", {"seat": seat.seat}).status_code == 422


@pytest.mark.parametrize("email", ["approver@example.com", "administrator@example.com"])
def test_no_seat_for_who_takes_part(company, email):
    company.user("approver")
    manager = speaker(company.user("administrator"))
    body = {
        "email": email, "engagement": "SOC 2", "period_from": 0, "period_until": 1,
        "ends_at": now() + DAY,
    }  # fmt: skip
    reply = manager.post("/api/auditor-seats", json.dumps(body), content_type="application/json")
    assert reply.status_code == 422, reply.content
    assert ledger().store.all(AuditorSeat) == []


def test_a_role_that_comes_later_counts_for_itself(company, listed, seated):
    user = seated(*around(listed, company.sound))
    by = operator().account
    grant_roles(user.account, ["auditor"], by=by)
    assert browser(user).get("/checks").status_code == 200
