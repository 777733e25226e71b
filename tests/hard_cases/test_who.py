"""Hard cases 1, 2, 3, 4 and 8: who counts as somebody else."""

from dataclasses import replace
from pathlib import Path

import pytest

from changeproof.accounts.people import (
    add_user,
    declare_machine,
    grant_roles,
    link_account,
    operator,
)
from changeproof.events.people import AccountDeclared, AccountJoined, RoleGranted
from changeproof.events.refusal import Refusal
from changeproof.events.requests import ChangeRequested
from changeproof.ledger.instance import Instance
from changeproof.ledger.service import ledger
from changeproof.workflow.decisions import ApproveChange, approve
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    CLEO,
    DORA,
    GITHUB,
    PIPELINE,
    Commit,
    Forge,
    Pull,
    Somebody,
    at,
)
from tests.hard_cases.history import History
from tests.hard_cases.story import KEY, Clone, on_instance

ANNA_AT_HOME = Somebody(901, "anna-at-home")


def joined(who: Somebody, person: str) -> AccountJoined:
    """The company's roster says whose account it is."""
    return AccountJoined(
        source="accounts",
        delivery=f"roster:{who.id}",
        occurred_at=at(5_000),
        effective_at=0,
        actor="local:user/1",
        account=who.account,
        person=person,
    )


def declared(who: Somebody, kind: str, run_by: Somebody | None = None) -> AccountDeclared:
    return AccountDeclared(
        source="accounts",
        delivery=f"declared:{who.id}",
        occurred_at=at(5_000),
        actor="local:user/1",
        account=who.account,
        kind=kind,
        run_by=run_by.account if run_by else None,
    )


def landed(pull: Pull, by: Somebody = ANNA, minute: float = 60) -> Pull:
    """Merge, test and deploy it."""
    revision = pull.merge(by, minute)
    pull.forge.check(revision, minute + 5)
    pull.forge.deploy(revision, minute + 10)
    return pull


# 1: a second account of the author


def test_a_second_account_of_the_author_is_nobody_else(judged: Judge) -> None:
    forge = Forge()
    alone, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    alone.review(ANNA_AT_HOME, 20)
    fine.review(BEN, 20)
    landed(alone), landed(fine, minute=80)
    roster = [joined(ANNA, "person:anna"), joined(ANNA_AT_HOME, "person:anna")]
    found = judged([*forge.items, *roster])
    assert found.verdict(alone.id, "08") == "deviation"
    assert "{github:user/901} approved, but wrote or pushed part of it" in (
        found[alone.id, "08"].reason
    )
    assert found.verdict(fine.id, "08") == "met"
    assert found.of(fine.id) == "met"


