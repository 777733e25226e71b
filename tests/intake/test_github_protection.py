"""What protects GitHub's branches, as looks tell it, and what we may not see."""

from changeproof.intake.clients.turns import ask
from changeproof.ledger.retrievals import RefusedList, Retrieval
from changeproof.ledger.revisions import Protection
from changeproof.ledger.service import ledger
from changeproof.web.readings.hidden_lists_reading import read_hidden_lists
from tests.support.github_server import GitHub, asked
from tests.support.protocol_server import Rests, serving


def test_protection_is_told_where_it_is_other_than_at_the_last_look(instance):
    forge = GitHub()
    with serving(forge) as address:
        source = asked(address)
        for protected in (True, True, False, False, True):
            forge.protected = protected
            ask(ledger(), source, rest=Rests())
    rows = sorted(ledger().store.all(Protection), key=lambda row: row.changed_at)
    assert [row.enforced for row in rows] == [1, 0, 1]
    assert (rows[0].approvals_required, rows[0].administrators_bound) == (1, 1)


def test_a_token_that_may_not_see_protection_tells_nothing_of_it(instance):
    forge = GitHub()
    forge.may_not_see = True
    with serving(forge) as address:
        ask(ledger(), asked(address), rest=Rests())
    assert ledger().store.all(Protection) == []


def test_a_branch_that_rules_protect_is_not_called_unprotected(instance):
    forge = GitHub()
    forge.by_rules = True
    with serving(forge) as address:
        ask(ledger(), asked(address), rest=Rests())
    assert {row.enforced for row in ledger().store.all(Protection)} == {1}


def test_a_list_that_may_not_be_read_is_on_record_once_until_it_is_read(instance):
    forge = GitHub()
    with serving(forge) as address:
        source = asked(address)
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
        [refused] = ledger().store.all(RefusedList)
        assert (refused.scope, refused.items, refused.status) == (
            "github:repo/583231",
            "rulesets",
            403,
        )
        assert "permissions" in refused.cure
        assert [row.items for row in read_hidden_lists(ledger())] == ["rulesets"]
        forge.classic = True
        ask(ledger(), source, rest=Rests())
        assert read_hidden_lists(ledger()) == ()
        forge.classic = False
        ask(ledger(), source, rest=Rests())
    assert len(ledger().store.all(RefusedList)) == 2
    [hidden] = read_hidden_lists(ledger())
    assert (hidden.scope, hidden.items) == ("acme/shop", "rulesets")


def test_what_is_gone_is_not_called_hidden(instance):
    """A commit without checks is no list that somebody keeps from us."""

    class Forced(GitHub):
        def __call__(self, path, query, headers):
            if "/check-runs" in path or path.endswith("/rulesets"):
                return (404, {}, {}) if "/check-runs" in path else (200, {}, [])
            return super().__call__(path, query, headers)

    with serving(Forced()) as address:
        found = ask(ledger(), asked(address), rest=Rests())
    assert found.missing
    assert ledger().store.all(RefusedList) == []


def transitions(pattern):
    rows = [row for row in ledger().store.all(Protection) if row.pattern == pattern]
    return [row.enforced for row in sorted(rows, key=lambda row: row.changed_at)]


def test_a_ruleset_that_its_whole_list_no_longer_holds_ends_at_the_look(instance):
    forge = GitHub()
    forge.classic = forge.by_rules = True
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        asked_at = max(row.retrieved_at for row in ledger().store.all(Retrieval))
        forge.by_rules = False
        for _ in range(2):
            ask(ledger(), source, rest=Rests())
    assert transitions("main (ruleset 9)") == [1, 0]
    off = max(
        (row for row in ledger().store.all(Protection) if row.pattern == "main (ruleset 9)"),
        key=lambda row: row.changed_at,
    )
    assert off.changed_at > asked_at
    assert off.account is None


def test_rulesets_that_may_not_be_listed_are_not_called_removed(instance):
    forge = GitHub()
    forge.by_rules = True
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.rules_refused = True
        ask(ledger(), source, rest=Rests())
    assert transitions("main (ruleset 9)") == [1]


def test_a_rule_of_the_branch_ends_though_a_ruleset_holds_on(instance):
    forge = GitHub()
    forge.classic = forge.by_rules = True
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        forge.protected = False
        ask(ledger(), source, rest=Rests())
    assert transitions("main") == [1, 0]
    assert transitions("main (ruleset 9)") == [1]
