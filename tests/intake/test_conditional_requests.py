"""What did not change is not sent again, is on record as found unchanged, and goes on to stand."""

import json

import pytest

from changeproof.events.event import sha256_hex
from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.intake.models import KeptReply
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.revisions import Protection
from changeproof.ledger.service import ledger
from tests.support.github_server import GitHub
from tests.support.protocol_server import Rests, serving


class Validating:
    """A forge that gives validators, and says 304 to whoever shows them."""

    def __init__(self, inside, name="etag"):
        self.inside = inside
        self.name, self.asks = {
            "etag": ("etag", "if-none-match"),
            "last-modified": ("last-modified", "if-modified-since"),
        }[name]
        self.sent = []

    def __call__(self, path, query, headers):
        status, more, body = self.inside(path, query, headers)
        if status != 200:
            return status, more, body
        digest = sha256_hex(json.dumps(body).encode())
        stated = f'"{digest}"'
        if self.name == "last-modified":
            stated = f"Sun, 01 Mar 2026 10:{int(digest[:4], 16) % 60:02}:00 GMT"
        if headers.get(self.asks) == stated:
            return 304, {}, b""
        self.sent.append(path)
        return 200, {**more, self.name: stated}, body


def connected(address):
    # A tree is read once for each tip of its branch, and then not at all.
    options = {"repositories": "acme/shop", "configuration_files": "none"}
    settings = Settings("github", "github", address, "", "s3cret", options)
    return connect_source(settings, every=300, private_allowed=True)


def endings(scope):
    return {row.ending for row in ledger().store.all(Retrieval) if row.scope == scope}


@pytest.mark.parametrize("name", ["etag", "last-modified"])
def test_an_unchanged_list_is_on_record_with_the_rows_that_it_holds(instance, name):
    forge = Validating(GitHub(), name)
    forge.inside.by_rules = True
    with serving(forge) as address:
        source = connected(address)
        first = ask(ledger(), source, rest=Rests())
        assert "unchanged" not in endings("github:repo/583231")
        before = {row.query.split("since=")[0]: row for row in ledger().store.all(Retrieval)}
        for _ in range(2):
            forge.sent.clear()
            again = ask(ledger(), source, rest=Rests())
    # The commits are asked for since another day the second time, and no more the third.
    assert forge.sent == []
    assert (again.rows, again.lists, again.events) == (first.rows, first.lists, 0)
    last = sorted(ledger().store.all(Retrieval), key=lambda row: row.retrieved_at)[-first.lists :]
    assert {row.ending for row in last} == {"unchanged"}
    assert all(row.row_count for row in last if row.items == "pull requests")
    for row in last:
        former = before.get(row.query.split("since=")[0])
        assert former is None or (row.row_count, row.reply) == (former.row_count, former.reply)
    assert {row.enforced for row in ledger().store.all(Protection)} == {1}


def test_what_stood_in_an_unchanged_list_stands_and_what_left_a_changed_one_ends(instance):
    forge = Validating(GitHub())
    forge.inside.classic = True
    with serving(forge) as address:
        source = connected(address)
        for forge.inside.by_rules in (True, True, False, False):
            ask(ledger(), source, rest=Rests())
    rows = sorted(ledger().store.all(Protection), key=lambda row: row.changed_at)
    assert [row.enforced for row in rows if "ruleset" in row.pattern] == [1, 0]
    assert "unchanged" in endings("github:repo/583231")


def test_a_page_whose_body_is_gone_is_asked_for_without_a_condition(instance):
    forge = Validating(GitHub())
    with serving(forge) as address:
        source = connected(address)
        ask(ledger(), source, rest=Rests())
        ledger().database.execute("DELETE FROM log_content")
        forge.sent.clear()
        ask(ledger(), source, rest=Rests())
    assert {"/repos/acme/shop", "/repos/acme/shop/pulls"} <= set(forge.sent)


def test_everything_again_and_another_address_are_sent_anew(instance):
    forge = Validating(GitHub())
    with serving(forge) as address:
        source = connected(address)
        first = ask(ledger(), source, rest=Rests())
        forge.sent.clear()
        ask(ledger(), source, rest=Rests(), everything=True)
        assert len(forge.sent) == first.lists
    with serving(forge) as address:
        forge.sent.clear()
        ask(ledger(), connected(address), rest=Rests())
    assert "/repos/acme/shop" in forge.sent


def test_what_a_turn_no_longer_asks_for_is_forgotten(instance):
    forge = Validating(GitHub())
    with serving(forge) as address:
        source = connected(address)
        for _ in range(3):
            ask(ledger(), source, rest=Rests())
        count = KeptReply.objects.count()
        forge.inside.protected = False
        ask(ledger(), source, rest=Rests())
    assert KeptReply.objects.count() == count - 1  # no rules below a branch without
