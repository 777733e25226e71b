"""Bitbucket Cloud tells twelve digits of a commit: what they lead to, whatever comes first."""

import json
from itertools import permutations

import pytest

from changeproof.intake.deliveries import take
from changeproof.ledger.joined import BegunHead, Finding
from changeproof.ledger.service import Ledger, ledger
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.monitor.judging import judge_waiting
from changeproof.sources.delivery import Delivery
from tests.hard_cases.story import POLICY, POLICY_TEXT

HEAD, BEGINS = "1" * 40, "1" * 12
MERGE = "3" * 40
REPOSITORY = {"uuid": "{F00}", "full_name": "acme/pay", "mainbranch": {"name": "main"}}
ADA, BOB = {"uuid": "{A1}"}, {"uuid": "{B2}"}
PULL = "bitbucket:bitbucket.org/repo/f00/pull/4"


def commit(revision: str, *parents: str) -> dict[str, object]:
    return {
        "hash": revision,
        "message": "Round",
        "date": "2026-03-02T08:00:00+00:00",
        "author": {"raw": "Ada <ada@example.org>", "user": ADA},
        "parents": [{"hash": each} for each in parents],
    }


def push(branch: str, revision: str, *parents: str, by: object = ADA) -> tuple[str, object]:
    target = {"hash": revision, "date": "2026-03-02T08:00:00+00:00"}
    new = {"type": "branch", "name": branch, "target": target}
    change = {"old": None, "new": new, "commits": [commit(revision, *parents)]}
    return "repo:push", {"actor": by, "repository": REPOSITORY, "push": {"changes": [change]}}


SHOWN = {
    "id": 4,
    "title": "Round",
    "state": "OPEN",
    "author": ADA,
    "source": {"branch": {"name": "rounding"}, "commit": {"hash": BEGINS}},
    "destination": {"branch": {"name": "main"}, "commit": {"hash": "2" * 12}},
    "created_on": "2026-03-02T08:00:00+00:00",
    "updated_on": "2026-03-02T09:00:00+00:00",
}
APPROVED = (
    "pullrequest:approved",
    {
        "actor": BOB,
        "repository": REPOSITORY,
        "pullrequest": SHOWN,
        "approval": {"date": "2026-03-02T09:00:00+00:00", "user": BOB},
    },
)
MERGED = (
    "pullrequest:fulfilled",
    {
        "actor": BOB,
        "repository": REPOSITORY,
        "pullrequest": {
            **SHOWN,
            "state": "MERGED",
            "closed_by": BOB,
            "merge_commit": {"hash": MERGE[:12]},
            "updated_on": "2026-03-02T10:00:00+00:00",
        },
    },
)
PUSHED = push("rounding", HEAD, "2" * 40)
LANDED = push("main", MERGE, "2" * 40, HEAD, by=BOB)


def tell(held: Ledger, *said: tuple[str, object]) -> None:
    for number, (name, payload) in enumerate(said):
        body = json.dumps(payload).encode()
        told = Delivery("bitbucket-cloud", f"{number}", body, 1_800_000_000_000_000, name=name)
        [taken] = take(held, [told], "test")
        assert taken.outcome == "translated", taken.reason


def heads(held: Ledger) -> list[tuple[str, str, str]]:
    return [(row.pull, row.begins, row.revision) for row in held.store.all(BegunHead)]


@pytest.mark.parametrize("order", list(permutations(range(3)))[::2])
def test_what_an_approval_was_on_is_found_in_any_order(
    instance: object, order: tuple[int, ...]
) -> None:
    held = ledger()
    told = (PUSHED, APPROVED, MERGED)
    tell(held, *(told[each] for each in order))
    assert heads(held) == [(PULL, BEGINS, HEAD)]
    before = heads(held)
    held.rebuild()
    assert heads(held) == before


def test_of_two_that_begin_alike_neither_is_what_was_approved(instance: object) -> None:
    held = ledger()
    held.record_events([POLICY], [POLICY_TEXT], collector="test")
    tell(held, PUSHED, APPROVED, MERGED, LANDED)
    judge_waiting(held)
    assert approval(held).startswith("1 of 1 independent approvals so far")
    tell(held, push("sneaked", BEGINS + "f" * 28, "2" * 40))
    assert heads(held) == []
    judge_waiting(held)
    assert approval(held).startswith("0 of 1 independent approvals so far")
    signer = load_key(held.instance.log_key_file)
    assert verify_ledger(held.database, signer, None).is_sound


def approval(held: Ledger) -> str:
    rows = held.store.by(Finding, "subject", [PULL])
    return next(row.reason for row in rows if row.check_id == "cc8_1/08_approval")
