"""A deployment that tells a version alone, joined by how its system writes versions."""

from pathlib import Path

import pytest

from changeproof.events.event import Event
from changeproof.events.revisions import RevisionTagged
from changeproof.events.systems import SystemRegistered
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, GITHUB, Forge
from tests.hard_cases.history import History
from tests.hard_cases.saying import SHOP, say
from tests.hard_cases.story import Clone
from tests.hard_cases.test_artifacts import deployed, merged


def written(pattern: str | None, minute: float = 5) -> Event:
    return say(SystemRegistered, minute, ANNA, system=SHOP, version_pattern=pattern)


def tagged(forge: Forge, tag: str, revision: str) -> Event:
    return say(RevisionTagged, 70, repository=forge.id, tag=tag, revision=revision)


@pytest.mark.parametrize(
    ("pattern", "version"),
    [("{version}", "2.3.1"), ("{tag}", "v2.3.1"), ("shop:{version}", "shop:v2.3.1")],
)
def test_a_version_names_a_tag(judged: Judge, pattern: str, version: str) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [written(pattern), tagged(forge, "v2.3.1", revision), deployed(forge, version)]
    found = judged([*forge.items, *told])
    assert set(found.changes) == {pull.id}
    assert found.verdict(pull.id, "09") == "met", found[pull.id, "09"].reason
    assert "known by the tag that its version names" in found[pull.id, "09"].reason


def test_a_version_holds_the_beginning_of_a_hash(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [written("app-{version}-{revision}"), deployed(forge, f"app-2.3.1-{revision[:7]}")]
    found = judged([*forge.items, *told])
    assert set(found.changes) == {pull.id}
    assert "by the beginning of a hash in its version" in found[pull.id, "09"].reason


@pytest.mark.parametrize("pattern", [None, "release {version}"])
def test_without_a_pattern_that_fits_nothing_is_joined(judged: Judge, pattern: str | None) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [written(pattern), tagged(forge, "v2.3.1", revision), deployed(forge, "2.3.1")]
    found = judged([*forge.items, *told])
    (stranger,) = set(found.changes) - {pull.id}
    assert "nobody stated from which revision it was built" in found[stranger, "09"].reason


def test_a_tag_that_moved_joins_nothing(judged: Judge) -> None:
    forge = Forge()
    first, revision = merged(forge, 1)
    second, other = merged(forge, 2, 62)
    told = [written("{tag}"), tagged(forge, "v2", revision), tagged(forge, "v2", other)]
    found = judged([*forge.items, *told, deployed(forge, "v2")])
    assert len(set(found.changes) - {first.id, second.id}) == 1


def test_a_tag_and_a_hash_that_disagree_join_nothing(judged: Judge) -> None:
    forge = Forge()
    first, revision = merged(forge, 1)
    second, other = merged(forge, 2, 62)
    told = [written("{version}-{revision}"), tagged(forge, "v2", revision)]
    found = judged([*forge.items, *told, deployed(forge, f"2-{other[:8]}")])
    assert len(set(found.changes) - {first.id, second.id}) == 1


def test_a_tag_of_another_systems_repository_joins_nothing(judged: Judge) -> None:
    forge, elsewhere = Forge(), Forge(number=4712, name="example/other")
    pull, _ = merged(forge, 1)
    other, revision = merged(elsewhere, 2, 61)
    told = [written("{tag}"), tagged(elsewhere, "v2", revision), deployed(forge, "v2")]
    found = judged([*forge.items, *elsewhere.items, *told])
    assert len(set(found.changes) - {pull.id, other.id}) == 1


def test_the_last_pattern_in_the_register_counts(judged: Judge) -> None:
    forge = Forge()
    pull, revision = merged(forge, 1)
    told = [written("release {tag}"), tagged(forge, "v2", revision), written("{tag}", 6)]
    found = judged([*forge.items, *told, deployed(forge, "v2")])
    assert set(found.changes) == {pull.id}


def test_the_tags_of_an_imported_history(judged: Judge, tmp_path: Path) -> None:
    git = History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-9_000)
    git.commit("head", {"a.py": "2"}, "root", minute=10)
    git.commit("squash", {"a.py": "2"}, "root", committer=GITHUB, minute=60)
    made = git.write("squash", tags={"v2.3.1": "squash", "w1": "root"})
    forge = Forge(tip=made["root"].revision)
    pull = forge.pull(1).open(11, made["head"])
    pull.review(BEN, 30)
    pull.merge(GITHUB, 60, made["squash"])
    forge.check(made["squash"].revision, 65)
    told = [written("{version}"), deployed(forge, "2.3.1")]
    found = judged([*forge.items, *told, Clone(git.place, production="tags:w*")])
    assert found.verdict(pull.id, "09") == "met", found[pull.id, "09"].reason
    assert "known by the tag that its version names" in found[pull.id, "09"].reason
    assert CLEO.account in found[pull.id, "09"].reason
    assert DORA.account not in found[pull.id, "09"].reason
