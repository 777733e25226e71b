"""The same two stories told in other shapes: what is approved is met, what is not deviates.

Companies connect different halves of a forge, deliveries get lost, and senders leave fields out.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import (
    ANNA,
    BEN,
    GITHUB,
    PIPELINE,
    RECEIVED,
    Commit,
    Forge,
    Pull,
    at,
    clock,
    same_content,
    sha,
)
from tests.hard_cases.history import History
from tests.hard_cases.story import Clone, Delivery, Findings, Item

Merge = Callable[[Pull], tuple[Commit, ...]]


def squash(pull: Pull) -> tuple[Commit, ...]:
    one = Commit(f"squash {pull.number}", ANNA, f"Improve (#{pull.number})", "", GITHUB)
    return (same_content(one, pull.commits[-1]),)


def merge(pull: Pull) -> tuple[Commit, ...]:
    message = f"Merge pull request #{pull.number} from example/{pull.branch}"
    one = Commit(f"merge {pull.number}", BEN, message, "", GITHUB)
    return (*pull.commits, same_content(one, pull.commits[-1]))


def rebase(pull: Pull) -> tuple[Commit, ...]:
    return tuple(
        same_content(Commit(f"rebased {commit.name}", commit.author, "", "", BEN), commit)
        for commit in pull.commits
    )


def fast_forward(pull: Pull) -> tuple[Commit, ...]:
    return tuple(pull.commits)


def two(forge: Forge, way: Merge = squash, **opened: Any) -> tuple[Pull, Pull]:
    """One pull request that is approved and one that is not, both tested and merged."""
    pulls = forge.pull(1), forge.pull(2)
    for pull in pulls:
        n = pull.number
        pull.open(10 + n, Commit(f"{n} a", ANNA), Commit(f"{n} b", ANNA), **opened)
        forge.check(pull.head, 20 + n)
        if n == 1:
            pull.review(BEN, 30)
        pull.merge(BEN, 60 + 10 * n, *way(pull))
    return pulls


def expected(found: Findings, pulls: tuple[Pull, Pull], *unseen: str) -> None:
    """The first is met, the second deviates; `unseen` are points that nobody told enough of."""
    good, bad = pulls
    for check in ("02", "05", "07", "08", "09", "13"):
        verdict = found.verdict(good.id, check)
        fine = "not_verifiable" if check in unseen else "not_applicable" if check == "13" else "met"
        assert verdict == fine, found[good.id, check].reason
    assert found.verdict(bad.id, "08") == "deviation"
    assert found.verdict(bad.id, "05") == "met"
    assert found.verdict(bad.id, "unauthorized_deployment") == "raised"
    assert {name for name in found.changes if "/pull/" in name} == {good.id, bad.id}


def live(forge: Forge, pulls: tuple[Pull, Pull], **how: Any) -> None:
    """Deploy both, one after the other."""
    for pull in pulls:
        forge.deploy(pull.ended["merge_commit_sha"], 65 + 10 * pull.number, **how)


@pytest.mark.parametrize("way", [squash, merge, rebase, fast_forward], ids=lambda way: way.__name__)
def test_each_way_of_merging(judged: Judge, way: Merge) -> None:
    """Hard cases 20 and 21: a squash, and a rebase with new hashes, are no direct pushes."""
    forge = Forge()
    pulls = two(forge, way)
    live(forge, pulls)
    expected(judged(forge.items), pulls)


@pytest.mark.parametrize("environment", ["production", "Production", "prod", "PROD", "live"])
@pytest.mark.parametrize("announced", [True, False])
def test_each_name_of_production(judged: Judge, environment: str, announced: bool) -> None:
    forge = Forge()
    pulls = two(forge)
    live(forge, pulls, environment=environment, announced=announced)
    expected(judged(forge.items), pulls)


LOST: dict[str, Callable[[Delivery, dict[str, Any]], bool]] = {
    "opened": lambda item, body: body.get("action") == "opened",
    "branch pushes": lambda item, body: str(body.get("ref")).startswith("refs/heads/topic"),
    "opened and branch pushes": lambda item, body: (
        body.get("action") == "opened" or str(body.get("ref")).startswith("refs/heads/topic")
    ),
    "deployment": lambda item, body: item.name == "deployment",
    "all but reviews and ends": lambda item, body: (
        item.name in ("push", "deployment") or body.get("action") == "opened"
    ),
}


@pytest.mark.parametrize("lost", LOST)
def test_what_others_repeat_may_be_lost(judged: Judge, lost: str) -> None:
    forge = Forge()
    pulls = two(forge)
    for pull in pulls:  # so that content is known without pushes
        forge.check(pull.ended["merge_commit_sha"], 64 + 10 * pull.number)
    live(forge, pulls)
    kept: list[Item] = []
    for item in forge.items:
        assert isinstance(item, Delivery)
        if not LOST[lost](item, json.loads(item.body)):
            kept.append(item)
    assert len(kept) < len(forge.items)
    expected(judged(kept), pulls)


def test_the_end_may_be_lost_where_a_later_review_tells_of_it(judged: Judge) -> None:
    forge = Forge()
    pulls = two(forge)
    for pull in pulls:
        pull.review(PIPELINE, 64 + 10 * pull.number, "commented")
    live(forge, pulls)
    kept = [
        item
        for item in forge.items
        if not (isinstance(item, Delivery) and json.loads(item.body).get("action") == "closed")
    ]
    expected(judged(kept), pulls)


def test_a_pull_request_from_a_fork(judged: Judge) -> None:
    """Its pushes happen elsewhere; a deleted fork leaves none."""
    forge = Forge()
    pulls = forge.pull(1, fork={"id": 99, "full_name": "anna/shop"}), forge.pull(2, fork={})
    for pull in pulls:
        pull.open(10)
        pull.review(BEN, 30) if pull.number == 1 else None
        if pull.number == 2:
            pull.fork = None
            pull.tell("edited", ANNA, 12)
        revision = pull.merge(BEN, 60 + 10 * pull.number)
        forge.check(revision, 62 + 10 * pull.number)
    live(forge, pulls)
    expected(judged([item for item in forge.items if b'"repo": {}' not in body_of(item)]), pulls)


def body_of(item: Item) -> bytes:
    assert isinstance(item, Delivery)
    return item.body


ALWAYS = {
    *("action", "number", "id", "sha", "head", "base", "user", "login", "type", "state", "ref"),
    *("pull_request", "review", "repository", "full_name", "sender", "commit_id", "created_at"),
    *("submitted_at", "merged_at", "closed_at", "merge_commit_sha", "merged_by", "check_run"),
    *("head_sha", "name", "conclusion", "completed_at", "deployment", "deployment_status"),
    *("environment", "creator", "before", "after", "commits", "pushed_at", "message", "tree_id"),
    *("timestamp", "author", "email", "merged"),
}


def test_bodies_reduced_to_what_is_read(judged: Judge) -> None:
    forge = Forge()
    pulls = two(forge)
    live(forge, pulls)
    few: list[Item] = []
    for item in forge.items:
        assert isinstance(item, Delivery)
        body = json.dumps(reduced(json.loads(item.body))).encode()
        few.append(Delivery("github", item.id, body, RECEIVED, item.name))
    expected(judged(few), pulls)


def reduced(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: reduced(part) for key, part in value.items() if key in ALWAYS}
    return [reduced(part) for part in value] if isinstance(value, list) else value


def test_without_the_header_that_names_the_event(judged: Judge) -> None:
    forge = Forge()
    pulls = two(forge)
    live(forge, pulls)
    nameless = [
        Delivery("github", item.id, item.body, RECEIVED)
        for item in forge.items
        if isinstance(item, Delivery)
    ]
    expected(judged(nameless), pulls)


# Deployments that somebody else tells of


def cdevent(pull: Pull, minute: float, predicate: str = "deployed", **custom: Any) -> Delivery:
    """A deployment as a pipeline's own event."""
    body = {
        "context": {
            "version": "0.4.1",
            "id": f"event-{pull.number}",
            "source": "/pipelines/shop",
            "type": f"dev.cdevents.service.{predicate}.0.2.0",
            "timestamp": clock(minute),
        },
        "subject": {
            "id": "example/shop",
            "source": "/pipelines/shop",
            "type": "service",
            "content": {
                "environment": {"id": "production"},
                "artifactId": f"pkg:oci/shop@sha256:{pull.number:064x}",
            },
        },
        "customData": {"actor": PIPELINE.account, **custom},
    }
    return Delivery("cdevents", f"cdevent-{pull.number}", json.dumps(body).encode(), RECEIVED)


