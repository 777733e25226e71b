"""Cases by cause: one of a gap in protection, what joins it, how it ends, what is remembered."""

from dataclasses import dataclass, replace

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.alerts.models import Outgoing
from changeproof.alerts.persons import spoken, sweep_persons
from changeproof.events.baselines import BaselineApproved
from changeproof.events.deployments import DeploymentFinished, StateObserved
from changeproof.events.production_acts import ProductionActed
from changeproof.events.refusal import Refusal
from changeproof.events.revisions import ProtectionChanged
from changeproof.ledger.case_rules import CaseExclusion
from changeproof.ledger.case_rules_read import rules_at
from changeproof.ledger.cases_read import Case, cases_about, cases_of
from changeproof.ledger.joined import Finding
from changeproof.ledger.judgements import CaseFile
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.monitor.judging import judge_waiting
from changeproof.monitor.weekly import lines_of_the_week
from changeproof.workflow.casework import (
    AwaitRevert,
    ExplainDeviation,
    SearchLike,
    TakeCase,
    await_revert,
    explain_deviation,
    search_like,
    take_case,
)
from changeproof.workflow.closing import ResolveCase, resolve_case
from changeproof.workflow.remembering import AnswerRule, RequestRule, answer_rule, request_rule
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import REPOSITORY, SYSTEM, WRITER, Forge, revision_of

UNAUTHORIZED = "signs/unauthorized_deployment"
DAY = 86_400_000_000


@dataclass(frozen=True)
class Shop:
    """A forge that deploys, and two who may act."""

    ledger: Ledger
    forge: Forge
    manager: str
    second: str

    def protect(self, *, enforced: bool) -> None:
        self.forge.say(
            ProtectionChanged, WRITER, repository=REPOSITORY, pattern="main", enforced=enforced
        )

    def ship(self, number: int, parent: str) -> tuple[str, str]:
        """Merge and deploy a pull request that nobody looked at: its id and what landed."""
        pull, head = self.forge.open(number)
        merged = self.forge.merge(pull, head, WRITER, parent=parent)
        self.deploy(f"d{number}", merged, parent)
        return pull, merged

    def deploy(self, name: str, revision: str, replaces: str, *, rollback: bool = False) -> None:
        self.forge.say(
            DeploymentFinished,
            deployment=name,
            outcome="succeeded",
            repository=REPOSITORY,
            environment="production",
            revision=revision,
            replaces=replaces,
            rollback=rollback,
        )

    def judge(self) -> None:
        judge_waiting(self.ledger)

    def verdicts(self, subject: str) -> dict[str, str]:
        rows = self.ledger.store.by(Finding, "subject", [subject])
        return {row.check_id: row.verdict for row in rows}

    def at_deployment(self, subject: str) -> dict[str, str]:
        """The verdicts that nothing done later may change."""
        return {
            check: verdict
            for check, verdict in self.verdicts(subject).items()
            if not check.startswith("practices/")
        }

    def case(self, subject: str) -> Case:
        return cases_about(self.ledger.store, [subject])[subject]


@pytest.fixture
def shop(instance: object) -> Shop:
    by = operator().account
    manager, second = (
        add_user(f"{name}@example.com", name, ["change_manager"], by=by).account
        for name in ("Max", "Eva")
    )
    made = Shop(ledger(), Forge(ledger()), manager, second)
    made.forge.person(WRITER, "person:writer")
    return made


def test_what_landed_while_protection_was_off_is_one_case(shop: Shop) -> None:
    shop.protect(enforced=True)
    shop.protect(enforced=False)
    parent, pulls = revision_of("base"), []
    for number in range(1, 5):
        pull, parent = shop.ship(number, parent)
        pulls.append(pull)
        if number == 2:
            shop.judge()
    shop.protect(enforced=True)
    outside, _ = shop.ship(9, parent)
    shop.judge()
    files = {row.case_id: row for row in shop.ledger.store.all(CaseFile)}
    [name] = [each for each in files if each.startswith("case:protection/")]
    assert (files[name].subject, files[name].check_id) == (f"system:{SYSTEM}", "around/protection")
    [gap] = cases_of(shop.ledger.store, [files[name]])
    assert set(gap.every_subject) == {f"system:{SYSTEM}", *pulls}
    assert shop.case(outside).name == f"case:{outside}"
    signer = load_key(shop.ledger.instance.log_key_file)
    assert verify_ledger(shop.ledger.database, signer, None).is_sound


def told(shop: Shop, account: str, moment: int) -> list[str]:
    """What waits to be told to somebody, in words."""
    sweep_persons(shop.ledger, moment)
    rows = list(Outgoing.objects.filter(recipient=account).order_by("pk"))
    return [words for words, _ in spoken(shop.ledger, rows)]


