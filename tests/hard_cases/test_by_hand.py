"""Hard cases 36 to 41: what went around the pipeline, or came from elsewhere."""

from typing import Any

import pytest

from changeproof.events.acquisitions import SoftwareAcquired
from changeproof.events.assessments import ChangeAssessed
from changeproof.events.deployments import DeploymentFinished, DeploymentRequested, StateObserved
from changeproof.events.event import Event
from changeproof.events.production_acts import ItemAuthorized, ProductionActed
from changeproof.events.requests import (
    ChangeApproved,
    ChangeAuthorized,
    ChangeLinked,
    ChangeRequested,
)
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, CLEO, DORA, PIPELINE, at
from tests.hard_cases.saying import SHOP, say

REQUEST = "CHG-2026-0001"
PLANNED, RUN = "1" * 64, "2" * 64


def acted(minute: float = 70, **fields: Any) -> ProductionActed:
    """Somebody altered production by hand."""
    whole = {"act": "trail/1", "system": SHOP, "environment": "production", "kind": "data"}
    return say(ProductionActed, minute, ANNA, **{**whole, "item": "orders", **fields})


def asked(minute: float = 5) -> list[Event]:
    """Somebody asks, others authorize and approve, and somebody tries it elsewhere."""
    return [
        say(ChangeRequested, minute, DORA, change=REQUEST, system=SHOP, kind="data"),
        say(ChangeAuthorized, 20, BEN, change=REQUEST),
        say(ChangeApproved, 30, BEN, change=REQUEST),
        say(ChangeAssessed, 40, CLEO, change=REQUEST, topic="acceptance", answer="addressed"),
    ]


def authorized(**fields: Any) -> ItemAuthorized:
    whole = {"change": REQUEST, "system": SHOP, "environment": "production", "item": "orders"}
    return say(ItemAuthorized, 25, BEN, **{**whole, **fields})


@pytest.mark.parametrize("kind", ["data", "infrastructure", "software"])
def test_a_change_by_hand_that_nobody_asked_for(judged: Judge, kind: str) -> None:
    found = judged([acted(kind=kind)])
    change = "act:trail/1"
    assert found.changes[change].origin == "detected"
    for check in ("05", "07", "09"):
        assert found.verdict(change, check) == "deviation", found[change, check].reason
    for sign in ("unauthorized_deployment", "untracked_change"):
        assert found.verdict(change, sign) == "raised"
    assert found.verdict(change, "unlogged_deployment") == "clear"
    assert found.verdict(change, "unattributed_change") == "clear"
    assert f"altered by hand by {{{ANNA.account}}}" in found[change, "09"].reason


def test_what_the_provider_does_by_itself_is_no_change(judged: Judge) -> None:
    assert judged([acted(automatic=True)]).changes == {}


def test_by_hand_a_moment_ago_may_still_be_explained(judged: Judge) -> None:
    found = judged([acted()], at(70.1))
    assert found.verdict("act:trail/1", "05") == "pending"
    assert found.verdict("act:trail/1", "09") == "not_verifiable"


def test_by_hand_as_others_asked_authorized_approved_and_tried(judged: Judge) -> None:
    plan = authorized(executed_digest=RUN, most_rows=10)
    act = acted(change=REQUEST, executed_digest=RUN, row_count=10)
    found = judged([*asked(), plan, act])
    assert set(found.changes) == {REQUEST}
    for check in ("02", "05", "07", "08", "09"):
        assert found.verdict(REQUEST, check) == "met", found[REQUEST, check].reason
    assert found.verdict(REQUEST, "configuration_mismatch") == "clear"


@pytest.mark.parametrize("way", ["another script", "more rows", "another item"])
def test_by_hand_otherwise_than_authorized(judged: Judge, way: str) -> None:
    plan = authorized(
        executed_digest=PLANNED if way == "another script" else RUN,
        most_rows=9 if way == "more rows" else 10,
        item="prices" if way == "another item" else "orders",
    )
    act = acted(change=REQUEST, executed_digest=RUN, row_count=10)
    found = judged([*asked(), plan, act])
    assert found.verdict(REQUEST, "configuration_mismatch") == "raised"
    assert found.verdict(REQUEST, "06") == "deviation"


