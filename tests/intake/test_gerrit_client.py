"""Gerrit asked by ourselves: changes with votes and submissions, page by page."""

import base64
import json

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.ledger.pulls import PullMerge, Review
from changeproof.ledger.receipts import Recovery, Silence
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger
from tests.support.protocol_server import Rests, serving

ADA, BOB = ({"_account_id": number, "username": name} for number, name in ((7, "ada"), (8, "bob")))
LOGIN = "Basic " + base64.b64encode(b"reader:s3cret").decode()


def change(number):
    head = f"{number:040x}"
    return {
        "_number": number,
        "change_id": f"I{number:040x}",
        "project": "shop",
        "branch": "main",
        "status": "MERGED",
        "subject": f"Change {number}",
        "created": "2026-03-01 10:00:00.000000000",
        "updated": "2026-03-01 12:00:00.000000000",
        "submitted": "2026-03-01 12:00:00.000000000",
        "owner": ADA,
        "submitter": BOB,
        "current_revision": head,
        "revisions": {
            head: {
                "_number": 1,
                "created": "2026-03-01 10:00:00.000000000",
                "uploader": ADA,
                "commit": {"parents": [{"commit": "0" * 39 + "1"}], "message": f"C {number}\n"},
            }
        },
        "labels": {
            "Code-Review": {
                "all": [{**BOB, "value": 2, "date": "2026-03-01 11:00:00.000000000"}],
                "values": {"-2": "no", "+2": "yes"},
            }
        },
    }


class Gerrit:
    """250 changes of one project; replies begin as Gerrit's do."""

    def __init__(self):
        self.asked = []

    def __call__(self, path, query, headers):
        assert (path, headers["authorization"]) == ("/a/changes/", LOGIN)
        self.asked.append(query["q"])
        place, size = int(query["S"]), int(query["n"])
        rows = [change(number) for number in range(1 + place, min(place + size, 250) + 1)]
        if rows and place + size < 250:
            rows[-1]["_more_changes"] = True
        return 200, {}, b")]}'\n" + json.dumps(rows).encode()


def connected(address):
    options = {"projects": "shop", "host": "review.example.com"}
    settings = Settings("gerrit", "gerrit", address, "reader", "s3cret", options)
    return connect_source(settings, every=300, private_allowed=True)


def test_every_change_with_its_votes_and_a_second_turn_asks_for_what_is_newer(instance):
    forge = Gerrit()
    with serving(forge) as address:
        source = connected(address)
        first = ask(ledger(), source, rest=Rests())
        again = ask(ledger(), source, rest=Rests())
    assert (first.rows, first.quarantined, again.events) == (250, 0, 0)
    merges = {row.pull for row in ledger().store.all(PullMerge)}
    assert len(merges) == 250
    assert "gerrit:review.example.com/project/shop/change/1" in merges
    assert {row.verdict for row in ledger().store.all(Review)} == {"approved"}
    read = min(ledger().store.all(Retrieval), key=lambda row: row.retrieved_at)
    assert (read.page_count, read.ending) == (3, "said to be the last")
    assert forge.asked[0] == "project:shop"
    assert forge.asked[-1] == 'project:shop after:"2026-03-01 11:55:00 +0000"'


class Few(Gerrit):
    """Five changes, two at once; what is asked for later may go wrong."""

    def __init__(self, trouble):
        super().__init__()
        self.trouble, self.numbers = trouble, [1, 2, 3, 4, 5]

    def __call__(self, path, query, headers):
        place = 0 if self.trouble == "loops" else int(query["S"])
        rows = [change(number) for number in self.numbers[place : place + 2]]
        if place + 2 < len(self.numbers):
            rows[-1]["_more_changes"] = True
        told = b")]}'\n" + json.dumps(rows).encode()
        if self.trouble == "taken out" and 1 in self.numbers:
            self.numbers.remove(1)
        if self.trouble == "500" and place:
            return 500, {}, {}
        if self.trouble == "cut" and place:
            return 200, {"content-length": "99999"}, told
        if self.trouble == "half" and place:
            return 200, {}, told[: len(told) // 2]
        return 200, {}, told


def merged():
    return sorted(int(row.pull.rpartition("/")[2]) for row in ledger().store.all(PullMerge))


@pytest.mark.parametrize("trouble", ["500", "cut", "half", "loops"])
def test_a_list_that_breaks_off_or_has_no_end_is_not_whole(instance, trouble):
    server = Few(trouble)
    with serving(server) as address:
        source = connected(address)
        with pytest.raises(Refusal):
            ask(ledger(), source, rest=Rests())
        assert ledger().store.all(Retrieval) == []
        [silence] = ledger().store.all(Silence)
        server.trouble = ""
        ask(ledger(), source, rest=Rests())
    assert merged() == [1, 2, 3, 4, 5]
    [recovery] = ledger().store.all(Recovery)
    assert (recovery.silent_from, recovery.filled) == (silence.silent_from, 1)


def test_a_change_that_is_taken_out_meanwhile_hides_none(instance):
    with serving(Few("taken out")) as address:
        ask(ledger(), connected(address), rest=Rests())
    assert merged() == [1, 2, 3, 4, 5]
