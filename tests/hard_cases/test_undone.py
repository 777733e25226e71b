"""Hard cases 26, 27 and 70: reverts, backports and what is landed again, by policy and content."""

from dataclasses import dataclass, field

import pytest

from changeproof.events.assessments import ChangeAssessed
from changeproof.policy.durations import Duration
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, GITHUB, Commit, Forge, Pull, sha
from tests.hard_cases.policies import adopted
from tests.hard_cases.saying import say
from tests.hard_cases.story import Findings, Item

WEEK = adopted(revert_window=Duration(7, "day"))
INHERITED = adopted(backports_inherit=True)


@dataclass
class Undoing:
    """A change by one, undone by another; what landed holds the trees that it names."""

    forge: Forge = field(default_factory=Forge)

    def begin(self) -> None:
        """Somebody pushes what everything is made upon."""
        first = Commit("begun", DORA, tree=sha("old"))
        self.forge.push(DORA, -100, first)

    def made(self, approved: bool = True) -> tuple[Pull, str]:
        """What is undone later: from the tree `old` to the tree `new`, live at minute 70."""
        pull = self.forge.pull(1).open(10)
        if approved:
            pull.review(BEN, 20)
        landed = pull.merge(ANNA, 60, Commit("made", ANNA, "Improve (#1)", sha("new"), GITHUB))
        self.forge.check(landed, 62)
        self.forge.deploy(landed, 70, DORA)
        return pull, landed

    def land(
        self, number: int, minute: float, message: str, tree: str, check: str = "unit"
    ) -> Pull:
        """A pull request that nobody approves, live ten minutes later."""
        pull = self.forge.pull(number, CLEO).open(minute - 20, Commit(f"head {number}", CLEO))
        commit = Commit(f"landed {number}", CLEO, message, sha(tree), GITHUB)
        landed = pull.merge(CLEO, minute, commit)
        self.forge.check(landed, minute + 2, name=check)
        self.forge.deploy(landed, minute + 10, DORA)
        return pull


def reverting(revision: str) -> str:
    """What `git revert` writes."""
    return f'Revert "Improve (#1)"\n\nThis reverts commit {revision}.'


def undone(tree: str = "old", approved: bool = True, minute: float = 120) -> tuple[Undoing, Pull]:
    """A change that was made and reverted."""
    story = Undoing()
    story.begin()
    _, landed = story.made(approved)
    return story, story.land(2, minute, reverting(landed), tree)


def of(judged: Judge, story: Undoing, *more: Item) -> Findings:
    """What is found on it, in every order."""
    return judged([*more, *story.forge.items])


def test_a_pure_revert_is_a_standard_change_where_policy_says_so(judged: Judge) -> None:
    story, back = undone()
    found = of(judged, story, WEEK)
    approval = found[back.id, "08"]
    assert (approval.verdict, approval.basis) == ("met", "template"), approval.reason
    assert "which others had approved: the content is what it was before" in approval.reason
    assert found.verdict(back.id, "02") == "met", found[back.id, "02"].reason


def test_and_a_change_like_any_other_where_it_does_not(judged: Judge) -> None:
    story, back = undone()
    assert of(judged, story).verdict(back.id, "08") == "deviation"


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ({"tree": "something else"}, "and is not exactly its inverse"),
        ({"approved": False}, "which others did not approve"),
        ({"minute": 70 + 7 * 24 * 60 - 9}, "later than policy lets a revert pass"),
    ],
)
def test_what_only_says_that_it_is_a_revert(judged: Judge, what: dict, told: str) -> None:  # type: ignore[type-arg]
    story, back = undone(**what)
    found = of(judged, story, WEEK)
    assert found.verdict(back.id, "08") == "deviation"
    assert told in found[back.id, "08"].reason


def test_the_last_minute_of_the_window(judged: Judge) -> None:
    story, back = undone(minute=70 + 7 * 24 * 60 - 10)
    assert of(judged, story, WEEK).verdict(back.id, "08") == "met"


def test_a_revert_of_a_commit_that_nobody_knows_of(judged: Judge) -> None:
    story = Undoing()
    story.begin()
    story.made()
    back = story.land(2, 120, reverting(sha("nowhere")), "old")
    assert of(judged, story, WEEK).verdict(back.id, "08") == "deviation"


def picked(tree_before: str = "old", tree: str = "new") -> tuple[Undoing, str]:
    """An approved change, and its patch picked onto a release branch by one person alone."""
    story = Undoing()
    story.begin()
    _, landed = story.made()
    cut = Commit("cut", DORA, tree=sha(tree_before))
    story.forge.push(DORA, 80, cut, branch="release-1", before="0" * 40)
    message = f"Improve\n\n(cherry picked from commit {landed})"
    commit = Commit("picked", CLEO, message, sha(tree))
    story.forge.push(CLEO, 100, commit, branch="release-1", before=cut.revision)
    story.forge.check(commit.revision, 102)
    story.forge.deploy(commit.revision, 110, DORA)
    return story, f"git:{commit.revision}"


def test_a_backport_inherits_where_policy_accepts_the_same_patch(judged: Judge) -> None:
    story, change = picked()
    approval = of(judged, story, INHERITED)[change, "08"]
    assert (approval.verdict, approval.basis) == ("met", "template"), approval.reason
    assert "lets that approval count" in approval.reason


def test_a_backport_inherits_nothing_otherwise(judged: Judge) -> None:
    story, change = picked()
    assert of(judged, story).verdict(change, "08") == "deviation"


def test_nor_where_the_patch_is_another(judged: Judge) -> None:
    story, change = picked(tree="new and more")
    found = of(judged, story, INHERITED)[change, "08"]
    assert found.verdict == "deviation"
    assert "and is not the same patch" in found.reason


def landed_again(check: str = "unit") -> tuple[Undoing, Pull]:
    """Made, reverted, and brought back as it was."""
    story, back = undone()
    landed = back.ended["merge_commit_sha"]
    return story, story.land(3, 300, reverting(landed), "new", check)


def test_landed_again_it_needs_approvals_of_its_own_and_its_cause_addressed(judged: Judge) -> None:
    story, again = landed_again()
    found = of(judged, story)
    assert found.verdict(again.id, "08") == "deviation"  # the first approval is the first one's
    testing = found[again.id, "07"]
    assert testing.verdict == "not_verifiable"
    assert "nothing on record says what was done about the cause of that revert" in testing.reason


def test_landed_again_with_a_check_that_was_not_there(judged: Judge) -> None:
    story, again = landed_again(check="load")
    assert of(judged, story).verdict(again.id, "07") == "met"


def test_landed_again_and_assessed(judged: Judge) -> None:
    story, again = landed_again()
    said = say(ChangeAssessed, 290, BEN, change=again.id, topic="systems", answer="addressed")
    assert of(judged, story, said).verdict(again.id, "07") == "met"
