"""Who tries to be somebody else: through the directory, a commit's author, or a trailer."""

import json
from dataclasses import replace
from typing import Any

import pytest

from changeproof.events.people import AccountJoined, AccountSettled, RoleGranted
from changeproof.events.requests import ChangeApproved
from changeproof.sources.delivery import Delivery
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    PIPELINE,
    Commit,
    Forge,
    Pull,
    Somebody,
    at,
)
from tests.hard_cases.story import KEY, Findings, in_any_order

ANNA_BY_MAIL = replace(ANNA, email="anna@example.com")
ROSTER = Delivery(
    "roster",
    "roster",
    b"email,accounts\nanna@example.com,github:user/101\nben@example.com,github:user/102\n"
    b"cleo@example.com,github:user/103\n",
    at(1),
)
USER = "urn:ietf:params:scim:schemas:core:2.0:User"


def person(address: str) -> str:
    return f"person:{KEY.account(address).removeprefix('git:')}"


def scim(name: str, *emails: str, minute: float = 5_000) -> Delivery:
    """The directory's entry of somebody, the primary address first."""
    said = {
        "schemas": [USER],
        "id": name,
        "userName": name,
        "emails": [{"value": each, "primary": not number} for number, each in enumerate(emails)],
    }
    return Delivery("scim", f"{name} at {minute}", json.dumps(said).encode(), at(minute))


def ldif(minute: float = 5_000) -> Delivery:
    entry = (
        b"dn: cn=Zed,ou=people\nobjectClass: inetOrgPerson\nmail: zed@example.com\n"
        b"mail: anna@example.com\n"
    )
    return Delivery("ldif", "ldif", entry, at(minute))


def roster(line: str, minute: float = 5_000) -> Delivery:
    return Delivery("roster", line, f"email,accounts,joined\n{line}\n".encode(), at(minute))


def settled(account: str, whose: str, *others: str, since: int | None = None) -> AccountSettled:
    """Somebody else than both says whose it is."""
    return AccountSettled(
        source="accounts", delivery=f"settled:{account}", occurred_at=at(6_000),
        effective_at=since, actor="local:user/9", account=account, person=whose, others=others,
    )  # fmt: skip


def proposed_by_a_bot(author: Somebody = ANNA_BY_MAIL, message: str = "") -> Pull:
    """Anna's commit, by her address alone, reaches the repository through the pipeline."""
    forge = Forge()
    pull = forge.pull(1, PIPELINE)
    pull.open(10, Commit("work", author, message))
    return pull


def landed(pull: Pull, by: Somebody = BEN) -> list[Any]:
    revision = pull.merge(by, 60)
    pull.forge.check(revision, 65)
    pull.forge.deploy(revision, 70)
    return [*pull.forge.items]


def approved_by_anna(*more: Any) -> Findings:
    pull = proposed_by_a_bot()
    pull.review(ANNA, 20)
    return in_any_order([ROSTER, *landed(pull), *more])


