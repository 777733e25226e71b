"""The shipped profiles: what DESIGN.md says of them, the same bytes everywhere."""

import pytest

from changeproof.events.event import canonical_event, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.vocabulary import parse_event
from changeproof.ledger.policies import (
    BusinessTime,
    PolicyInForce,
    PolicyParameter,
    PolicyRule,
    policy_rows,
)
from changeproof.policy.explain import describe
from changeproof.policy.parameters import (
    PROFILES,
    initial_policy_event,
    parameters,
    profile_bytes,
    profile_policy,
)
from changeproof.policy.reading import policy_refusals, read_policy

# An instance begins with these very bytes. A profile that must change gets a new digest here
# and, once released, a new version in the file.
DIGESTS = {
    "standard": "a863be0c63dd4c01aff4d9e455f7b454002613824a10b21861181d1f314de8ec",
    "small_team": "1da26958501f0dabda7f4afdb71cdb3e0ff57b9f2f5efe561e9cdff8ef929f99",
    "regulated": "3e6c5007beb419b11f9ff6273a89589b19b61bd2221d63703420b7c6e516b7ce",
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profiles_bytes_are_constant(profile):
    assert sha256_hex(profile_bytes(profile)) == DIGESTS[profile]


def test_standard_asks_for_what_the_design_says():
    values = parameters(profile_policy("standard"))
    assert [values[f"approvals_required.{risk}"] for risk in ("low", "medium", "high")] == [
        ("1",),
        ("1",),
        ("2",),
    ]
    assert values["approvals_required.critical"] == ("2",)
    assert values["unrated_risk"] == ("medium",)
    assert values["blocking_reviews_count"] == ("true",)
    assert values["approve_before"] == ("deployment",)
    assert values["authorize_before"] == ("merge",)
    assert values["review_authorizes"] == ("low", "medium")
    assert values["tests_before"] == ("deployment",)
    assert values["tests_on"] == ("same_content",)
    assert values["required_check"] == values["required_check_poster"] == ()
    assert values["production_environments"] == ("production", "prod", "live")
    assert values["trailers_accepted"] == ("gerrit",)
    assert values["emergency.declare_within"] == (str(60 * 60 * 10**6),)
    assert values["emergency.approve_within"] == (str(24 * 3600 * 10**6),)
    assert values["emergency.review_within"] == (str(5 * 86400 * 10**6),)
    assert values["emergency.incident_required"] == ("true",)
    assert values["alternative_control"] == ()


def test_small_team_differs_in_what_one_person_cannot_do_only():
    standard, small = (parameters(profile_policy(each)) for each in ("standard", "small_team"))
    differing = {name for name in standard if standard[name] != small[name]}
    assert differing == {
        "approvals_required.high",
        "approvals_required.critical",
        "design_required_at",
        "documentation.high",
        "alternative_control",
        "alternative_control_check",
        "alternative_control_kind",
        "alternative_control_within",
    }
    assert small["alternative_control"] == ("08-alt",)
    assert small["alternative_control_check"] == ("cc8_1/08_approval",)
    assert small["alternative_control_kind"] == ("post_review_by_other",)
    assert small["alternative_control_within"] == (str(72 * 3600 * 10**6),)


@pytest.mark.parametrize("profile", PROFILES)
def test_the_initial_policy_goes_through_an_event_into_rows_and_back(profile):
    event, content = initial_policy_event(profile)
    assert event.delivery == f"initial:{profile}"
    assert (event.occurred_at, event.time_basis, event.in_force_from) == (None, "none", None)
    assert event.policy == sha256_hex(content)
    assert parse_event(canonical_event(event)) == event
    assert initial_policy_event(profile) == (event, content)

    in_force, *rows = policy_rows(event, "e1")
    assert isinstance(in_force, PolicyInForce)
    read_back: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if isinstance(row, PolicyRule):
            name = f"{row.rule}/{row.number}/{row.part}"
        elif isinstance(row, PolicyParameter):
            name = row.parameter
            assert len(read_back.get(name, ())) == row.position
        else:
            assert isinstance(row, BusinessTime)
            assert profile == "regulated"
            continue
        read_back[name] = (*read_back.get(name, ()), row.value)
    expected = parameters(read_policy(content.decode(), "policy.yaml"))
    assert read_back == {name: values for name, values in expected.items() if values}


def test_required_checks_and_posters_are_aligned():
    text = profile_bytes("standard").decode()
    text = text.replace(
        "  required: []", "  required: [{name: unit, poster: ci}, {name: lint}, {name: unit}]"
    ).replace("[production, prod, live]", "[Production, EU-Live]")
    assert policy_refusals(text, "policy.yaml") == ()
    policy = read_policy(text, "policy.yaml")
    values = parameters(policy)
    assert values["required_check"] == ("unit", "lint", "unit")
    assert values["required_check_poster"] == ("ci", "", "")
    assert values["production_environments"] == ("production", "eu-live")
    assert "The last run passed of: unit (by ci), lint and unit;" in dict(describe(policy))["Tests"]


def test_another_profile_is_refused_by_name():
    with pytest.raises(Refusal) as caught:
        initial_policy_event("../standard")
    assert caught.value.cure == "Use one of: standard, small_team, regulated."


@pytest.mark.parametrize("profile", PROFILES)
def test_every_rule_is_told_in_a_sentence(profile):
    told = describe(profile_policy(profile))
    assert all(sentence.endswith(".") and "_" not in title for title, sentence in told)
    approval = dict(told)["Approval"]
    if profile == "standard":
        assert "1 at low and medium risk; 2 at high and critical risk" in approval
    elif profile == "regulated":
        assert "1 at low risk; 2 at medium, high and critical risk" in approval
    else:
        assert "08-alt stands in" in dict(told)["Alternative control"]