@pytest.mark.parametrize("predicate", ["deployed", "upgraded", "published"])
@pytest.mark.parametrize("repository", [True, False])
def test_deployments_by_cdevents(judged: Judge, predicate: str, repository: bool) -> None:
    forge = Forge()
    pulls = two(forge)
    place = {"repository": forge.id} if repository else {}
    told = [
        cdevent(pull, 65 + 10 * pull.number, predicate, commit=revision, **place)
        for pull in pulls
        for revision in [pull.ended["merge_commit_sha"]]
    ]
    expected(judged([*forge.items, *told]), pulls)


def test_deployments_of_artifacts_that_a_build_made(judged: Judge) -> None:
    forge = Forge()
    pulls = two(forge)
    told: list[Item] = []
    for pull in pulls:
        built = {
            "context": {
                "version": "0.4.1",
                "id": f"built-{pull.number}",
                "source": "/pipelines/shop",
                "type": "dev.cdevents.artifact.packaged.0.2.0",
                "timestamp": clock(64 + 10 * pull.number),
            },
            "subject": {
                "id": f"pkg:oci/shop@sha256:{pull.number:064x}",
                "type": "artifact",
                "content": {"change": {"id": pull.ended["merge_commit_sha"]}},
            },
        }
        encoded = json.dumps(built).encode()
        told.append(Delivery("cdevents", f"built-{pull.number}", encoded, RECEIVED))
        told.append(cdevent(pull, 65 + 10 * pull.number))
    expected(judged([*forge.items, *told]), pulls)


