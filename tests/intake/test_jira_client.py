"""Jira asked by ourselves; on it, what holds for every source: turns, silences, records."""

import pytest

from changeproof.intake.clients.asking import NotAnswered
from changeproof.intake.clients.cursors import read_whole
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source, source_named, test_source
from changeproof.intake.models import AskedSource
from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.requests import ChangeRequest, TicketMove
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger
from tests.support.protocol_server import Rests, serving


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


def connected(address: str, **options: str) -> AskedSource:
    settings = Settings("jira", "jira", address, "", "s3cret", {"projects": "PAY", **options})
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


def test_a_project_that_is_named_later_and_another_tracker_are_read_from_their_beginning(instance):
    tracker, other = Jira(3), Jira(5)
    with serving(tracker) as address:
        ask(ledger(), connected(address), rest=Rests())
        ask(ledger(), connected(address, projects="PAY,OPS"), rest=Rests())
    *_, pay, ops = (each["jql"] for each in tracker.asked)
    assert ("updated >=" in pay, "updated >=" in ops) == (True, False)
    with serving(other) as address:
        ask(ledger(), connected(address), rest=Rests())
    assert "updated >=" not in other.asked[0]["jql"]


def test_what_lies_ahead_of_our_clock_does_not_hide_what_comes_before_it(instance):
    class Ahead(Jira):
        def _issue(self, number):
            issue = super()._issue(number)
            issue["fields"]["updated"] = "2199-01-01T10:00:00.000+0000"
            return issue

    tracker = Ahead(1)
    with serving(tracker) as address:
        for _ in range(2):
            ask(ledger(), connected(address), rest=Rests())
    assert "updated >=" in tracker.asked[-1]["jql"]
    assert "2199" not in tracker.asked[-1]["jql"]


def test_asking_for_everything_forgets_no_silence(instance):
    tracker = Jira(3)
    with serving(tracker) as address:
        source = connected(address)
        ask(ledger(), source, rest=Rests())
        tracker.down = True
        with pytest.raises(NotAnswered):
            ask(ledger(), source, rest=Rests(), everything=True)
    assert "updated >=" not in tracker.asked[-1]["jql"]
    [silence] = ledger().store.all(Silence)
    assert silence.silent_from == 1_773_396_000_000_000


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
        whole = read_whole(ledger(), "jira")
        tracker.down = True
        for _ in range(2):
            with pytest.raises(NotAnswered):
                ask(ledger(), source, rest=Rests())
        [silence] = ledger().store.all(Silence)
        assert silence.silent_from == 1_773_396_000_000_000  # the last issue that was read
        assert "does not know the secret" in source.trouble
        assert read_whole(ledger(), "jira") == whole
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
        assert read_whole(ledger(), "jira") is None
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