PULL = "github:repo/4711/pull/1"
COMMITS = KEY.account("anna@example.com")
CLAIMS = {
    "a secondary address": [scim("zed", "zed@example.com", "anna@example.com")],
    "one that was dated back": [scim("zed", "zed@example.com", "anna@example.com", minute=-9_000)],
    "LDAP": [ldif()],
    "a roster, from the day before": [roster("anna@example.com,,"), roster(
        "zed@example.com,github:user/101,2026-03-01")],
    "a row that is somebody else now": [roster("zed@example.com,github:user/101,")],
    "three in a ring": [
        scim("zed", "zed@example.com", "anna@example.com"),
        scim("yan", "yan@example.com", "zed@example.com"),
        roster("yan@example.com,github:user/101,"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_an_address_that_another_entry_claims_does_not_part_an_author_from_herself(claim) -> None:
    assert approved_by_anna().verdict(PULL, "08") == "deviation"
    found = approved_by_anna(*claim)
    assert found.verdict(PULL, "08") == "deviation"
    told = found["organisation", "one_holder"]
    assert told.verdict == "deviation"


@pytest.mark.parametrize(
    ("account", "verdict"), [("local:user/5", "deviation"), ("local:user/6", "met")]
)
def test_a_user_here_whose_address_the_directory_tells_as_well_stays_the_author(
    account: str, verdict: str
) -> None:
    """Her address was joined to her user here, and nothing says whose that is, as of old."""
    pull = proposed_by_a_bot()
    joined = AccountJoined(
        source="accounts", delivery="joined", occurred_at=at(-9_000), effective_at=0,
        actor="local:user/9", account=COMMITS, person="local:user/5",
    )  # fmt: skip
    yes = ChangeApproved(
        source="desk", delivery="yes", occurred_at=at(20), actor=account, change=PULL,
        revision=pull.head,
    )  # fmt: skip
    found = in_any_order([ROSTER, *landed(pull), joined, yes])
    assert found.verdict(PULL, "08") == verdict


def test_a_claim_takes_no_objection_back() -> None:
    """Ben says no and Cleo yes; Zed, who claims an address of Ben's, says yes after them."""
    pull = proposed_by_a_bot()
    pull.review(BEN, 20, "changes_requested")
    pull.review(CLEO, 21)
    pull.review(Somebody(999, "zed"), 22)
    claim = [
        scim("zed", "zed@example.com", "ben@example.com"),
        roster("zed@example.com,github:user/999"),
    ]
    found = in_any_order([ROSTER, *landed(pull), *claim])
    assert found.verdict(PULL, "08") == "deviation"
    pull.review(BEN, 23)
    assert in_any_order([ROSTER, *landed(pull), *claim]).verdict(PULL, "08") == "met"


def test_a_claim_takes_no_role_along() -> None:
    """Zed holds no role; who claims Ben's account is not Ben for that."""
    pull = proposed_by_a_bot()
    zed = Somebody(999, "zed")
    pull.review(zed, 20)
    granted = RoleGranted(
        source="accounts", delivery="role", occurred_at=at(-9_000), actor="local:user/9",
        account=BEN.account, role="approver",
    )  # fmt: skip
    taken = [granted, roster("zed@example.com,github:user/999 github:user/102,")]
    found = in_any_order([ROSTER, *landed(pull), *taken])
    assert found.verdict(PULL, "08") == "deviation"
    assert "did not hold the role of approver" in found[PULL, "08"].reason


def test_whoever_is_in_no_quarrel_approves_as_before() -> None:
    pull = proposed_by_a_bot()
    pull.review(BEN, 20)
    claim = scim("zed", "zed@example.com", "anna@example.com")
    found = in_any_order([ROSTER, *landed(pull), claim])
    assert found.verdict(PULL, "08") == "met"


def test_a_second_person_says_whose_it_is_and_all_is_judged_again() -> None:
    claim = scim("zed", "zed@example.com", "anna@example.com")
    anna, zed = person("anna@example.com"), person("zed@example.com")
    to_anna = approved_by_anna(claim, settled(COMMITS, anna, zed))
    assert to_anna.verdict(PULL, "08") == "deviation"
    assert to_anna["organisation", "one_holder"].verdict == "met"
    to_zed = approved_by_anna(claim, settled(COMMITS, zed, anna))
    assert to_zed.verdict(PULL, "08") == "met"  # they were never hers
    assert to_zed["organisation", "one_holder"].verdict == "met"
    later = approved_by_anna(claim, settled(COMMITS, zed, anna, since=at(3_000)))
    assert later.verdict(PULL, "08") == "deviation"  # hers until she handed them over


def test_the_claim_that_was_settled_says_nothing_new_and_a_further_one_does() -> None:
    anna, zed = person("anna@example.com"), person("zed@example.com")
    claim = scim("zed", "zed@example.com", "anna@example.com")
    again = scim("zed", "zed@example.com", "anna@example.com", minute=7_000)
    decided = [claim, settled(COMMITS, zed, anna), again]
    assert approved_by_anna(*decided)["organisation", "one_holder"].verdict == "met"
    third = scim("yan", "yan@example.com", "anna@example.com", minute=7_000)
    found = approved_by_anna(*decided, third)
    assert found["organisation", "one_holder"].verdict == "deviation"


# what a commit says of itself

BOTS_NAME = Somebody(0, "helper[bot]", email="anna@example.com")


@pytest.mark.parametrize(
    "author",
    [
        BOTS_NAME,  # a bot's name under her own address
        replace(ANNA, login="helper[bot]", email="101+helper[bot]@users.noreply.github.com"),
        replace(ANNA, login="renovate-bot", email="anna@example.com"),
    ],
    ids=["a bot's name", "a bot's login before her number", "a bot by its last word"],
)
def test_an_author_who_calls_herself_a_bot_stays_who_she_is(author: Somebody) -> None:
    """What a commit's author says of itself is a claim: it takes no one out of the authors."""
    pull = proposed_by_a_bot(author)
    pull.review(ANNA, 20)
    found = in_any_order([ROSTER, *landed(pull)])
    assert found.verdict(PULL, "08") == "deviation"
    assert found.verdict(PULL, "duties") == "deviation"


def test_calling_an_approver_a_bot_in_a_commit_takes_no_approval_away() -> None:
    """A commit in Ben's name with a bot's name: a stranger's claim makes no machine of him."""
    pull = proposed_by_a_bot()
    pull.review(BEN, 20)
    other = pull.forge.pull(2, CLEO)
    mocked = replace(BEN, login="helper[bot]", email="102+helper[bot]@users.noreply.github.com")
    other.open(12, Commit("mocked", mocked))
    found = in_any_order([ROSTER, *landed(pull)])
    assert found.verdict(PULL, "08") == "met"


@pytest.mark.parametrize("trailer", [BEN, replace(BEN, email="ben@example.com")], ids=str)
def test_a_trailer_in_anothers_name_takes_an_approval_away_and_gives_none(
    trailer: Somebody,
) -> None:
    """Named as a co-author Ben is one, until somebody else approves: the safe side."""
    pull = proposed_by_a_bot(message=f"Work\n\n{trailer.trailer}\n")
    pull.review(ANNA, 20)
    pull.review(BEN, 21)
    found = in_any_order([ROSTER, *landed(pull)])
    assert found.verdict(PULL, "08") == "deviation"
    pull = proposed_by_a_bot(message=f"Work\n\n{trailer.trailer}\n")
    pull.review(CLEO, 20)
    assert in_any_order([ROSTER, *landed(pull)]).verdict(PULL, "08") == "met"


def test_a_trailer_that_calls_the_author_somebody_else_hides_nobody() -> None:
    """Anna names herself by another spelling and a stranger by her name."""
    stranger = Somebody(0, "anna", email="stranger@example.net")
    said = f"Work\n\nCo-authored-by: Anna <ANNA@Example.com>\n{stranger.trailer}\n"
    pull = proposed_by_a_bot(replace(PIPELINE, email="robot@example.com"), said)
    pull.review(ANNA, 20)
    assert in_any_order([ROSTER, *landed(pull)]).verdict(PULL, "08") == "deviation"
