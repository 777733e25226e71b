"""The story of the made company: the same bytes each time, and every payload can be read."""

import time
from collections import Counter
from datetime import date

import pytest

from changeproof.accounts.vocabulary import ROLE_PERMISSIONS, Permission
from changeproof.demonstration.company import END, people, story, troubles
from changeproof.demonstration.desk_events import event_of
from changeproof.demonstration.hours import DAY, at, moment
from changeproof.demonstration.routine.setup import VERSIONS, policy_text
from changeproof.demonstration.steps import Act, Incoming, Step
from changeproof.events.event import canonical_event
from changeproof.policy.reading import read_policy
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.translate import translate

OTHER_END = date(2024, 2, 29)


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(story())


def deliveries(steps: list[Step]) -> list[Incoming]:
    return [step for step in steps if isinstance(step, Incoming)]


def acts(steps: list[Step]) -> list[Act]:
    return [step for step in steps if isinstance(step, Act)]


def test_it_is_told_the_same_twice(steps: list[Step]) -> None:
    assert list(story()) == steps


def test_it_is_told_in_under_two_seconds() -> None:
    began = time.process_time()
    assert sum(1 for _ in story()) > 4_000
    assert time.process_time() - began < 2


@pytest.mark.parametrize("end", [END, OTHER_END])
def test_steps_come_in_order_of_time_and_end_with_the_last_day(end: date) -> None:
    times = [step.at for step in story(end)]
    assert times == sorted(times)
    last = moment(end) + DAY
    assert last - 364 * DAY <= times[0]
    assert last - 4 * DAY < times[-1] < last


def test_another_end_tells_the_same_troubles() -> None:
    told, other = troubles(), troubles(OTHER_END)
    assert Counter(trouble.name for trouble in told) == Counter(trouble.name for trouble in other)


def test_every_delivery_is_read_and_none_is_ignored(steps: list[Step]) -> None:
    pseudonyms = Pseudonyms(b"k" * 32)
    for step in deliveries(steps):
        translation = translate(step.delivery, pseudonyms)
        assert translation.events
        assert translation.ignored is None


def test_deliveries_have_ids_of_their_own_and_are_compact(steps: list[Step]) -> None:
    identifiers = Counter(step.delivery.id for step in deliveries(steps))
    assert identifiers.most_common(1)[0][1] == 1
    assert max(len(step.delivery.body) for step in deliveries(steps)) < 6_000


def test_every_kind_of_source_and_webhook_is_there(steps: list[Step]) -> None:
    kinds = {step.delivery.kind for step in deliveries(steps)}
    assert kinds == {"github", "jira", "junit", "cdevents", "events"}
    names = {step.delivery.name for step in deliveries(steps) if step.delivery.kind == "github"}
    assert names >= {
        "push", "pull_request", "pull_request_review", "check_run", "status", "workflow_run",
        "deployment", "deployment_status", "branch_protection_rule", "create", "delete",
    }  # fmt: skip


def test_every_act_becomes_an_event_and_none_twice(steps: list[Step]) -> None:
    events = [event_of(act, number)[0] for number, act in enumerate(acts(steps))]
    assert len({canonical_event(event) for event in events}) == len(events)
    assert [event.occurred_at for event in events] == [act.at for act in acts(steps)]


NEEDED: dict[str, Permission] = {
    "adopt_policy": Permission.POLICY_ADOPT,
    "approve": Permission.CHANGE_APPROVE,
    "authorize": Permission.CHANGE_AUTHORIZE,
    "close": Permission.CHANGE_CLOSE,
    "declare_account": Permission.ACCOUNT_MANAGE,
    "declare_emergency": Permission.EMERGENCY_DECLARE,
    "grant_role": Permission.ACCOUNT_MANAGE,
    "join_account": Permission.ACCOUNT_MANAGE,
    "link": Permission.CHANGE_REQUEST,
    "request": Permission.CHANGE_REQUEST,
    "review_afterwards": Permission.EMERGENCY_REVIEW,
    "schedule": Permission.CHANGE_REQUEST,
    "set_window": Permission.CHANGE_AUTHORIZE,
}


def test_people_do_at_the_desk_what_their_roles_permit(steps: list[Step]) -> None:
    roles = {line.account: line.roles for line in people()}
    for act in acts(steps):
        held = {each for role in roles[act.actor] for each in ROLE_PERMISSIONS[role]}
        if act.kind in NEEDED:
            assert NEEDED[act.kind] in held, act


def test_nobody_at_the_desk_decides_about_their_own_request(steps: list[Step]) -> None:
    requested = {act.change: act.actor for act in acts(steps) if act.kind == "request"}
    for act in acts(steps):
        if act.kind in ("authorize", "approve", "review_afterwards"):
            assert requested.get(act.change) != act.actor


def test_requests_and_emergencies_are_numbered_as_the_desk_numbers_them(
    steps: list[Step],
) -> None:
    counted: Counter[str] = Counter()
    for act in acts(steps):
        year = at(act.at).year
        if act.kind == "request":
            counted[f"CHG-{year}"] += 1
            assert act.change == f"CHG-{year}-{counted[f'CHG-{year}']:04d}"
        if act.kind == "declare_emergency":
            counted[f"EMG-{year}"] += 1
            assert act.fields["emergency"] == f"EMG-{year}-{counted[f'EMG-{year}']}"
    assert len(counted) == 4


def test_everybody_has_one_name_and_every_account_one_line() -> None:
    lines = people()
    assert len({line.account for line in lines}) == len(lines)
    by_person = {(line.person, line.name) for line in lines if line.person}
    assert len(by_person) == len({person for person, _ in by_person})


def test_the_policies_that_it_adopts_are_policies(steps: list[Step]) -> None:
    before, with_emergencies, with_control = (
        read_policy(policy_text(version), "policy.yaml") for version in VERSIONS
    )
    assert before.emergency is None
    assert with_emergencies.emergency is not None
    assert [control.id for control in with_control.alternative_controls] == ["08-alt"]
    told = [act for act in acts(steps) if act.kind in ("adopt_policy", "declare_emergency")]
    assert [act.fields["text"] for act in told if act.kind == "adopt_policy"] == [
        policy_text(version) for version in VERSIONS
    ]
    assert [act.kind for act in told][:3] == ["adopt_policy", "adopt_policy", "declare_emergency"]
