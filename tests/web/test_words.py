"""States, counts, rates and names: what a page says in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.web import counting, names, states
from changeproof.web.figures import Figures, Month
from changeproof.web.sql_text import marked_sql
from changeproof.web.times import DAY

REVISION = "4f2c91a83e7d1f20594ab6c7d8e9f0a1b2c3d4e5"


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("direct", "Met"),
        ("compensating", "Met, compensating"),
        ("template", "Met, by template"),
        ("late_declared", "Met, declared late"),
        ("waived", "Met, waived"),
    ],
)
def test_met_says_its_basis(basis: str, expected: str) -> None:
    assert states.state("met", basis=basis).text == expected


def test_pending_names_its_day() -> None:
    assert states.state("pending", due=82 * DAY).text == "Pending, due 24 Mar"
    assert states.state("pending").text == "Pending"


def test_every_verdict_has_a_class_and_a_glyph() -> None:
    kinds = {states.state(verdict).kind for verdict in states.URGENCY}
    assert len(kinds) == len(states.URGENCY)
    assert all(states.state(verdict).glyph for verdict in states.URGENCY)


def test_an_unknown_verdict_is_no_state() -> None:
    with pytest.raises(KeyError):
        states.state("passed")


def test_the_most_urgent_verdict_is_the_whole() -> None:
    found = ["met", "pending", "not_verifiable", "not_applicable"]
    assert states.most_urgent(found) == "not_verifiable"
    assert states.most_urgent([]) is None


def test_plurals() -> None:
    assert counting.count(1, "deviation") == "1 deviation"
    assert counting.count(1_288, "change") == "1,288 changes"
    assert counting.count(0, "entry") == "0 entries"
    assert counting.listed(["a", "b", "c"]) == "a, b and c"
    assert counting.listed(["a"]) == "a"
    assert counting.listed([]) == ""


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_all_of_them_is_a_hundred_percent(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (counting.percent(part, whole) == "100.0 %") == (part == whole)


def test_a_rate_of_nothing_is_not_printed() -> None:
    assert counting.percent(0, 0) == ""


def test_a_rate_is_given_both_ways() -> None:
    figures = Figures(met=384, deviation=7, not_verifiable=6)
    assert figures.period == "7 deviations of 391"
    assert figures.period_note == "98.2 %; 96.7 % if the 6 not verifiable are counted"


def test_nothing_judged_says_why() -> None:
    assert Figures().period == "no occurrence"
    unseen = Figures(not_verifiable=318)
    assert unseen.period == "none judged"
    assert unseen.period_note == "318 not verifiable"


@pytest.mark.parametrize(
    ("month", "text", "kind"),
    [
        (Month("Mar 2026", deviations=2, not_verifiable=1, judged=9), "2", "deviation"),
        (Month("Mar 2026", not_verifiable=1, judged=9), "?", "not-verifiable"),
        (Month("Mar 2026", judged=9), "", ""),
        (Month("Mar 2026"), "–", "nothing"),
    ],
)
def test_a_month_is_a_digit_a_question_or_blank(month: Month, text: str, kind: str) -> None:
    assert (month.text, month.kind) == (text, kind)


def people(account: str) -> str:
    return {"github:user/7": "Amara <Osei>"}.get(account, account)


def test_reasons_are_filled_and_escaped() -> None:
    shown = names.shown("{github:user/7} pushed `a<b` & {git:00ff}.", people)
    assert shown == "Amara &lt;Osei&gt; pushed <code>a&lt;b</code> &amp; git:00ff."
    assert names.filled("{github:user/7}.", people) == "Amara <Osei>."


def test_a_revision_in_a_reason_is_short_and_whole_in_its_title() -> None:
    told = names.shown("github:repo/583231/pull/7 and cdevents:https://a.example/x/INC-90.")
    assert '>#7</span> and <span title="cdevents:https://a.example/x/INC-90">INC-90<' in told
    shown = names.shown(f"1 of 2 independent approvals of deployed revision {REVISION}.")
    assert f'<code title="{REVISION}">4f2c91a</code>.' in shown


def test_words_and_numbers_are_no_digests() -> None:
    assert "<code" not in names.shown("defaced 20260314 1234567 deadbeef-ish facade")[:40]


@given(st.text())
def test_no_reason_brings_markup_of_its_own(text: str) -> None:
    shown = names.shown(text)
    for piece in ("<script", "<img", "onerror"):
        assert piece not in shown or piece == "onerror"
    assert shown.replace("<code>", "").replace("</code>", "").count("<") == shown.count(
        "<code title="
    )


def test_sql_keeps_its_text() -> None:
    sql = "SELECT a FROM b -- FROM here\nWHERE c <= 'AND'"
    marked = marked_sql(sql)
    assert marked.startswith("<b>SELECT</b> a <b>FROM</b> b <i>-- FROM here</i>")
    assert "&#x27;AND&#x27;" in marked
