"""Every key that a check names is one of the policy's, and is told in words."""

import pytest

from changeproof.checks.loader import load_checks
from changeproof.policy.parameters import PROFILES, parameters, profile_policy
from changeproof.policy.said import said_of
from tests.policy.policies import policy_with

REGULATED = profile_policy("regulated")


@pytest.mark.parametrize("check", load_checks().checks, ids=lambda check: check.id)
def test_what_a_check_names_of_the_policy_is_there(check):
    for profile in PROFILES:
        policy = profile_policy(profile)
        assert not [name for name in check.matter.policy if said_of(policy, name) is None]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("emergency.review_within", "3 business days"),
        ("approvals_required", "low: 1; medium: 2; high: 2; critical: 2"),
        ("cadence.post_review", "10 business days"),
        ("patch_within.critical", "7 days"),
        ("tests_on", "deployed"),
        ("code_owner_approval", "yes"),
        ("standard_changes", "nothing named"),
        ("scans_required", "static, secrets, dependencies"),
        ("no_such_key", None),
    ],
)
def test_a_value_is_told_in_words(name, words):
    assert said_of(REGULATED, name) == words


def test_a_name_is_told_as_it_is_written_and_a_word_in_words():
    small = profile_policy("small_team")  # it has an alternative control
    assert "check: cc8_1/08_approval; control: post review by other" in str(
        said_of(small, "alternative_controls")
    )
    assert "cc8_1/14_patches" in str(said_of(REGULATED, "waivable"))


def test_a_section_that_is_left_out_names_nothing():
    without = policy_with().model_copy(update={"emergency": None})
    assert said_of(without, "emergency.approve_within") == "nothing named"


def test_most_parameters_are_found_under_their_own_names():
    found = [name for name in parameters(REGULATED) if said_of(REGULATED, name.split("/")[0])]
    assert len(found) > 60