def test_another_plan_than_the_authorized_one_was_applied(judged: Judge) -> None:
    """Terraform: something drifted in between; of two resources one differs."""
    plans = [
        authorized(item="network", executed_digest=PLANNED),
        authorized(item="firewall", executed_digest=RUN),
    ]
    acts = [
        acted(70, act="apply/1", item="network", executed_digest=RUN, change=REQUEST),
        acted(71, act="apply/2", item="firewall", executed_digest=RUN, change=REQUEST),
    ]
    finding = judged([*asked(), *plans, *acts])[REQUEST, "configuration_mismatch"]
    assert finding.verdict == "raised"
    assert "network: what was run is not what was authorized" in finding.reason
    assert "firewall" not in finding.reason


def test_its_maker_alone_approved_what_was_done_by_hand(judged: Judge) -> None:
    told = [
        say(ChangeRequested, 5, DORA, change=REQUEST, system=SHOP, kind="data"),
        say(ChangeApproved, 30, ANNA, change=REQUEST),
        acted(change=REQUEST),
    ]
    found = judged(told)
    assert found.verdict(REQUEST, "08") == "deviation"
    assert found.verdict(REQUEST, "09") == "deviation"


def test_the_request_was_written_after_the_act(judged: Judge) -> None:
    found = judged([*asked(71), acted(change=REQUEST)])
    assert found.verdict(REQUEST, "05") == "deviation"
    assert "was made only at" in found[REQUEST, "05"].reason


def test_something_runs_that_nobody_deployed(judged: Judge) -> None:
    digest = "sha256:" + "c" * 64
    seen = say(
        StateObserved, 70, system=SHOP, environment="production", item="pod/web", artifact=digest
    )
    found = judged([seen])
    (change,) = found.changes
    for check in ("05", "09"):
        assert found.verdict(change, check) == "deviation"
    for sign in ("unlogged_deployment", "unattributed_change", "unauthorized_deployment"):
        assert found.verdict(change, sign) == "raised"


@pytest.mark.parametrize(("begun", "raised"), [(None, True), (65, False)])
def test_a_deployment_afterwards_does_not_explain_what_ran_before(
    judged: Judge, begun: float | None, raised: bool
) -> None:
    """Seen at 70, deployed at 500: by hand first, unless the roll-out had begun by then."""
    digest = "sha256:" + "c" * 64
    place: dict[str, Any] = {"system": SHOP, "environment": "production", "artifact": digest}
    told: list[Event] = [
        say(StateObserved, 70, item="pod/web", **place),
        say(StateObserved, 600, item="pod/web", **place),
        say(
            DeploymentFinished, 500, PIPELINE, deployment="rollout/1", outcome="succeeded", **place
        ),
    ]
    if begun is not None:
        told.append(say(DeploymentRequested, begun, PIPELINE, deployment="rollout/1", **place))
    found = judged(told)
    seen = f"observed:{SHOP}/production/{digest}"
    assert set(found.changes) == {"rollout/1", *([seen] if raised else [])}
    if raised:
        assert found.verdict(seen, "unlogged_deployment") == "raised"


@pytest.mark.parametrize("known", ["nothing", "pinned", "unpinned", "another digest"])
def test_an_artifact_that_was_built_elsewhere(judged: Judge, known: str) -> None:
    digest = "sha256:" + "d" * 64
    told: list[Event] = [
        say(
            DeploymentFinished, 70, PIPELINE, deployment="rollout/1", outcome="succeeded",
            system=SHOP, environment="production", artifact=digest,
        )
    ]  # fmt: skip
    change = "rollout/1"
    if known != "nothing":
        change = REQUEST
        bought = "sha256:" + "e" * 64 if known == "another digest" else digest
        told += asked()
        told.append(say(ChangeApproved, 31, CLEO, change=REQUEST, artifact=digest))
        told.append(say(ChangeLinked, 32, DORA, change=REQUEST, implementation="rollout/1"))
        told.append(
            say(
                SoftwareAcquired, 10, DORA, change=REQUEST, vendor="Acme", product="cache",
                digest=bought, pinned_digest=bought,
                origin="none" if known == "unpinned" else "signature",
            )
        )  # fmt: skip
    found = judged(told)
    wanted = "met" if known == "pinned" else "deviation"
    assert found.verdict(change, "09") == wanted, found[change, "09"].reason
    assert found.verdict(change, "05") == ("deviation" if known == "nothing" else "met")
    mismatch = found.verdict(change, "configuration_mismatch")
    assert (mismatch == "raised") == (known == "another digest")
