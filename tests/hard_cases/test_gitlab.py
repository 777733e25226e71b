"""GitLab from payload to finding: what GitHub's cases ask, asked of another forge."""

from changeproof.events.pulls import RevisionReviewed
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, Somebody, sha
from tests.hard_cases.gitlab_forge import GitLab, account
from tests.hard_cases.story import events_of


def merged(
    approver: Somebody | None, *later: str, pushed_after: bool = False
) -> tuple[GitLab, str]:
    """A merge request of Anna's, approved by somebody or nobody, merged, tested and deployed."""
    forge, head = GitLab(), sha("head")
    forge.push(ANNA, 9, head, "topic-1")
    pull = forge.merge_request(1, "open", ANNA, 10, head, ANNA)
    forge.job(ANNA, 12, head)
    if approver is not None:
        forge.merge_request(1, "approved", approver, 20, head, ANNA)
    for minute, action in enumerate(later, 21):
        forge.merge_request(1, action, approver or ANNA, minute, head, ANNA)
    if pushed_after:
        oldrev, head = head, sha("later head")
        forge.push(ANNA, 28, head, "topic-1")
        forge.merge_request(1, "update", ANNA, 28, head, ANNA, oldrev=oldrev)
    landed = sha("landed")
    forge.merge_request(1, "merge", ANNA, 30, head, ANNA, state="merged", merge_commit_sha=landed)
    forge.push(ANNA, 30, landed)
    forge.job(ANNA, 35, landed)
    forge.deploy(CLEO, 40, landed)
    return forge, pull


def test_an_approval_by_another_counts(judged: Judge) -> None:
    forge, pull = merged(BEN)
    found = judged(forge.items)
    assert set(found.changes) == {pull}
    assert found.verdict(pull, "08") == "met"
    assert found.changes[pull].origin == "reviewed"
    assert found.changes[pull].system == "example/shop"


def test_one_s_own_approval_does_not(judged: Judge) -> None:
    forge, pull = merged(ANNA)
    assert judged(forge.items).verdict(pull, "08") == "deviation"


def test_nor_does_none(judged: Judge) -> None:
    forge, pull = merged(None)
    assert judged(forge.items).verdict(pull, "08") == "deviation"


def test_nor_does_one_that_was_withdrawn(judged: Judge) -> None:
    forge, pull = merged(BEN, "unapproved")
    assert judged(forge.items).verdict(pull, "08") == "deviation"


def test_one_that_was_withdrawn_and_given_again_does(judged: Judge) -> None:
    forge, pull = merged(BEN, "unapproved", "approved")
    assert judged(forge.items).verdict(pull, "08") == "met"


def test_an_approval_of_an_earlier_head_is_none_of_the_later(judged: Judge) -> None:
    forge, pull = merged(BEN, pushed_after=True)
    assert judged(forge.items).verdict(pull, "08") == "deviation"


def test_a_push_without_a_merge_request_is_a_change_of_its_own(judged: Judge) -> None:
    forge = GitLab()
    revision = forge.push(ANNA, 10, sha("straight to main"))
    forge.deploy(ANNA, 20, revision)
    found = judged(forge.items)
    change = f"git:{revision}"
    assert set(found.changes) == {change}
    assert found.changes[change].origin != "reviewed"
    assert found.verdict(change, "08") == "deviation"


def test_a_failed_deployment_reached_nothing(judged: Judge) -> None:
    forge, pull = merged(BEN)
    before = [item for item in forge.items if not item_is_deployment(item)]
    failed = GitLab(items=list(before))
    failed.deploy(CLEO, 40, sha("landed"), "failed")
    found = judged(failed.items)
    assert found.verdict(pull, "09") != "met"


def item_is_deployment(item: object) -> bool:
    return getattr(item, "id", "").startswith("deployment")


def test_who_approved_is_named_by_number_and_server() -> None:
    forge, _ = merged(BEN)
    told = [event for item in forge.items for event in events_of(item)]
    [review] = [event for event in told if isinstance(event, RevisionReviewed)]
    assert review.actor == account(BEN)
