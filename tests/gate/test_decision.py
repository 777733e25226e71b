"""The decision: pure, deny by default."""

from hypothesis import given
from hypothesis import strategies as st

from changeproof.gate.answer import BEFORE_DEPLOYMENT, Freeze, Question, decide
from changeproof.ledger.joined import Finding

QUESTION = Question("production", "payments", "a" * 40, None)
CHECKS = [*sorted(BEFORE_DEPLOYMENT), "cc8_1/13_emergency", "signs/untracked_change"]
VERDICTS = ["deviation", "not_verifiable", "pending", "met", "not_applicable"]


def finding(change, check, verdict, reason="Found."):
    return Finding(change, check, verdict, "direct", reason, "")


def decided(findings, freezes=(), *, in_production=True):
    return decide(QUESTION, findings, findings, freezes, in_production=in_production, at=5)


@given(
    st.dictionaries(
        st.sampled_from(["c1", "c2", "c3"]),
        st.dictionaries(st.sampled_from(CHECKS), st.sampled_from(VERDICTS)),
        min_size=1,
    )
)
def test_it_allows_only_what_every_covered_change_speaks_for(verdicts):
    findings = {
        change: [finding(change, check, verdict) for check, verdict in said.items()]
        for change, said in verdicts.items()
    }
    good = all(
        any(check.startswith("cc8_1/") for check in said)
        and not any(
            verdict in ("deviation", "not_verifiable")
            or (verdict == "pending" and check in BEFORE_DEPLOYMENT)
            for check, verdict in said.items()
            if check.startswith("cc8_1/")
        )
        for said in verdicts.values()
    )
    answer = decided(findings)
    assert answer.allowed == good
    assert answer.allowed == (not any(each.blocks for each in answer.reasons))


def test_a_change_that_nobody_judged_is_denied():
    assert not decided({"c1": []}).allowed


def test_of_forty_the_one_that_is_not_approved_is_named():
    """Hard case 33."""
    findings = {f"c{n}": [finding(f"c{n}", "cc8_1/08_approval", "met")] for n in range(40)}
    findings["c17"] = [finding("c17", "cc8_1/08_approval", "deviation", "0 of 1. Cure: Ask Ada.")]
    answer = decided(findings)
    assert not answer.allowed
    assert [(each.change, each.reason, each.cure) for each in answer.reasons] == [
        ("c17", "0 of 1.", "Ask Ada.")
    ]


def test_outside_production_a_wait_denies_nothing():
    findings = {"c1": [finding("c1", "cc8_1/08_approval", "pending")]}
    assert decided(findings, in_production=False).allowed
    assert not decided(findings, in_production=True).allowed


def test_a_freeze_denies_all_but_what_an_emergency_lets_through():
    findings = {name: [finding(name, "cc8_1/08_approval", "met")] for name in ("c1", "c2")}
    answer = decided(findings, [Freeze("The freeze", "Monday", frozenset({"c1"}))])
    assert not answer.allowed
    assert [each.change for each in answer.reasons] == ["c2"]
    assert decided(findings, [Freeze("The freeze", "Monday", frozenset({"c1", "c2"}))]).allowed