def test_every_case_is_told_to_whom_it_waits_for(shop: Shop) -> None:
    shop.protect(enforced=True)
    shop.protect(enforced=False)
    shop.judge()
    cause = f"protection was off, about system:{SYSTEM} (high, {SYSTEM})"
    moment = now()
    assert told(shop, shop.manager, moment) == [f"See to a case: {cause}"]
    assert told(shop, shop.second, moment) == [f"See to a case: {cause}"]
    assert f"system:{SYSTEM}: protection was off (high); nobody sees to it" in "".join(
        lines_of_the_week(shop.ledger, 0, moment)
    )
    [file] = shop.ledger.store.all(CaseFile)
    take_case(shop.ledger, shop.manager, TakeCase(file.case_id, owner=shop.second))
    assert told(shop, shop.manager, moment) == [], "it waits for somebody else now"
    [mine] = told(shop, shop.second, moment)
    assert mine.startswith("See to your case, due by 20")
    late = told(shop, shop.manager, moment + 20 * DAY)
    assert [words.partition(",")[0] for words in late] == ["Late: See to your case"]
    resolve_case(shop.ledger, shop.second, ResolveCase(file.case_id, "false_alarm", "A drill"))
    assert told(shop, shop.second, moment) == []


def test_drift_is_part_of_the_case_of_the_act_that_brought_it(shop: Shop) -> None:
    place = {"system": SYSTEM, "environment": "production"}
    for name in ("limits", "quotas"):
        approved = {**place, "item": name, "digest": "a" * 64}
        shop.forge.say(BaselineApproved, "local:user/77", **approved, proposed_by="local:user/78")
    shop.forge.say(StateObserved, **place, item="quotas", digest="b" * 64)
    by_hand = {"act": "aws:1/9", "kind": "infrastructure", "item": "limits"}
    shop.forge.say(ProductionActed, WRITER, **place, **by_hand, after_digest="c" * 64)
    shop.judge()
    case = shop.case("act:aws:1/9")
    assert case.name == "case:act:aws:1/9"
    item = f"item:{SYSTEM}/production/limits"
    assert case.every_subject == ("act:aws:1/9", item)
    assert shop.case(item).name == case.name
    other = f"item:{SYSTEM}/production/quotas"
    assert shop.case(other).name == f"case:{other}"
    shop.forge.say(StateObserved, **place, item="limits", digest="d" * 64)
    shop.judge()
    assert len([row for row in shop.ledger.store.all(CaseFile) if "limits" in row.subject]) == 0


def test_a_case_ends_when_its_revert_is_deployed_and_the_verdict_stays(shop: Shop) -> None:
    before, first = shop.ship(1, revision_of("base"))
    pull, merged = shop.ship(2, first)
    shop.judge()
    then = shop.at_deployment(pull)
    assert then[UNAUTHORIZED] == "raised"
    take_case(shop.ledger, shop.manager, TakeCase(pull))
    await_revert(shop.ledger, shop.manager, AwaitRevert(pull, "Rolled back tonight"))
    shop.judge()
    assert shop.case(pull).state == "revert awaited"
    shop.deploy("back", first, merged, rollback=True)
    shop.judge()
    ended = shop.case(pull).ended
    assert ended is not None
    assert (ended.outcome, ended.account) == ("revert_seen", shop.manager)
    assert shop.at_deployment(pull) == then
    # What was taken out of production is owed a look back, which nobody held in time.
    assert shop.verdicts(pull)["practices/post_implementation_review"] == "deviation"
    assert shop.case(before).state == "open"
    late = ResolveCase(before, "adopted_late", "It was meant to be")
    then = shop.verdicts(before)
    resolve_case(shop.ledger, shop.manager, late)
    shop.judge()
    assert shop.verdicts(before) == then


def test_reverted_is_a_word_until_it_is_seen(shop: Shop) -> None:
    _, first = shop.ship(1, revision_of("base"))
    pull, merged = shop.ship(2, first)
    shop.judge()
    resolve_case(shop.ledger, shop.manager, ResolveCase(pull, "reverted", "Rolled back"))
    shop.judge()
    said = shop.case(pull)
    assert (said.state, said.ending, said.is_word_only) == ("ended", "reverted", True)
    shop.deploy("back", first, merged, rollback=True)
    shop.judge()
    seen = shop.case(pull)
    assert (seen.ending, seen.is_word_only) == ("revert_seen", False)
    assert [row.account for row in seen.resolutions] == [shop.manager, shop.manager]
    size = shop.ledger.log.size()
    shop.judge()
    assert shop.ledger.log.size() == size


def test_an_item_is_reverted_when_it_is_seen_as_approved(shop: Shop) -> None:
    place = {"system": SYSTEM, "environment": "production", "item": "limits"}
    approved = {"digest": "a" * 64, "proposed_by": "local:user/78"}
    shop.forge.say(BaselineApproved, "local:user/77", **place, **approved)
    shop.forge.say(StateObserved, **place, digest="b" * 64)
    shop.judge()
    item = f"item:{SYSTEM}/production/limits"
    resolve_case(shop.ledger, shop.manager, ResolveCase(f"case:{item}", "reverted", "Restored"))
    shop.judge()
    assert shop.case(item).is_word_only
    shop.forge.say(StateObserved, **place, digest="a" * 64)
    shop.judge()
    assert shop.case(item).ending == "revert_seen"


