"""One history under one system's name; a shallow one says so."""

import subprocess
from pathlib import Path

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.git import import_git
from changeproof.ledger.revisions import HistoryBoundary
from changeproof.ledger.service import Ledger, ledger


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def git(place: Path, *words: str) -> None:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    subprocess.run(["git", *who, *words], cwd=place, check=True, capture_output=True)


def commit(place: Path, title: str) -> None:
    git(place, "commit", "--allow-empty", "-m", title)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    place.mkdir()
    git(place, "init", "--initial-branch=main")
    for title in ("one", "two", "three"):
        commit(place, title)
    return place


def clone(place: Path, name: str, *options: str) -> Path:
    made = place.parent / name
    git(place.parent, "clone", *options, place.as_uri(), str(made))
    return made


def refused(opened: Ledger, path: Path, system: str, production: str | None = None) -> Refusal:
    size = opened.log.size()
    with pytest.raises(Refusal) as caught:
        import_git(opened, str(path), system, production)
    assert opened.log.size() == size
    return caught.value


def test_the_same_history_has_no_second_name(opened: Ledger, shop: Path) -> None:
    import_git(opened, str(shop), "shop")
    for path in (shop, clone(shop, "copy")):
        assert "--system 'shop'" in refused(opened, path, "shpo").cure
    assert import_git(opened, str(shop), "shop").events == 0


def test_nor_once_it_has_gone_on(opened: Ledger, shop: Path) -> None:
    first, second = clone(shop, "first"), clone(shop, "second")
    import_git(opened, str(first), "shop")
    for place in (first, second):
        commit(place, "four")
        refused(opened, place, "shpo")
    assert import_git(opened, str(first), "shop").commits == 1


def test_nor_a_branch_that_is_still_behind(opened: Ledger, shop: Path) -> None:
    git(shop, "branch", "release", "HEAD~1")
    import_git(opened, str(shop), "shop")
    refused(opened, shop, "bank", "release")


def test_a_fork_that_went_its_own_way_is_taken(opened: Ledger, shop: Path) -> None:
    fork = clone(shop, "fork")
    commit(fork, "of the fork")
    commit(shop, "of the shop")
    import_git(opened, str(shop), "shop")
    assert import_git(opened, str(fork), "fork").commits == 4


def test_what_was_begun_from_a_template_is_taken(opened: Ledger, shop: Path) -> None:
    made = clone(shop, "product")
    git(made, "remote", "set-url", "origin", "https://git.example.org/product")
    commit(made, "of the product")
    import_git(opened, str(shop), "template")
    assert import_git(opened, str(made), "product").commits == 4


def test_two_branches_that_parted_are_two_systems(opened: Ledger, shop: Path) -> None:
    git(shop, "branch", "bank")
    commit(shop, "of the shop")
    git(shop, "switch", "bank")
    commit(shop, "of the bank")
    import_git(opened, str(shop), "shop", "main")
    assert import_git(opened, str(shop), "bank", "bank").events
    assert import_git(opened, str(shop), "shop", "main").events == 0


def test_a_shallow_clone_is_on_record_as_one(opened: Ledger, shop: Path) -> None:
    shallow = clone(shop, "shallow", "--depth=2")
    assert import_git(opened, str(shallow), "shop").shallow
    assert len(opened.store.all(HistoryBoundary)) == 1
    git(shallow, "fetch", "--unshallow")
    again = import_git(opened, str(shallow), "shop")
    assert (again.commits, again.shallow) == (3, False)
