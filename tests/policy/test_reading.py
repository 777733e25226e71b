"""A policy that cannot be read names the line, the reason and the cure."""

import re

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from changeproof.events.refusal import Refusal
from changeproof.policy.document import LARGEST
from changeproof.policy.explain import describe
from changeproof.policy.parameters import parameters, profile_bytes
from changeproof.policy.reading import policy_refusals, read_policy

STANDARD = "\n".join(
    line
    for line in profile_bytes("standard").decode().splitlines()
    if line.strip() and not line.lstrip().startswith("#")
)
LINES = STANDARD.splitlines()


def with_line(old: str, new: str) -> tuple[str, int]:
    """The standard policy with one of its lines replaced, and that line's number."""
    number = LINES.index(old)
    return "\n".join([*LINES[:number], new, *LINES[number + 1 :]]), number + 1


# (line of the standard policy, what somebody wrote instead, a part of why, a part of the cure)
MISTAKES = [
    ("unrated_risk: medium", "unrated_rsik: medium", '"unrated_rsik"', 'mean "unrated_risk"?'),
    ("unrated_risk: medium", "unrated_risk: med", 'cannot be "med"', "medium"),
    ("unrated_risk: medium", "unrated_risk: Medium", 'cannot be "Medium"', 'mean "medium"?'),
    ("unrated_risk: medium", "unrated_risk:", "cannot be empty", "low, medium, high, critical"),
    ("unrated_risk: medium", "unrated_risk: 7", 'cannot be "7"', "low, medium, high, critical"),
    ("approve_before: deployment", "approve_before: deploy", '"deploy"', 'mean "deployment"?'),
    ("  high: 2", "  hihg: 2", '"approvals.hihg"', 'mean "high"?'),
    ("  high: 2", "  high: two", "is no whole number", "whole number"),
    ("  high: 2", '  high: "2"', "is no whole number", "whole number"),
    ("  high: 2", "  high: 2.5", "is no whole number", "whole number"),
    ("  high: 2", "  high: -1", 'cannot be "-1"', "at least 0"),
    ("  high: 2", "  high: 99", 'cannot be "99"', "at most 20"),
    ("version: 1", "version: 0", 'cannot be "0"', "at least 1"),
    ("version: 1", f"version: {'9' * 5000}", "is no whole number", "whole number"),
    (
        "blocking_reviews_count: true",
        "blocking_reviews_count: yes",
        "neither true nor false",
        "Write true or false.",
    ),
    ("  on: same_content", "  on: same content", '"same content"', 'mean "same_content"?'),
    ("  required: []", "  required: unit", "is no list", "[a, b]"),
    ("  required: []", "  required: [{poster: ci}]", '"tests.required[1].name" is missing', "name"),
    ("  required: []", "  required: [{name: ''}]", "is empty", "Write a name"),
    ("  required: []", "  required: [{name: a}, {nmae: b}]", '[2].nmae"', 'mean "name"?'),
    ("  required: []", "  required: [{name: a}, {name: a}]", "listed twice", "Keep one"),
    ("  required: []", '  required: [{name: "a\\0"}]', "name", "control characters"),
    ("  required: []", '  required: [{name: "\\ud800"}]', "name", "."),
    (
        "production_environments: [production, prod, live]",
        "production_environments: []",
        "empty list",
        "at least one",
    ),
    (
        "production_environments: [production, prod, live]",
        "production_environments: [prod, Prod]",
        "prod is listed twice",
        "Keep one",
    ),
    ("  declare_within: 60 minutes", "  declare_within: 60", '"60" is no', '"60 minutes"'),
    ("  declare_within: 60 minutes", "  declare_within: 60 minuets", "minuets", "60 minutes"),
    ("  approve_within: 24 hours", "  approve_within: 5 business days", "business time", "7 days"),
    ("  review_within: 5 days", "  review_within: [5]", "no length of time", '"5 days"'),
    ("settle: 10 minutes", "settle: {}", "no length of time", '"5 days"'),
    ("settle: 10 minutes", "declare_within: 1 hour", "no key", 'belongs under "emergency"'),
    ("  incident_required: true", "  version: 3", '"emergency.version"', "beginning of a line"),
    ("settle: 10 minutes", "colour: blue", '"colour"', "nothing reads it. Known here: version"),
    ("settle: 10 minutes", "version: 2", '"version" stands twice, first on line 1', "Keep one"),
    ("  high: 2", "  low: 2", '"low" stands twice', "Keep one"),
    ("settle: 10 minutes", "settle: &a 10 minutes", "anchors", "Write the value out."),
    ("settle: 10 minutes", "settle: *a", "aliases", "Write the value out."),
    ("settle: 10 minutes", "settle: !!python/name:os.system x", "tag", "without it"),
    ("settle: 10 minutes", "? [a]\n: 1", "a list stands where a key belongs", "Write a word."),
    ("settle: 10 minutes", f"settle: {'[' * 3000}", "too many levels", "flatter"),
    ("settle: 10 minutes", "settle: \x07", "U+0007", "Delete it."),
    ("settle: 10 minutes", 'settle: "\\UFFFFFFFF"', "no character", "the character itself"),
    ("settle: 10 minutes", 'settle: "\\x"', "no YAML", "quotes"),
    (
        "alternative_controls: []",
        "alternative_controls: [{id: 08-alt, check: 08, control: post_review_by_other, "
        "within: 1 day}]",
        "check",
        "such as cc8_1/08_approval",
    ),
    (
        "alternative_controls: []",
        "alternative_controls: [{id: 08-alt, check: cc8_1/08_approval, control: own_review, "
        "within: 1 day}]",
        '"own_review"',
        "post_review_by_other",
    ),
]