def test_deployments_by_the_generic_endpoint(judged: Judge) -> None:
    forge = Forge()
    pulls = two(forge)
    told: list[Item] = []
    for pull in pulls:
        body = {
            "type": "DeploymentFinished",
            "actor": "github:user/41898282",
            "deployment": f"ours/{pull.number}",
            "outcome": "succeeded",
            "repository": forge.id,
            "environment": "production",
            "revision": pull.ended["merge_commit_sha"],
        }
        minute = 65 + 10 * pull.number
        told.append(Delivery("events", body["deployment"], json.dumps(body).encode(), at(minute)))
    expected(judged([*forge.items, *told]), pulls)


@pytest.mark.parametrize("production", [None, "main", "tags:v*"])
def test_deployments_by_an_imported_history(
    judged: Judge, tmp_path: Any, production: str | None
) -> None:
    """A landing counts as deployed, and the reason says so; who deployed it, git does not tell."""
    forge, git = Forge(), History(tmp_path / "shop")
    git.commit("root", {"a.py": "1"}, minute=-5_000)
    above = "root"
    for number in (1, 2):
        git.commit(f"head {number}", {f"{number}.py": "1"}, above, minute=10 * number)
        above = git.commit(
            f"squash {number}",
            {f"{number}.py": "1"},
            above,
            committer=GITHUB,
            minute=60 + 10 * number,
            message=f"Improve (#{number})",
        )
    made = git.write(above, tags={"v1": "squash 1", "v2": "squash 2"})
    forge.tip = made["root"].revision
    pulls = forge.pull(1), forge.pull(2)
    for pull in pulls:
        n = pull.number
        pull.open(10 + n, made[f"head {n}"])
        forge.check(pull.head, 20 + n)
        if n == 1:
            pull.review(BEN, 30)
        pull.merge(BEN, 60 + 10 * n, made[f"squash {n}"])
    found = judged([*forge.items, Clone(git.place, production=production)])
    by_tag = production == "tags:v*"
    good, bad = pulls
    assert found.verdict(good.id, "09") == "not_verifiable"
    for check in ("02", "05", "07", "08"):
        assert found.verdict(good.id, check) == "met", found[good.id, check].reason
    assert found.verdict(bad.id, "08") == "deviation"
    if not by_tag:
        assert "counts as deployed at its committer time" in found[good.id, "08"].reason


def test_a_repository_that_was_renamed(judged: Judge) -> None:
    """Hard case 9: the same id, the same changes, their history unbroken."""
    forge = Forge()
    pulls = two(forge)
    forge.name = "example/store"
    live(forge, pulls)
    found = judged(forge.items)
    expected(found, pulls)
    assert {found.changes[pull.id].system for pull in pulls} == {"example/store"}


def test_the_deployed_commit_may_be_a_later_one(judged: Judge) -> None:
    """Both go live with a release commit that nobody proposed."""
    forge = Forge()
    forge.deploy(forge.push(ANNA, 2, Commit("start")), 3)
    pulls = two(forge)
    release = forge.push(PIPELINE, 90, Commit("release", PIPELINE, "Release 1.0"))
    forge.deploy(release, 95)
    found = judged(forge.items)
    expected(found, pulls)
    assert found.verdict(f"git:{release}", "05") == "deviation"
    assert sha("release") == release
