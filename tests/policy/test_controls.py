"""The control matrix and the mappings: sound as shipped, told by line where they are not."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.checks.loader import load_checks
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.ledger.controls import ControlsInForce
from changeproof.ledger.controls_read import Stretch, control_figures
from changeproof.ledger.joined import Finding
from changeproof.policy.controls import (
    controls_refusals,
    controls_text,
    initial_controls_event,
    read_controls,
)
from changeproof.policy.controls_difference import controls_differences
from changeproof.policy.mappings import frameworks
from tests.checks.populations import store_of

TEXT = controls_text()
MATRIX = read_controls(TEXT, "controls.yaml")
CHECKS = [each.id for each in load_checks().checks]
FORBIDDEN = re.compile(r"satisf|complian(t|ce with)|guarantee|certif", re.IGNORECASE)


def test_the_shipped_matrix_has_a_control_for_every_check():
    named = {check for control in MATRIX.controls for check in control.checks}
    assert {each for each in CHECKS if each not in named} == set()


def test_neither_matrix_nor_mapping_names_a_check_that_is_not_there():
    assert controls_refusals(TEXT, "controls.yaml", CHECKS) == ()
    for framework in frameworks():
        for support in framework.supports:
            assert set(support.checks) <= set(CHECKS), support.id


def test_the_mappings_hold_the_identifiers_that_were_asked_for_and_promise_nothing():
    identifiers = {
        each.framework: [support.id for support in each.supports] for each in frameworks()
    }
    assert identifiers == {
        "iso_27001_2022": [
            *("6.3", "A.5.3", "A.8.4", "A.8.8", "A.8.9", "A.8.19", "A.8.25", "A.8.29"),
            *("A.8.31", "A.8.32", "A.8.33"),
        ],
        "nist_800_53": ["CM-2", "CM-3", "CM-4", "CM-5", "CM-6", "SI-2", "AC-5"],
    }
    told = [control.wording for control in MATRIX.controls]
    told += [support.about for each in frameworks() for support in each.supports]
    assert not [each for each in told if FORBIDDEN.search(each)]


MISTAKES = [
    ("nature: automated", "nature: automatic", 'cannot be "automatic"', 'mean "automated"?'),
    ("effect: preventive", "efect: preventive", '"controls[1].efect"', 'mean "effect"?'),
    ("owner: Head of Engineering", "owner:", '"controls[1].owner"', "text"),
    ("id: change-design", "id: change-process", "change-process is listed twice", "Keep one"),
    ("cc8_1/01_life_cycle", "cc8_1/01_lifecycle", 'no check "cc8_1/01_lifecycle"', "01_life_cycle"),
    (
        "frequency: yearly",
        "frequency: yearly\n    in_force_from: 2026-02-30",
        '"2026-02-30" is no day',
        "2026-12-25",
    ),
    (
        "frequency: yearly",
        "frequency: yearly\n    in_force_from: 2027-01-01\n    in_force_to: 2026-01-01",
        "before it begins",
        "Swap",
    ),
]


@pytest.mark.parametrize(("old", "new", "why", "cure"), MISTAKES, ids=lambda text: text[:24])
def test_a_mistake_names_line_reason_and_cure(old, new, why, cure):
    text = TEXT.replace(old, new, 1)
    told = [each for each in controls_refusals(text, "controls.yaml", CHECKS) if why in each.why]
    assert told
    assert told[0].what == "The control matrix was not taken."
    assert re.fullmatch(r"controls\.yaml, line [0-9]+", told[0].where)
    assert cure in told[0].cure
    with pytest.raises(Refusal):
        read_controls(text, "controls.yaml", CHECKS)


@settings(max_examples=30)
@given(st.data())
def test_any_small_edit_is_a_matrix_or_a_refusal_with_a_cure(data):
    at = data.draw(st.integers(0, len(TEXT)))
    text = TEXT[:at] + data.draw(st.text(max_size=3)) + TEXT[at + data.draw(st.integers(0, 3)) :]
    for refusal in controls_refusals(text, "controls.yaml"):
        assert refusal.why
        assert refusal.cure


def test_figures_stand_by_control_and_check_and_are_never_added_up():
    store = store_of(
        Finding("C1", "cc8_1/08_approval", "met", "direct", "", ""),
        Finding("C2", "cc8_1/08_approval", "met", "compensating", "", ""),
        Finding("C3", "cc8_1/08_approval", "deviation", "direct", "", ""),
    )
    stretch = Stretch(ControlsInForce(1, "", 0, None, None, 0, ""), 0, 2**60)
    found = control_figures(store, MATRIX, stretch, "2026-11-23")
    figures = {each.control.id: each for each in found}
    [approval] = figures["change-approval"].checks
    assert approval.verdicts == {"met": 2, "deviation": 1}
    assert (approval.not_direct, approval.judged) == (1, 3)
    assert approval.supports["NIST SP 800-53 rev. 5"] == ("CM-3", "AC-5")
    assert figures["change-testing"].checks[0].verdicts == {}
    assert all(each.stands for each in figures.values())


def test_a_control_stands_from_its_first_to_its_last_day():
    control = MATRIX.controls[0].model_copy(
        update={"in_force_from": "2026-01-01", "in_force_to": "2026-12-31"}
    )
    assert [
        control.stands_on(day) for day in ("2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01")
    ] == [False, True, True, False]


def test_the_initial_event_is_the_shipped_text_byte_for_byte():
    event, content = initial_controls_event()
    assert (event.controls_version, event.controls) == (1, sha256_hex(content))
    assert content.decode() == TEXT
    assert initial_controls_event() == (event, content)
    assert (event.actor, event.occurred_at, event.in_force_from) == (None, None, None)


def test_a_difference_names_the_control_the_part_and_both_texts():
    before = MATRIX.controls
    edited = before[0].model_copy(update={"owner": "Quality guild", "checks": ("cc8_1/02_scope",)})
    added = before[1].model_copy(update={"id": "own-control"})
    found = controls_differences(
        MATRIX, MATRIX.model_copy(update={"controls": (edited, *before[2:], added)})
    )
    assert [(each.control, each.kind, each.part) for each in found] == [
        (before[1].id, "removed", ""),
        (before[0].id, "changed", "owner"),
        (before[0].id, "changed", "checks"),
        ("own-control", "added", ""),
    ]
    assert (found[1].before, found[1].after) == (before[0].owner, "Quality guild")
    assert controls_differences(MATRIX, MATRIX) == ()