def test_a_gap_is_reverted_when_protection_is_seen_again(shop: Shop) -> None:
    shop.protect(enforced=True)
    shop.protect(enforced=False)
    shop.judge()
    system = f"system:{SYSTEM}"
    resolve_case(shop.ledger, shop.manager, ResolveCase(system, "reverted", "Switched on"))
    shop.judge()
    assert shop.case(system).is_word_only
    shop.protect(enforced=True)
    shop.judge()
    assert shop.case(system).ending == "revert_seen"


def test_a_gap_in_which_work_landed_is_not_reverted_by_its_end(shop: Shop) -> None:
    shop.protect(enforced=True)
    shop.protect(enforced=False)
    shop.ship(1, revision_of("base"))
    shop.judge()
    shop.protect(enforced=True)
    shop.judge()
    system = f"system:{SYSTEM}"
    resolve_case(shop.ledger, shop.manager, ResolveCase(system, "reverted", "Switched on"))
    shop.judge()
    assert shop.case(system).is_word_only


def test_a_case_is_linked_to_no_change_of_another_system(shop: Shop) -> None:
    pull, _ = shop.ship(1, revision_of("base"))
    shop.judge()
    elsewhere = request_change(shop.ledger, shop.manager, RequestChange("x", "till", "y")).change
    with pytest.raises(Refusal, match="of another system"):
        resolve_case(shop.ledger, shop.second, ResolveCase(pull, "linked", "So", elsewhere))
    here = request_change(shop.ledger, shop.manager, RequestChange("x", SYSTEM, "y")).change
    resolve_case(shop.ledger, shop.second, ResolveCase(pull, "linked", "So", here))


def test_none_is_called_isolated_before_its_like_was_searched_for(shop: Shop) -> None:
    pull, landed = shop.ship(1, revision_of("base"))
    shop.judge()
    isolated = ExplainDeviation(pull, "omission", "isolated", "A new colleague")
    with pytest.raises(Refusal, match="searched the whole population"):
        explain_deviation(shop.ledger, shop.manager, isolated)
    search_like(shop.ledger, shop.manager, SearchLike(pull, system=SYSTEM))
    with pytest.raises(Refusal, match="searched the whole population"):
        explain_deviation(shop.ledger, shop.manager, isolated)
    other, _ = shop.ship(2, landed)
    shop.judge()
    search_like(shop.ledger, shop.manager, SearchLike(pull))
    search = shop.case(pull).searches[-1]
    assert search.hits > 0
    listed = shop.ledger.text(search.found) or ""
    assert {line.split(" ")[0] for line in listed.splitlines()} >= {other}
    assert pull not in {line.split(" ")[0] for line in listed.splitlines()}
    told = explain_deviation(shop.ledger, shop.manager, isolated)
    assert f"{search.hits} deviations of the same checks on 1 other." in told.note
    explain_deviation(shop.ledger, shop.manager, replace(isolated, extent="not_isolated"))
    assert [row.extent for row in shop.case(pull).accounts] == ["isolated", "not_isolated"]


def test_a_rule_excludes_once_another_approved_it_and_changes_no_verdict(shop: Shop) -> None:
    pull, landed = shop.ship(1, revision_of("base"))
    shop.judge()
    checks = sorted(
        check
        for check, verdict in shop.verdicts(pull).items()
        if verdict in ("deviation", "raised")
    )
    case = shop.case(pull)
    asked = RequestRule(
        pull, case.file.check_id, now() + 30 * DAY, "A robot's own", account="github:user/*"
    )
    with pytest.raises(Refusal, match="hide"):
        request_rule(shop.ledger, shop.manager, replace(asked, account=None))
    name = request_rule(shop.ledger, shop.manager, asked).name
    with pytest.raises(MayNot, match="you asked for it"):
        answer_rule(shop.ledger, shop.manager, AnswerRule(name, "approved"))
    answer_rule(shop.ledger, shop.second, AnswerRule(name, "approved"))
    ended = shop.case(pull).ended
    assert ended is not None
    assert ended.outcome == "remembered"
    other, _ = shop.ship(2, landed)
    shop.judge()
    assert [row.subject for row in shop.ledger.store.all(CaseExclusion)] == [other]
    [rule] = rules_at(shop.ledger.store, now())
    assert (rule.outcome, len(rule.hits)) == ("in force", 1)
    assert shop.verdicts(other)[asked.check] == "raised"
    # What the rule does not name still opens a case.
    assert shop.case(other).file.check_id in set(checks) - {asked.check}


def test_what_comes_back_opens_its_case_again(shop: Shop) -> None:
    shop.protect(enforced=True)
    shop.protect(enforced=False)
    pull, landed = shop.ship(1, revision_of("base"))
    shop.judge()
    name = shop.case(pull).name
    resolve_case(shop.ledger, shop.manager, ResolveCase(name, "false_alarm", "A drill"))
    shop.judge()
    assert shop.case(pull).state == "ended"
    again, _ = shop.ship(2, landed)
    shop.judge()
    found = shop.case(again)
    assert (found.name, found.state) == (name, "open")
    assert [row.subject for row in found.reopenings] == [again]