def test_without_the_roster_two_accounts_are_two_persons(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(ANNA_AT_HOME, 20)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "met"


def test_two_accounts_of_one_reviewer_count_once(judged: Judge) -> None:
    forge = Forge()
    ben_at_home = Somebody(902, "ben-at-home")
    pull = forge.pull(1, title="SHOP-7 Improve the shop").open(10)
    pull.review(BEN, 20)
    pull.review(ben_at_home, 21)
    other = forge.pull(2, title="SHOP-8 Improve it more").open(12)
    other.review(BEN, 20)
    other.review(CLEO, 21)
    landed(pull), landed(other, minute=80)
    asked = [
        ChangeRequested(
            source="jira",
            delivery=f"ticket {key}",
            occurred_at=at(1),
            actor=DORA.account,
            change=f"jira:example/issue/{key[-1]}",
            ticket_key=key,
            risk="high",
        )
        for key in ("SHOP-7", "SHOP-8")
    ]
    roster = [joined(BEN, "person:ben"), joined(ben_at_home, "person:ben")]
    found = judged([*forge.items, *roster, *asked])
    assert found.verdict("jira:example/issue/7", "08") == "deviation"
    assert found["jira:example/issue/7", "08"].reason.startswith("1 of 2")
    assert found.verdict("jira:example/issue/8", "08") == "met"


def test_two_requesters_who_share_a_pull_request_do_not_decide_for_one_another(
    judged: Judge,
) -> None:
    forge = Forge()
    pull = forge.pull(7, title="[SHOP-7] [SHOP-8] Show prices with tax").open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    asked = [
        ChangeRequested(
            source="jira",
            delivery=f"ticket {key}",
            occurred_at=at(1),
            actor=who.account,
            change=f"jira:example/issue/{key[-1]}",
            ticket_key=key,
        )
        for key, who in (("SHOP-7", DORA), ("SHOP-8", BEN))
    ]
    found = judged([*forge.items, *asked])
    first, second = found["jira:example/issue/7", "08"], found["jira:example/issue/8", "08"]
    assert (first.verdict, second.verdict) == ("deviation", "deviation")
    assert "had asked for another change that the same work carries" in first.reason
    assert "had asked for it" in second.reason
    # A third person's approval counts for both.
    pull.review(CLEO, 30)
    found = judged([*forge.items, *asked])
    assert found.verdict("jira:example/issue/7", "08") == "met"
    assert found.verdict("jira:example/issue/8", "08") == "met"


def test_the_second_account_pushed_and_the_first_approves(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1, BEN).open(10)
    pull.add(ANNA_AT_HOME, 15, Commit("fix", ANNA_AT_HOME))
    pull.review(ANNA, 20)
    roster = [joined(ANNA, "person:anna"), joined(ANNA_AT_HOME, "person:anna")]
    found = judged([*landed(pull, BEN).forge.items, *roster])
    assert found.verdict(pull.id, "08") == "deviation"


# 2: who wrote or pushed part of it


@pytest.mark.parametrize("independent", [False, True])
@pytest.mark.parametrize("where", ["branch", "squash", "only the push"])
def test_a_co_author_is_not_independent(judged: Judge, where: str, independent: bool) -> None:
    forge = Forge()
    pull, other = forge.pull(1), forge.pull(2).open(12)
    told = f"Write it together\n\n{BEN.trailer}\n"
    pull.open(10, Commit("work", ANNA, told if where != "squash" else ""), pushed=where != "squash")
    pull.review(BEN, 20)
    if independent:
        pull.review(CLEO, 21)
    squash = Commit("squashed", ANNA, told if where == "squash" else "All (#1)", "", GITHUB)
    revision = pull.merge(ANNA, 60, squash)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    other.review(BEN, 20)
    landed(other, minute=80)
    found = judged(forge.items)
    assert found.verdict(pull.id, "08") == ("met" if independent else "deviation")
    if not independent:
        assert "{github:user/102} approved, but wrote or pushed part of it" in (
            found[pull.id, "08"].reason
        )
    assert found.verdict(other.id, "08") == "met"


def test_a_co_author_by_another_address_is_known_by_the_roster(judged: Judge) -> None:
    forge = Forge()
    ben_by_mail = replace(BEN, email="Ben.Berger@example.com")
    pull = forge.pull(1).open(10, Commit("work", ANNA, f"Together\n\n{ben_by_mail.trailer}"))
    pull.review(BEN, 20)
    landed(pull)
    assert judged(forge.items).verdict(pull.id, "08") == "met"
    by_mail = joined(BEN, "person:ben").model_copy(
        update={"account": KEY.account("ben.berger@example.com"), "delivery": "roster:mail"}
    )
    found = judged([*forge.items, joined(BEN, "person:ben"), by_mail])
    assert found.verdict(pull.id, "08") == "deviation"


@pytest.mark.parametrize("told", ["push", "synchronize", "both"])
def test_whoever_pushed_to_the_branch_is_not_independent(judged: Judge, told: str) -> None:
    """A commit in somebody else's name, pushed by the reviewer."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.add(
        BEN,
        15,
        Commit("more", ANNA),
        pushed=told != "synchronize",
        synchronized=told != "push",
    )
    pull.review(BEN, 20)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    pull.review(CLEO, 25)
    assert judged(forge.items).verdict(pull.id, "08") == "met"


def test_merging_is_not_writing(judged: Judge) -> None:
    """The reviewer merges: by a merge commit, a squash, a rebase, on the page or by hand."""
    forge = Forge()
    ways = {
        1: lambda n: (Commit(f"merge {n}", BEN, f"Merge pull request #{n} from x/y", "", GITHUB),),
        2: lambda n: (Commit(f"squash {n}", ANNA, f"All of it (#{n})", "", GITHUB),),
        3: lambda n: (Commit(f"squash {n}", BEN, f"All of it (#{n})", "", BEN),),
        4: lambda n: (
            Commit(f"rebased {n} a", ANNA, "a", "", BEN),
            Commit(f"rebased {n} b", ANNA, "b", "", BEN),
        ),
    }
    pulls = []
    for number, way in ways.items():
        pull = forge.pull(number).open(10 * number)
        pull.review(BEN, 10 * number + 5)
        revision = pull.merge(BEN, 100 + 10 * number, *way(number))
        forge.check(revision, 103 + 10 * number)
        forge.deploy(revision, 105 + 10 * number)
        pulls.append(pull)
    found = judged(forge.items)
    assert {pull.number: found.of(pull.id) for pull in pulls} == dict.fromkeys(ways, "met")


# 3: the reviewer pushes, then approves


def test_a_reviewer_who_pushed_last_does_not_count(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 12, "changes_requested")
    pull.add(BEN, 15, Commit("fix by ben", BEN, "Fix it myself"))
    pull.review(BEN, 20)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "{github:user/102} approved, but wrote or pushed part of it" in (
        found[pull.id, "08"].reason
    )


def test_a_further_human_after_the_push_counts(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.add(BEN, 15, Commit("fix by ben", BEN))
    pull.review(BEN, 20)
    pull.review(CLEO, 21)
    assert judged(landed(pull).forge.items).of(pull.id) == "met"


def test_a_further_human_before_the_push_does_not_count(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(CLEO, 12)
    pull.add(BEN, 15, Commit("fix by ben", BEN))
    pull.review(BEN, 20)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert "approved other content" in found[pull.id, "08"].reason


# 4: bots and agents

REVIEWERS = [
    Somebody(501, "review-bot[bot]", "Bot"),
    Somebody(502, "coderabbitai[bot]", "Bot"),
    Somebody(503, "Copilot", "Bot"),
    Somebody(504, "shipit", "Bot"),
    PIPELINE,
]


@pytest.mark.parametrize("machine", REVIEWERS, ids=lambda who: who.login)
def test_a_machine_approves_nothing(judged: Judge, machine: Somebody) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(machine, 20)
    found = judged(landed(pull).forge.items)
    assert found.verdict(pull.id, "08") == "deviation"
    assert f"{{github:user/{machine.id}}} approved, but is no human" in (
        found[pull.id, "08"].reason
    )
    pull.review(BEN, 30)
    assert judged(forge.items).of(pull.id) == "met"


def test_an_account_that_the_company_declares_a_machine_approves_nothing(judged: Judge) -> None:
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(DORA, 20)
    found = judged([*landed(pull).forge.items, declared(DORA, "service")])
    assert found.verdict(pull.id, "08") == "deviation"


AGENT = Somebody(601, "devin-ai-integration[bot]", "Bot")


@pytest.mark.parametrize("way", ["declared", "roster"])
def test_who_runs_the_agent_does_not_approve_its_work(judged: Judge, way: str) -> None:
    forge = Forge()
    pull = forge.pull(1, AGENT).open(10)
    pull.review(BEN, 20)
    landed(pull, BEN)
    known = [declared(AGENT, "agent", BEN)]
    if way == "roster":
        known = [joined(AGENT, "person:ben"), joined(BEN, "person:ben")]
    found = judged([*forge.items, *known])
    assert found.verdict(pull.id, "08") == "deviation"
    pull.review(CLEO, 30)
    assert judged([*forge.items, *known]).of(pull.id) == "met"


def test_an_agent_as_co_author_does_not_hide_its_human(judged: Judge) -> None:
    forge = Forge()
    agent = Somebody(0, "claude", email="noreply@anthropic.com")
    pull = forge.pull(1).open(10, Commit("work", ANNA, f"Work\n\n{agent.trailer}"))
    pull.review(ANNA, 20)
    assert judged(landed(pull).forge.items).verdict(pull.id, "08") == "deviation"


def test_a_person_behind_a_second_account_behind_an_agent(judged: Judge) -> None:
    forge = Forge()
    ben_at_home = Somebody(902, "ben-at-home")
    pull = forge.pull(1, AGENT).open(10)
    pull.review(BEN, 20)
    known = [
        declared(AGENT, "agent", ben_at_home),
        joined(BEN, "person:ben"),
        joined(ben_at_home, "person:ben"),
    ]
    found = judged([*landed(pull, BEN).forge.items, *known])
    assert found.verdict(pull.id, "08") == "deviation"


# 8: a login that somebody else has now


def test_a_login_created_again_is_another_person(judged: Judge) -> None:
    forge = Forge()
    again = Somebody(999, ANNA.login)
    pull = forge.pull(1).open(10)
    pull.review(again, 20)
    own = forge.pull(2).open(11)
    own.review(ANNA, 20)
    landed(pull), landed(own, minute=80)
    found = judged([*forge.items, joined(ANNA, "person:anna")])
    assert found.verdict(pull.id, "08") == "met"
    assert "{github:user/999}" in found[pull.id, "08"].reason
    assert found.verdict(own.id, "08") == "deviation"


def test_roles_do_not_follow_a_login(judged: Judge) -> None:
    forge = Forge()
    again = Somebody(999, BEN.login)
    pull, fine = forge.pull(1).open(10), forge.pull(2).open(11)
    pull.review(again, 20)
    fine.review(BEN, 20)
    landed(pull), landed(fine, minute=80)
    role = RoleGranted(
        source="accounts",
        delivery="role",
        occurred_at=at(-9_000),
        actor="local:user/1",
        account=BEN.account,
        role="approver",
    )
    found = judged([*forge.items, role])
    assert found.verdict(pull.id, "08") == "deviation"
    assert "did not hold the role of approver" in found[pull.id, "08"].reason
    assert found.verdict(fine.id, "08") == "met"


def test_a_renamed_account_stays_who_it_was(judged: Judge) -> None:
    """Hard case 9."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(Somebody(ANNA.id, "anna-new-name"), 20)
    assert judged(landed(pull).forge.items).verdict(pull.id, "08") == "deviation"


# 2 again, at a review server that leaves its words in the commits

GERRIT = "Mend it\n\n{trailers}Reviewed-on: https://review.example.com/c/shop/+/7\n"
SUBMITTER = Somebody(301, "gerrit", email="noreply-gerrit@example.com")
TRAILERS = {
    "another": ("Reviewed-by: {ben}\n", "met"),
    "another, who submitted it": ("Reviewed-by: {ben}\n", "met"),
    "the author": ("Reviewed-by: {anna}\n", "deviation"),
    "a co-author": ("Co-authored-by: {ben}\nReviewed-by: {ben}\n", "deviation"),
    "a co-author and another": (
        "Co-authored-by: {ben}\nReviewed-by: {ben}\nReviewed-by: {cleo}\n",
        "met",
    ),
    "a machine": ("Reviewed-by: Review Bot <review-bot@example.com>\n", "deviation"),
    "nobody": ("", "deviation"),
}


@pytest.mark.parametrize("who", TRAILERS)
def test_reviewers_in_trailers_are_held_to_the_same(
    judged: Judge, tmp_path: Path, who: str
) -> None:
    git = History(tmp_path / "shop")
    trailers, verdict = TRAILERS[who]
    people = {person.login: person_line(person) for person in (ANNA, BEN, CLEO)}
    message = GERRIT.format(trailers=trailers.format(**people))
    by = BEN if who.endswith("submitted it") else SUBMITTER
    git.commit("root", {"a.py": "1"})
    git.commit("change", {"a.py": "2"}, "root", committer=by, message=message, minute=10)
    made = git.write("change")
    found = judged([Clone(git.place)])
    assert found.verdict(f"git:{made['change'].revision}", "08") == verdict


def person_line(who: Somebody) -> str:
    return who.trailer.removeprefix("Co-authored-by: ")


def test_the_roster_as_a_person_keeps_it(instance: Instance) -> None:
    """Accounts linked at the desk, after everything happened."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(ANNA_AT_HOME, 20)
    landed(pull)
    assert on_instance(ledger(), forge.items).of(pull.id) == "met"
    by = operator().account
    anna = add_user("anna@example.com", "Anna", by=by)
    link_account(anna, ANNA.account, by=by)
    link_account(anna, ANNA_AT_HOME.account, by=by)
    assert on_instance(ledger(), []).verdict(pull.id, "08") == "deviation"


def test_who_runs_an_agent_as_a_person_states_it(instance: Instance) -> None:
    forge = Forge()
    pull = forge.pull(1, Somebody(605, "helper")).open(10)
    pull.review(BEN, 20)
    landed(pull, BEN)
    assert on_instance(ledger(), forge.items).of(pull.id) == "met"
    by = operator().account
    ben = add_user("ben@example.com", "Ben", by=by)
    link_account(ben, BEN.account, by=by)
    declare_machine("github:user/605", "agent", ben, by=by)
    assert on_instance(ledger(), []).verdict(pull.id, "08") == "deviation"


def test_roles_as_a_person_gives_them(instance: Instance) -> None:
    """Given today, they say nothing of a day before any was given."""
    forge = Forge()
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    landed(pull)
    grant_roles(CLEO.account, ["approver"], by=operator().account)
    assert on_instance(ledger(), forge.items).of(pull.id) == "met"


def test_an_address_is_linked_like_any_account(instance: Instance) -> None:
    """A co-author's trailer names an address that only the roster knows."""
    forge = Forge()
    ben_by_mail = replace(BEN, email="Ben.Berger@example.com")
    pull = forge.pull(1).open(10, Commit("work", ANNA, f"Together\n\n{ben_by_mail.trailer}"))
    pull.review(BEN, 20)
    landed(pull)
    assert on_instance(ledger(), forge.items).of(pull.id) == "met"
    by = operator().account
    ben = add_user("ben@example.com", "Ben", by=by)
    link_account(ben, BEN.account, by=by)
    link_account(ben, "ben.berger@EXAMPLE.com", by=by)
    assert on_instance(ledger(), []).verdict(pull.id, "08") == "deviation"


def test_nobody_approves_at_the_desk_what_they_committed_by_their_address(
    instance: Instance,
) -> None:
    forge = Forge()
    by_mail = Somebody(0, "dora", email="dora@example.com")
    own = forge.pull(1).open(10, Commit("hers", by_mail))
    other = forge.pull(2).open(10)
    dora = add_user("Dora@example.com", "Dora", ["approver"], by=operator().account)
    on_instance(ledger(), forge.items)
    with pytest.raises(Refusal, match="wrote"):
        approve(ledger(), dora.account, ApproveChange(own.id))
    approve(ledger(), dora.account, ApproveChange(other.id))
