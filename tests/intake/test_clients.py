"""Clients against servers that the test starts: whole lists, limits, interruptions, silences."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.asking import LARGEST_REPLY, Asker, NotAnswered, Unreachable
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.paging import Paging, pages
from changeproof.intake.clients.retrieval import read_cursor
from changeproof.intake.clients.turns import ask, connect_source, source_named, test_source
from changeproof.intake.models import AskedSource
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.requests import ChangeAuthorization, ChangeRequest, TicketMove
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger

Answer = Callable[[str, dict[str, Any], dict[str, str]], tuple[int, dict[str, str], Any]]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """A server on this machine; `answer(path, query, headers)` gives status, headers, body; the
    query of a POST is its JSON body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            self._answer(
                parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._answer(self.path, json.loads(body))

        def _answer(self, path: str, query: dict[str, Any]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more, body = answer(path, query, headers)
            sent = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"content-length": str(len(sent)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *_: Any) -> None:
            """Nothing: the test says what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Rests:
    """Remembers how long it was asked to wait, and waits for nothing."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def asker(address: str, rests: Rests, **more: Any) -> Asker:
    return Asker(address, {}, rest=rests, now=lambda: 1_000_000_000.0, private_allowed=True, **more)


# ---- Asking ------------------------------------------------------------------------------------


def test_a_limit_is_waited_for_as_the_system_states_it():
    answers = [
        (429, {"retry-after": "7"}, {}),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000000042"}, {}),
        (503, {}, {}),
        (200, {}, [1]),
    ]
    rests = Rests()
    with serving(lambda *_: answers.pop(0)) as address:
        assert asker(address, rests).get("x").body == b"[1]"
    assert rests.seconds == [7.0, 42.0, 4.0]


def test_patience_ends_and_says_so():
    rests = Rests()
    with serving(lambda *_: (500, {}, {})) as address, pytest.raises(Unreachable, match="500"):
        asker(address, rests).get("x")
    assert len(rests.seconds) == 5


def test_a_limit_of_hours_is_left_to_the_next_turn():
    rests = Rests()
    answer = (429, {"retry-after": "7200"}, {})
    with serving(lambda *_: answer) as address, pytest.raises(Unreachable, match="120 minutes"):
        asker(address, rests).get("x")
    assert rests.seconds == []


@pytest.mark.parametrize("status", [401, 403, 404, 410, 418])
def test_a_no_is_final_and_has_a_cure(status):
    rests = Rests()
    with serving(lambda *_: (status, {}, {})) as address, pytest.raises(NotAnswered) as refused:
        asker(address, rests).get("x")
    assert refused.value.status == status
    assert refused.value.cure
    assert rests.seconds == []


def test_a_secret_goes_to_no_other_host():
    rests = Rests()
    away = {"location": "http://other.example.net/x"}
    with serving(lambda *_: (302, away, {})) as address:
        with pytest.raises(NotAnswered, match=r"leads away from 127\.0\.0\.1"):
            asker(address, rests).get("x")
        with pytest.raises(NotAnswered, match="leads away"):
            asker(address, rests).get("http://other.example.net/x")


def test_a_redirect_within_the_host_is_followed_and_a_circle_is_not():
    rests = Rests()

    def answer(path, query, headers):
        return (301, {"location": "/b"}, {}) if path == "/a" else (200, {}, {"at": path})

    with serving(answer) as address:
        assert json.loads(asker(address, rests).get("a").body) == {"at": "/b"}
    circle = (302, {"location": "/a"}, {})
    with serving(lambda *_: circle) as address, pytest.raises(NotAnswered, match="without an end"):
        asker(address, rests).get("a")


def test_our_own_network_is_asked_only_where_that_was_allowed():
    with serving(lambda *_: (200, {}, [])) as address:
        closed = Asker(address, {}, rest=Rests(), now=lambda: 0.0)
        with pytest.raises(NotAnswered, match="private network"):
            closed.get("x")


def test_a_reply_over_the_limit_is_refused_with_its_size():
    def answer(*_):
        return 200, {"content-length": str(LARGEST_REPLY + 2)}, b"[" * (LARGEST_REPLY + 2)

    with serving(answer) as address, pytest.raises(NotAnswered, match="52,428,800 bytes"):
        asker(address, Rests()).get("x")


def test_what_did_not_change_is_not_sent_again():
    seen = []

    def answer(path, query, headers):
        seen.append(headers.get("if-none-match"))
        return (304, {}, b"") if seen[-1] else (200, {"etag": '"1"'}, [1])

    with serving(answer) as address:
        [page] = pages(asker(address, Rests()), "x", {}, Paging("link"))
        [again] = pages(asker(address, Rests()), "x", {}, Paging("link"), page.reply.etag)
    assert (again.ending, seen) == ("unchanged", [None, '"1"'])


# ---- Paging ------------------------------------------------------------------------------------

ROWS = list(range(7))


def link(path, query, headers):
    place = int(query.get("page", "0"))
    more = {"link": f'</x?page={place + 3}>; rel="next"'} if place + 3 < len(ROWS) else {}
    return 200, more, ROWS[place : place + 3]


def offset(path, query, headers):
    place, size = int(query["at"]), int(query["n"])
    return 200, {}, {"rows": ROWS[place : place + size], "total": len(ROWS)}


def header(path, query, headers):
    place, size = int(query["at"]), int(query["n"])
    return 200, {"x-total-count": str(len(ROWS))}, {"rows": ROWS[place : place + size]}


def more(path, query, headers):
    place, size = int(query["at"]), int(query["n"])
    return 200, {}, {"rows": ROWS[place : place + size], "more": place + size < len(ROWS)}


def numbered(path, query, headers):
    place, size = (int(query["at"]) - 1) * int(query["n"]), int(query["n"])
    return 200, {}, ROWS[place : place + size]


def token(path, query, headers):
    place = int(query.get("next", "0"))
    following = {"next": str(place + 3)} if place + 3 < len(ROWS) else {}
    return 200, {}, {"rows": ROWS[place : place + 3], **following}


N = ("n", 3)


@pytest.mark.parametrize(
    ("answer", "paging", "ending"),
    [
        (link, Paging("link", size=N), "no next page"),
        (offset, Paging("offset", "rows", N, "at", total="total"), "total reached"),
        (header, Paging("offset", "rows", N, "at", "header:x-total-count"), "total reached"),
        (more, Paging("offset", "rows", N, "at", more="more"), "said to be the last"),
        (numbered, Paging("numbered", size=N, place="at"), "short page"),
        (token, Paging("token", "rows", N, "next"), "no next page"),
    ],
)
def test_every_way_of_paging_gives_each_row_once_and_says_how_it_knows(answer, paging, ending):
    with serving(answer) as address:
        found = list(pages(asker(address, Rests()), "x", {}, paging))
    assert [row for page in found for row in page.rows] == ROWS
    assert [page.ending for page in found] == [None, None, ending]


@pytest.mark.parametrize("style", ["offset", "token", "link"])
@pytest.mark.parametrize("body", [b"<html>", {"rows": 7}, b"7", b"null"])
def test_a_reply_without_the_list_is_refused(body, style):
    with serving(lambda *_: (200, {}, body)) as address, pytest.raises(NotAnswered):
        list(pages(asker(address, Rests()), "x", {}, Paging(style, "rows", N, "at")))


def test_an_empty_list_is_a_list_where_pages_have_tokens_and_null_is_none_elsewhere():
    def answer(*_):
        return 200, {}, {"rows": None}

    with serving(answer) as address:
        [page] = pages(asker(address, Rests()), "x", {}, Paging("token", "rows", N, "next"))
        assert page.rows == []
        with pytest.raises(NotAnswered):
            list(pages(asker(address, Rests()), "x", {}, Paging("offset", "rows", N, "at")))


def test_a_list_that_ends_before_its_total_does_not_say_that_it_reached_it():
    def stops(path, query, headers):
        return 200, {}, {"rows": ROWS[:3] if query["at"] == "0" else [], "total": 7}

    paging = Paging("offset", "rows", N, "at", total="total")
    with serving(stops) as address:
        *_, last = pages(asker(address, Rests()), "x", {}, paging)
    assert (last.total, last.ending) == (7, "short page")


# ---- Retrieval: Jira and ServiceNow ------------------------------------------------------------


class Jira:
    """A tracker of a few issues; it may be down, and it counts what it was asked."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.down = False
        self.asked: list[dict[str, str]] = []

    def __call__(self, path, query, headers):
        self.asked.append(query)
        assert headers["authorization"] == "Bearer s3cret"
        if self.down:
            return 401, {}, {}
        if path.endswith("/approval"):
            return self._approval(path)
        place, size = int(query.get("startAt", "0")), int(query["maxResults"])
        issues = [self._issue(number) for number in range(1, self.number + 1)]
        return 200, {}, {"issues": issues[place : place + size], "total": len(issues)}

    def _issue(self, number):
        return {
            "id": f"{10_000 + number}",
            "key": f"PAY-{number}",
            "self": f"https://jira.example.com/rest/api/2/issue/{10_000 + number}",
            "fields": {
                "created": f"2026-03-0{number % 9 + 1}T10:00:00.000+0000",
                "updated": f"2026-03-1{number % 9}T10:00:00.000+0000",
                "summary": f"Ticket {number}",
                "reporter": {"key": "ada"},
            },
            "changelog": {
                "histories": [
                    {
                        "id": f"{number}",
                        "created": f"2026-03-0{number % 9 + 1}T11:00:00.000+0000",
                        "author": {"key": "bob"},
                        "items": [{"field": "status", "toString": "Approved"}],
                    }
                ]
            },
        }

    def _approval(self, path):
        if not path.startswith("/rest/servicedeskapi/request/10001/"):
            return 404, {}, {}
        decided = {"approver": {"key": "carol"}, "approverDecision": "approved"}
        approval = {
            "id": "1",
            "approvers": [decided],
            "completedDate": {"epochMillis": 1_772_400_000_000},
            "_links": {"self": f"https://jira.example.com{path}/1"},
        }
        return 200, {}, {"values": [approval], "isLastPage": True}


def connected(address: str, kind: str = "jira", **options: str) -> AskedSource:
    settings = Settings(kind, kind, address, "", "s3cret", {"projects": "PAY", **options})
    return connect_source(settings, every=300, private_allowed=True)


def test_everything_is_read_once_and_its_retrieval_is_on_record(instance):
    tracker = Jira(250)
    with serving(tracker) as address:
        first = ask(ledger(), connected(address), rest=Rests())
        again = ask(ledger(), source_named("jira"), rest=Rests())
    assert (first.rows, first.quarantined) == (250, 0)
    assert again.events == 0
    assert len(ledger().store.all(ChangeRequest)) == len(ledger().store.all(TicketMove)) == 250
    read, _ = sorted(ledger().store.all(Retrieval), key=lambda row: row.retrieved_at)
    assert (read.items, read.page_count, read.row_count) == ("issues", 3, 250)
    assert (read.stated_total, read.ending) == (250, "total reached")
    assert "s3cret" not in read.query
    assert "updated >=" not in tracker.asked[0]["jql"]
    assert 'updated >= "2026-03-17 10:00"' in tracker.asked[-1]["jql"]


def test_approvals_hang_below_requests_and_their_absence_is_no_trouble(instance):
    with serving(Jira(2)) as address:
        found = ask(ledger(), connected(address, service_desk="yes"), rest=Rests())
    [approval] = ledger().store.all(ChangeAuthorization)
    assert approval.change_name == "jira:jira.example.com/issue/10001"
    assert len(found.missing) == 1


def test_a_source_that_cannot_be_asked_is_silent_until_it_was_read_again(instance):
    tracker = Jira(3)
    with serving(tracker) as address:
        source = connected(address)
        ask(ledger(), source, rest=Rests())
        whole = read_cursor(ledger(), "jira")
        tracker.down = True
        for _ in range(2):
            with pytest.raises(NotAnswered):
                ask(ledger(), source, rest=Rests())
        [silence] = ledger().store.all(Silence)
        assert silence.silent_from == 1_773_396_000_000_000  # the last issue that was read
        assert "does not know the secret" in source.trouble
        assert read_cursor(ledger(), "jira") == whole
        tracker.down = False
        ask(ledger(), source, rest=Rests())
    [recovery] = ledger().store.all(Recovery)
    assert (recovery.silent_from, recovery.filled) == (silence.silent_from, 1)
    assert source.trouble == ""


def test_an_interrupted_retrieval_goes_on_from_the_last_whole_one(instance):
    class Stop(BaseException):
        pass

    tracker = Jira(250)
    with serving(tracker) as address:
        source = connected(address)

        def stop(items, rows):
            if rows >= 200:
                raise Stop

        with pytest.raises(Stop):
            ask(ledger(), source, rest=Rests(), told=stop)
        assert read_cursor(ledger(), "jira") is None
        assert ledger().store.all(Retrieval) == []
        assert len(ledger().store.all(ChangeRequest)) == 200
        ask(ledger(), source, rest=Rests())
    assert len(ledger().store.all(ChangeRequest)) == 250


def test_two_never_ask_one_source_together(instance):
    with serving(Jira(1)) as address:
        source = connected(address)
        AskedSource.objects.update(begun_at=2**52)
        assert ask(ledger(), source, rest=Rests()) is None


def test_a_turn_is_kept_as_long_as_it_is_worked_at(instance):
    """However long it takes, nobody else finds it abandoned."""
    kept = []

    def told(items, rows):
        kept.append(AskedSource.objects.get().begun_at)

    with serving(Jira(250)) as address:
        ask(ledger(), connected(address), rest=Rests(), told=told)
    assert kept == sorted(set(kept))
    assert len(kept) == 3
    assert AskedSource.objects.get().begun_at is None


def test_a_source_that_was_forgotten_meanwhile_stays_forgotten(instance):
    with serving(Jira(1)) as address:
        ask(
            ledger(),
            connected(address),
            rest=Rests(),
            told=lambda *_: AskedSource.objects.all().delete(),
        )
    assert not AskedSource.objects.exists()


@pytest.mark.parametrize("row", [7, None, {"id": "1", "fields": None}, {"fields": [1]}])
def test_rows_of_a_shape_that_nobody_promised_make_a_silence(instance, row):
    reply = (200, {}, {"issues": [row], "total": 1})
    with serving(lambda *_: reply) as address, pytest.raises(NotAnswered, match="not of the shape"):
        ask(ledger(), connected(address), rest=Rests())
    assert ledger().store.all(Silence)


def test_a_test_records_nothing(instance):
    before = ledger().log.size()
    with serving(Jira(1)) as address:
        said = test_source(connected(address), Rests())
    assert said.startswith("Jira answers: ")
    assert ledger().log.size() == before


class ServiceNow:
    """Three tables of one change request."""

    def __call__(self, path, query, headers):
        table = path.rpartition("/")[2]
        sys_id, by = "c" * 32, {"link": "https://acme.example.com/u", "value": "b" * 32}
        rows = {
            "change_request": {
                "sys_id": sys_id,
                "number": "CHG0001",
                "state": "-2",
                "sys_created_on": "2026-03-01 10:00:00",
                "sys_updated_on": "2026-03-02 10:00:00",
                "requested_by": {"link": "https://acme.example.com/u", "value": "a" * 32},
            },
            "sysapproval_approver": {
                "sysapproval": {"link": "https://acme.example.com/c", "value": sys_id},
                "approver": by,
                "state": "approved",
                "sys_updated_on": "2026-03-01 12:00:00",
            },
            "sys_audit": {
                "sys_id": "e" * 32,
                "documentkey": sys_id,
                "tablename": "change_request",
                "fieldname": "state",
                "oldvalue": "-3",
                "newvalue": "-2",
                "user": "carol",
                "sys_created_on": "2026-03-01 12:00:01",
            },
        }
        here = [rows[table]] if query["sysparm_offset"] == "0" else []
        return 200, {"x-total-count": "1"}, {"result": here}


def test_servicenow_tells_requests_approvals_and_moves_of_one_change(instance):
    with serving(ServiceNow()) as address:
        found = ask(ledger(), connected(address, "servicenow"), rest=Rests())
    assert (found.lists, found.quarantined) == (3, 0)
    [request] = ledger().store.all(ChangeRequest)
    [approval] = ledger().store.all(ChangeAuthorization)
    moves = {row.to_status for row in ledger().store.all(TicketMove)}
    assert approval.change_name == request.change_name
    assert moves == {"Scheduled"}


# ---- Connecting --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "abacus"}, "no client"),
        ({"address": "jira.example.com"}, "no URL"),
        ({"address": "http://jira.example.com/"}, "unprotected"),
        ({"address": "https://ada:pw@jira.example.com/"}, "login or secret in it"),
        ({"options": {}}, "projects is missing"),
        ({"secret": ""}, "no secret"),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_remembered(instance, change, why):
    said = {
        "name": "jira",
        "kind": "jira",
        "address": "https://jira.example.com/",
        "login": "",
        "secret": "s",
        "options": {"projects": "PAY"},
        **change,
    }
    with pytest.raises(Refusal, match=why):
        connect_source(Settings(**said), every=300, private_allowed=False)
    assert not AskedSource.objects.exists()