@pytest.mark.parametrize(("old", "new", "why", "cure"), MISTAKES, ids=lambda text: text[:30])
def test_a_mistake_names_line_reason_and_cure(old, new, why, cure):
    text, line = with_line(old, new)
    with pytest.raises(Refusal) as caught:
        read_policy(text, "policy.yaml")
    first = caught.value
    assert first.what == "The policy was not taken."
    told = [each for each in policy_refusals(text, "policy.yaml") if why in each.why]
    assert told, first
    assert told[0].where == f"policy.yaml, line {line}"
    assert cure in told[0].cure


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  checks: [cc8_1/14_patches]", "  checks: [cc8_1/14_patchs]"),
        (
            "alternative_controls: []",
            "alternative_controls: [{id: a, check: cc8_1/14_patchs, control: post_review_by_other,"
            " within: 1 day}]",
        ),
        ("announced: []", "announced: [{check: cc8_1/14_patchs, effective_from: 2027-01-01}]"),
    ],
)
def test_a_check_that_is_not_there_is_told_with_its_line(old, new):
    text, line = with_line(old, new)
    (only,) = policy_refusals(text, "policy.yaml", ["cc8_1/14_patches"])
    assert only.where == f"policy.yaml, line {line}"
    assert only.cure == 'Did you mean "cc8_1/14_patches"?'
    with pytest.raises(Refusal, match="no check"):
        read_policy(text, "policy.yaml", ["cc8_1/14_patches"])


def test_a_policy_without_the_section_has_no_way_for_emergencies():
    begins, ends = STANDARD.index("\nemergency:"), STANDARD.index("\nbusiness_hours:")
    policy = read_policy(STANDARD[:begins] + STANDARD[ends:], "policy.yaml")
    assert policy.emergency is None
    values = parameters(policy)
    assert {name for name in values if name.startswith("emergency.")} == {
        f"emergency.{name}"
        for name in (
            *("declare_within", "approve_within", "review_within", "incident_required"),
            "commander_roles",
        )
    }
    assert not any(values[name] for name in values if name.startswith("emergency."))
    assert "no way for emergencies" in dict(describe(policy))["Emergency"]


def test_a_misspelt_key_is_told_once():
    text, line = with_line("unrated_risk: medium", "unrated_rsik: medium")
    (only,) = policy_refusals(text, "policy.yaml")
    assert only.where == f"policy.yaml, line {line}"


def test_a_missing_key_names_the_line_of_the_part_that_lacks_it():
    text, _ = with_line("  high: 2", "")
    (only,) = policy_refusals(text, "policy.yaml")
    assert only.where == f"policy.yaml, line {LINES.index('approvals:') + 1}"
    assert '"approvals.high" is missing' in only.why
    assert 'Add "high: …"' in only.cure


def test_fewer_approvals_at_a_higher_risk_are_refused():
    text, _ = with_line("  medium: 1", "  medium: 3")
    (only,) = policy_refusals(text, "policy.yaml")
    assert "high risk asks for fewer approvals (2) than medium (3)" in only.why


def test_all_mistakes_are_told_by_line():
    text, _ = with_line("unrated_risk: medium", "unrated_risk: mid")
    text = text.replace("version: 1", "version: none").replace("60 minutes", "soon")
    told = policy_refusals(text, "policy.yaml")
    numbers = [int(re.search(r"\d+$", each.where)[0]) for each in told]
    assert numbers == sorted(numbers)
    assert len(told) == 3


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("- a\n", 1, "a list stands where keys and values belong"),
        ("\n\nhello\n", 3, "a single value stands"),
        ("version: 1\n---\nversion: 2\n", 2, "no YAML"),
        ("version: 1\n\tapprovals: {}\n", 2, "no YAML"),
        ("a: 1\nb: [1, 2\n", 3, "no YAML"),
        ("#" * (LARGEST + 1), 1, "65,537 characters; 65,536 are read"),
    ],
)
def test_a_text_that_is_no_policy_at_all(text, line, why):
    with pytest.raises(Refusal) as caught:
        read_policy(text, "p.yaml")
    assert caught.value.where == f"p.yaml, line {line}"
    assert why in caught.value.why
    assert caught.value.cure


def test_words_that_yaml_1_1_takes_for_something_else_stay_words():
    text = STANDARD.replace("[production, prod, live]", "[on, no, 1:30, 2024-01-01]")
    assert read_policy(text, "p.yaml").production_environments == ("on", "no", "1:30", "2024-01-01")


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats()
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCALARS, inner, max_size=3),
    max_leaves=8,
)


@given(st.text())
@example('a: "\\UFFFFFFFF"')
@example("a: \ud800")
@example("<<: {}")
def test_any_text_is_a_policy_or_a_refusal(text):
    _read_or_refuse(text)


@settings(max_examples=50)
@given(st.sampled_from(sorted(yaml.safe_load(STANDARD), key=str)), DATA)
def test_any_value_of_any_key_is_read_or_refused(key, value):
    _read_or_refuse(yaml.safe_dump({**yaml.safe_load(STANDARD), key: value}, sort_keys=False))


@given(st.integers(0, len(STANDARD)), st.text(max_size=4), st.integers(0, 20))
def test_any_small_edit_is_read_or_refused(place, put, cut):
    _read_or_refuse(STANDARD[:place] + put + STANDARD[place + cut :])


def _read_or_refuse(text: str) -> None:
    told = policy_refusals(text, "p.yaml")
    if not told:
        assert read_policy(text, "p.yaml").version >= 1
        return
    with pytest.raises(Refusal) as caught:
        read_policy(text, "p.yaml")
    assert str(caught.value) == str(told[0])
    for refusal in told:
        assert re.fullmatch(r"p\.yaml, line \d+", refusal.where)
        assert refusal.why
        assert refusal.cure
