"""Who is whom by the company's roster, from its file to the finding: hard cases 1, 8 and 77."""

from changeproof.events.people import AccountSettled
from changeproof.ledger.people import AccountPerson
from changeproof.ledger.service import ledger
from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, Forge, Pull, Somebody, at

AT_HOME = Somebody(901, "anna-at-home")
ONE_PERSON = "anna@example.com,Anna,github:user/101 github:user/901,"
TWO_PERSONS = (
    "anna@example.com,Anna,github:user/101,",
    "other@example.com,Anna,github:user/901,",
)


def roster(minute: float, *lines: str) -> Delivery:
    """The file as somebody brings it at that minute."""
    body = "\n".join(("email,name,accounts,left", *lines, "")).encode()
    return Delivery("roster", f"roster-{minute}", body, at(minute))


def reviewed(forge: Forge, number: int, by: Somebody, deployer: Somebody = BEN) -> Pull:
    """A pull request of Anna's, approved by somebody, merged, tested and deployed."""
    pull = forge.pull(number).open(10)
    pull.review(by, 20)
    revision = pull.merge(ANNA, 60 + number)
    forge.check(revision, 70)
    forge.deploy(revision, 80 + number, deployer)
    return pull


def test_a_roster_joins_a_second_account_and_the_approval_is_void(judged: Judge) -> None:
    forge = Forge()
    pull = reviewed(forge, 1, AT_HOME)
    assert judged(forge.items).verdict(pull.id, "08") == "met"
    found = judged([*forge.items, roster(5_000, ONE_PERSON)])
    assert found.verdict(pull.id, "08") == "deviation"


def test_a_later_roster_splits_them_once_somebody_else_settled_it(judged: Judge) -> None:
    forge = Forge()
    pull = reviewed(forge, 1, AT_HOME)
    joined, split = roster(5_000, ONE_PERSON), roster(6_000, *TWO_PERSONS)
    claimed = judged([*forge.items, joined, split])
    assert claimed.verdict(pull.id, "08") == "deviation", "whose it is, two say"
    claims = ledger().store.by(AccountPerson, "account", [AT_HOME.account])
    first, other = (each.person for each in sorted(claims, key=lambda each: each.stated_at))
    settled = AccountSettled(
        source="desk",
        delivery="settled",
        occurred_at=at(6_500),
        account=AT_HOME.account,
        person=other,
        others=(first,),
    )
    assert judged([*forge.items, joined, split, settled]).verdict(pull.id, "08") == "met"
    rejoined = roster(7_000, ONE_PERSON)
    found = judged([*forge.items, joined, split, settled, rejoined])
    assert found.verdict(pull.id, "08") == "met", "settled holds against the same claim"


def test_the_same_name_joins_nobody(judged: Judge) -> None:
    forge = Forge()
    pull = reviewed(forge, 1, AT_HOME)
    found = judged([*forge.items, roster(5_000, *TWO_PERSONS)])
    assert found.verdict(pull.id, "08") == "met"


def test_a_login_created_again_is_whoever_the_roster_says(judged: Judge) -> None:
    forge = Forge()
    again = Somebody(999, ANNA.login)
    pull = reviewed(forge, 1, again)
    other = ("anna@example.com,Anna,github:user/101,", "new@example.com,Anna,github:user/999,")
    found = judged([*forge.items, roster(5_000, *other)])
    assert found.verdict(pull.id, "08") == "met"
    assert "{github:user/999}" in found[pull.id, "08"].reason


def test_the_account_of_whoever_left_deploys(judged: Judge) -> None:
    forge = Forge()
    pull = reviewed(forge, 1, Somebody(103, "cleo"))
    there = roster(5_000, "ben@example.com,Ben,github:user/102,")
    assert judged([*forge.items, there]).verdict(pull.id, "09") == "met"
    gone = roster(6_000, "ben@example.com,Ben,github:user/102,2026-03-01")
    found = judged([*forge.items, gone])
    assert found.verdict(pull.id, "09") == "deviation"
    assert "had left the company at 2026-03-01" in found[pull.id, "09"].reason


def test_whoever_deploys_on_their_last_day_but_one_had_not_left(judged: Judge) -> None:
    forge = Forge()
    pull = reviewed(forge, 1, Somebody(103, "cleo"))
    found = judged([*forge.items, roster(6_000, "ben@example.com,Ben,github:user/102,2026-03-03")])
    assert found.verdict(pull.id, "09") == "met"
