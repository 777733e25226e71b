"""Gerrit from payload to finding: votes approve, other labels are checks, a push is a change."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from changeproof.events.deployments import DeploymentFinished
from changeproof.events.event import Event
from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, RECEIVED, Somebody, at, sha
from tests.hard_cases.saying import say

HOST = "review.example.org"
PIPELINE = Somebody(900, "jenkins-bot")
Json = dict[str, Any]


def person(who: Somebody) -> Json:
    """As events name somebody: without a number."""
    return {"name": who.login.title(), "email": f"{who.login}@example.org", "username": who.login}


@dataclass
class Gerrit:
    """One project, and one change of Anna's in it."""

    items: list[Delivery | Event] = field(default_factory=list)
    head: str = sha("patch set 1")
    patch_set: int = 1

    @property
    def id(self) -> str:
        return f"gerrit:{HOST}/project/example%2Fshop"

    @property
    def pull(self) -> str:
        return f"{self.id}/change/12"

    def send(self, kind: str, minute: float, **body: Any) -> None:
        whole = {"type": kind, "eventCreatedOn": at(minute) // 1_000_000, **body}
        encoded = json.dumps(whole).encode()
        name = f"{kind}-{len(self.items)}-{hashlib.sha256(encoded).hexdigest()[:12]}"
        options = (("host", HOST),)
        self.items.append(Delivery("gerrit", name, encoded, RECEIVED, options=options))

    def about(self, kind: str, minute: float, **body: Any) -> None:
        """An event about the change."""
        change = {
            "project": "example/shop",
            "branch": "main",
            "number": 12,
            "subject": "Improve the shop",
            "owner": person(ANNA),
            "url": f"https://{HOST}/c/example/shop/+/12",
            "commitMessage": "Improve the shop\n\nChange-Id: I1\n",
            "createdOn": at(10) // 1_000_000,
            "status": "NEW",
        }
        patch_set = {
            "number": self.patch_set,
            "revision": self.head,
            "parents": [sha("beginning")],
            "uploader": person(ANNA),
            "author": person(ANNA),
            "createdOn": at(9 + self.patch_set) // 1_000_000,
        }
        self.send(kind, minute, change=change, patchSet=patch_set, **body)

    def upload(self, minute: float) -> None:
        self.about("patchset-created", minute, uploader=person(ANNA))

    def vote(self, who: Somebody, minute: float, label: str, value: int, old: int = 0) -> None:
        cast = {"type": label, "value": str(value), "oldValue": str(old)}
        self.about("comment-added", minute, author=person(who), approvals=[cast])

    def merge(self, minute: float) -> None:
        """Submit as it is: the patch set's own commit lands."""
        self.about("change-merged", minute, submitter=person(ANNA), newRev=self.head)
        self.push(ANNA, minute, self.head)

    def push(self, who: Somebody, minute: float, revision: str) -> None:
        moved = {"project": "example/shop", "refName": "refs/heads/main"}
        moved |= {"oldRev": sha("beginning"), "newRev": revision}
        self.send("ref-updated", minute, submitter=person(who), refUpdate=moved)

    def deploy(self, minute: float, revision: str) -> None:
        """Gerrit deploys nothing: another tool tells of it."""
        done = say(
            DeploymentFinished,
            minute,
            CLEO,
            deployment=f"deploy/{minute}",
            outcome="succeeded",
            repository=self.id,
            environment="production",
            revision=revision,
        )
        self.items.append(done)


def merged(*votes: tuple[Somebody, int]) -> Gerrit:
    """A change that was voted on, verified, submitted and deployed."""
    forge = Gerrit()
    forge.upload(10)
    before = 0
    for minute, (who, value) in enumerate(votes, 20):
        forge.vote(who, minute, "Code-Review", value, before)
        before = value
    forge.vote(PIPELINE, 28, "Verified", 1)
    forge.merge(30)
    forge.deploy(40, forge.head)
    return forge


def test_two_by_another_approves(judged: Judge) -> None:
    forge = merged((BEN, 2))
    found = judged(forge.items)
    assert set(found.changes) == {forge.pull}
    assert found.verdict(forge.pull, "08") == "met"
    assert found.verdict(forge.pull, "07") == "met"
    assert found.changes[forge.pull].system == "example/shop"


@pytest.mark.parametrize(
    "votes",
    [[(ANNA, 2)], [(BEN, 1)], [], [(BEN, 2), (BEN, 0)], [(BEN, -2)]],
    ids=["one's own", "an opinion", "none", "taken back", "an objection"],
)
def test_nothing_else_does(judged: Judge, votes: list[tuple[Somebody, int]]) -> None:
    forge = merged(*votes)
    assert judged(forge.items).verdict(forge.pull, "08") == "deviation"


def test_a_vote_taken_back_counts_again_when_it_is_given_again(judged: Judge) -> None:
    forge = merged((BEN, 2), (BEN, 0), (BEN, 2))
    assert judged(forge.items).verdict(forge.pull, "08") == "met"


def test_a_vote_on_an_earlier_patch_set_is_none_of_the_later(judged: Judge) -> None:
    forge = Gerrit()
    forge.upload(10)
    forge.vote(BEN, 20, "Code-Review", 2)
    forge.head, forge.patch_set = sha("patch set 2"), 2
    forge.upload(25)
    forge.merge(30)
    forge.deploy(40, forge.head)
    assert judged(forge.items).verdict(forge.pull, "08") == "deviation"


def test_a_push_past_review_is_a_change_of_its_own(judged: Judge) -> None:
    forge = Gerrit()
    forge.push(ANNA, 10, sha("straight to main"))
    forge.deploy(20, sha("straight to main"))
    found = judged(forge.items)
    change = f"git:{sha('straight to main')}"
    assert set(found.changes) == {change}
    assert found.verdict(change, "08") == "deviation"
