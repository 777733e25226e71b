"""Hard cases 21, 26 and 27: the same patch under another hash, with moved context."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from changeproof.policy.durations import Duration
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, GITHUB, Commit, Forge, Pull
from tests.hard_cases.history import History
from tests.hard_cases.policies import adopted
from tests.hard_cases.story import Clone, Findings, Item

WEEK = adopted(revert_window=Duration(7, "day"))
INHERITED = adopted(backports_inherit=True)
PICKED = "\n\n(cherry picked from commit {})"


def text(made: str = "", above: str = "", indent: str = "") -> str:
    """A file of forty lines, of which one is changed; something may come in far above it."""
    lines = [f"line {number}" for number in range(40)]
    lines[30] = f"{indent}{made or lines[30]}"
    return "\n".join([*([above] if above else []), *lines]) + "\n"


@dataclass
class Shop:
    """A repository and its forge: an approved change, then another one that moves its context."""

    place: Path
    forge: Forge = field(default_factory=Forge)
    made: dict[str, Commit] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.git = History(self.place)
        self.git.commit("root", {"app.py": text()}, minute=-9_000)
        self.git.commit("made", {"app.py": text("made")}, "root", committer=GITHUB, minute=60)
        self.git.commit(
            "above", {"app.py": text("made", "above")}, "made", by=BEN, committer=GITHUB, minute=90
        )

    def write(self, main: str, tags: dict[str, str] | None = None, approved: bool = True) -> None:
        """Make the commits, and tell of the first two."""
        self.made = self.git.write(main, tags)
        self.forge.tip = self.made["root"].revision
        self.first = self.merged(1, "made", 60, approved_by=BEN if approved else None)
        self.merged(2, "above", 90, approved_by=ANNA)

    def merged(self, number: int, name: str, minute: float, approved_by: object = None) -> Pull:
        """A pull request that landed as one commit, tested before and live ten minutes later."""
        commit = self.made[name]
        pull = self.forge.pull(number, commit.author).open(minute - 30)
        if approved_by is not None:
            pull.review(approved_by, minute - 20)  # type: ignore[arg-type]
        pull.merge(GITHUB, minute, commit)
        self.live(commit, minute)
        return pull

    def live(self, commit: Commit, minute: float) -> None:
        self.forge.check(commit.revision, minute - 1)
        self.forge.deploy(commit.revision, minute + 10, DORA)

    def judged(self, judged: Judge, *more: Item, production: str | None = None) -> Findings:
        return judged([*more, *self.forge.items, Clone(self.place, production=production)])


def hash_of_the_first(place: Path) -> str:
    """The same commits give the same hashes everywhere."""
    return Shop(place).git.write("above")["made"].revision


def reverted(
    place: Path, message: str, made: str = "", approved: bool = True, **also: str
) -> tuple[Shop, Pull]:
    """The first change is taken out again below the other, by one person alone."""
    shop = Shop(place)
    files = {"app.py": text(made, "above"), **also}
    shop.git.commit("back", files, "above", by=CLEO, committer=GITHUB, minute=120, message=message)
    shop.write("back", approved=approved)
    return shop, shop.merged(3, "back", 120)


def test_a_revert_with_moved_context(judged: Judge, tmp_path: Path) -> None:
    shop, back = reverted(tmp_path / "shop", 'Revert "Improve (#1)"')
    found = shop.judged(judged, WEEK)
    approval = found[back.id, "08"]
    assert (approval.verdict, approval.basis) == ("met", "template"), approval.reason
    first = shop.made["made"].revision[:7]
    assert f"Its patch undoes that of {first}, which others had approved" in approval.reason
    told = f"Its patch undoes that of {first}, reviewed in {shop.first.id}; no message says so."
    assert told in found[back.id, "05"].reason


def test_a_revert_with_moved_context_that_its_message_names(judged: Judge, tmp_path: Path) -> None:
    made = hash_of_the_first(tmp_path / "before")
    shop, back = reverted(tmp_path / "shop", f"Revert\n\nThis reverts commit {made}.")
    approval = shop.judged(judged, WEEK)[back.id, "08"]
    assert (approval.verdict, approval.basis) == ("met", "template"), approval.reason
    assert f"It reverts {made[:7]}, which others had approved: it is exactly" in approval.reason


@pytest.mark.parametrize(
    "what",
    [
        {"also": "more"},
        {"made": "made otherwise"},
        {"approved": False},
    ],
)
def test_what_is_not_exactly_the_inverse(
    judged: Judge, tmp_path: Path, what: dict[str, object]
) -> None:
    shop, back = reverted(tmp_path / "shop", 'Revert "Improve (#1)"', **what)  # type: ignore[arg-type]
    assert shop.judged(judged, WEEK).verdict(back.id, "08") == "deviation"


def test_nor_does_it_count_where_policy_does_not_say_so(judged: Judge, tmp_path: Path) -> None:
    shop, back = reverted(tmp_path / "shop", 'Revert "Improve (#1)"')
    found = shop.judged(judged)
    assert found.verdict(back.id, "08") == "deviation"
    assert "Its patch undoes that of" in found[back.id, "05"].reason


def picked(
    place: Path, made: str = "made", indent: str = "", trailer: bool = False, **also: str
) -> tuple[Shop, str]:
    """The first change is picked onto a release branch whose file is a line longer."""
    shop = Shop(place)
    message = "Improve"
    if trailer:
        message += PICKED.format(hash_of_the_first(place.parent / "before"))
    shop.git.commit("cut", {"app.py": text("", "released")}, "root", by=DORA, minute=80)
    files = {"app.py": text(made, "released", indent), **also}
    shop.git.commit("picked", files, "cut", by=CLEO, minute=100, message=message)
    shop.write("above", {"v1": "made", "v1.1": "picked"})
    cut, commit = shop.made["cut"], shop.made["picked"]
    shop.forge.push(DORA, 80, cut, branch="release-1", before="0" * 40)
    shop.forge.push(CLEO, 100, commit, branch="release-1", before=cut.revision)
    shop.live(commit, 100)
    return shop, f"git:{commit.revision}"


def test_a_backport_onto_other_content(judged: Judge, tmp_path: Path) -> None:
    shop, change = picked(tmp_path / "shop")
    found = shop.judged(judged, INHERITED, production="tags:v*")
    approval = found[change, "08"]
    assert (approval.verdict, approval.basis) == ("met", "template"), approval.reason
    first = shop.made["made"].revision[:7]
    assert f"It holds the same patch as {first}, which others had approved" in approval.reason
    told = f"It holds the same patch as {first}, reviewed in {shop.first.id}; no message says so."
    assert told in found[change, "05"].reason


def test_a_backport_onto_other_content_that_its_message_names(
    judged: Judge, tmp_path: Path
) -> None:
    shop, change = picked(tmp_path / "shop", trailer=True)
    approval = shop.judged(judged, INHERITED, production="tags:v*")[change, "08"]
    assert (approval.verdict, approval.basis) == ("met", "template"), approval.reason
    assert "which others had approved: it is the same patch." in approval.reason


@pytest.mark.parametrize("what", [{"made": "made otherwise"}, {"indent": "  "}, {"also": "more"}])
@pytest.mark.parametrize("trailer", [True, False])
def test_what_is_not_the_same_patch(
    judged: Judge, tmp_path: Path, what: dict[str, str], trailer: bool
) -> None:
    """Spaces are meaning in some languages."""
    shop, change = picked(tmp_path / "shop", trailer=trailer, **what)
    found = shop.judged(judged, INHERITED, production="tags:v*")
    assert found.verdict(change, "08") == "deviation"


def test_a_backport_inherits_nothing_where_policy_does_not_say_so(
    judged: Judge, tmp_path: Path
) -> None:
    shop, change = picked(tmp_path / "shop", trailer=True)
    found = shop.judged(judged, production="tags:v*")
    assert found.verdict(change, "08") == "deviation"


def test_the_same_patch_went_live_before_the_reviewed_one(judged: Judge, tmp_path: Path) -> None:
    """Whoever pushes first inherits nothing from a review that came afterwards."""
    shop = Shop(tmp_path / "shop")
    shop.git.commit("cut", {"app.py": text("", "released")}, "root", by=DORA, minute=20)
    files = {"app.py": text("made", "released")}
    # Its clock says that it was made after the reviewed one.
    shop.git.commit("early", files, "cut", by=CLEO, minute=65)
    shop.write("above", {"v1": "made", "v0.1": "early"})
    cut, commit = shop.made["cut"], shop.made["early"]
    shop.forge.push(DORA, 20, cut, branch="release-1", before="0" * 40)
    shop.forge.push(CLEO, 30, commit, branch="release-1", before=cut.revision)
    shop.live(commit, 30)
    found = shop.judged(judged, INHERITED, production="tags:v*")
    assert found.verdict(f"git:{commit.revision}", "08") == "deviation"


def test_of_several_commits_the_last_ones_patch_is_not_enough(
    judged: Judge, tmp_path: Path
) -> None:
    """A pull request of two, rebased: one that nobody saw, and one that was picked."""
    shop = Shop(tmp_path / "shop")
    shop.git.commit("cut", {"app.py": text("", "released")}, "root", by=DORA, minute=80)
    unseen = {"app.py": text("", "released"), "door.py": "open"}
    shop.git.commit("unseen", unseen, "cut", by=CLEO, committer=GITHUB, minute=100)
    shop.git.commit(
        "picked",
        {"app.py": text("made", "released")},
        "unseen",
        by=CLEO,
        committer=GITHUB,
        minute=100,
    )
    shop.write("above", {"v1": "made", "v1.1": "picked"})
    cut, landed = shop.made["cut"], (shop.made["unseen"], shop.made["picked"])
    shop.forge.push(DORA, 80, cut, branch="release-1", before="0" * 40)
    pull = shop.forge.pull(3, CLEO, base_ref="release-1").open(85, *landed)
    pull.merge(CLEO, 100, landed[-1], pushed=False)
    shop.live(landed[-1], 100)
    found = shop.judged(judged, INHERITED, production="tags:v*")
    assert found.verdict(pull.id, "08") == "deviation", found[pull.id, "08"].reason


def rebased(
    place: Path, landed: str = "made", proposed: str = "made", approved: bool = True
) -> tuple[Shop, Pull, Commit]:
    """Approved upon the root, then rebased by hand upon what moved its context, and pushed."""
    shop = Shop(place)
    shop.git.commit("other", {"app.py": text("", "above")}, "root", by=BEN, minute=50)
    below = "root"
    if proposed == "two":
        below = shop.git.commit("below", {"b.py": "1"}, "root", minute=8)
    head = shop.git.commit("head", {"app.py": text("made")}, below, minute=10)
    onto = shop.git.commit("onto", {"app.py": text(landed, "above")}, "other", minute=60)
    shop.made = shop.git.write(onto, pulls={7: head})
    shop.forge.tip = shop.made["root"].revision
    shop.merged(2, "other", 50, approved_by=ANNA)
    pull = shop.forge.pull(7).open(11, shop.made["head"])
    if approved:
        pull.review(BEN, 30)
    shop.forge.push(ANNA, 60, shop.made["onto"])
    shop.live(shop.made["onto"], 60)
    return shop, pull, shop.made["onto"]


def test_rebased_by_hand_after_its_review(judged: Judge, tmp_path: Path) -> None:
    shop, pull, landed = rebased(tmp_path / "shop")
    found = shop.judged(judged)
    assert f"git:{landed.revision}" not in found.changes
    assert found.verdict(pull.id, "08") == "met", found[pull.id, "08"].reason
    tracking = found[pull.id, "05"]
    assert tracking.verdict == "met", tracking.reason
    head = pull.head[:7]
    assert (
        f"What landed is {landed.revision[:7]}, by its patch the same as {head}" in tracking.reason
    )


def test_rebased_by_hand_and_reviewed_by_nobody(judged: Judge, tmp_path: Path) -> None:
    shop, pull, _ = rebased(tmp_path / "shop", approved=False)
    assert shop.judged(judged).verdict(pull.id, "08") == "deviation"


@pytest.mark.parametrize("what", [{"landed": "made otherwise"}, {"proposed": "two"}])
def test_rebased_by_hand_and_not_what_was_reviewed(
    judged: Judge, tmp_path: Path, what: dict[str, str]
) -> None:
    shop, _, landed = rebased(tmp_path / "shop", **what)  # type: ignore[arg-type]
    found = shop.judged(judged)
    assert found.verdict(f"git:{landed.revision}", "05") == "deviation"
    assert found.verdict(f"git:{landed.revision}", "08") == "deviation"


def test_what_lands_again_is_no_part_of_the_pull_request(judged: Judge, tmp_path: Path) -> None:
    """Rebased and pushed, taken out, and pushed once more: the last one nobody reviewed."""
    shop = Shop(tmp_path / "shop")
    shop.git.commit("head", {"app.py": text("made")}, "root", minute=10)
    shop.git.commit("other", {"app.py": text("", "above")}, "root", by=BEN, minute=50)
    shop.git.commit("onto", {"app.py": text("made", "above")}, "other", minute=60)
    shop.git.commit("out", {"app.py": text("", "above")}, "onto", minute=70)
    shop.git.commit("again", {"app.py": text("made", "above")}, "out", minute=80)
    shop.made = shop.git.write("again", pulls={7: "head"})
    shop.forge.tip = shop.made["root"].revision
    pull = shop.forge.pull(7).open(11, shop.made["head"])
    pull.review(BEN, 30)
    for name, minute in (("other", 50), ("onto", 60), ("out", 70), ("again", 80)):
        shop.forge.push(ANNA, minute, shop.made[name])
        shop.live(shop.made[name], minute)
    found = shop.judged(judged)
    assert found.verdict(pull.id, "08") == "met", found[pull.id, "08"].reason
    again = f"git:{shop.made['again'].revision}"
    assert found.verdict(again, "08") == "deviation"
    told = f"It holds the same patch as {shop.made['onto'].revision[:7]}, reviewed in {pull.id}"
    assert told in found[again, "05"].reason
