"""Any policy is told in words, becomes values and rows, and these are its own (laws)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.event import canonical_event
from changeproof.events.vocabulary import parse_event
from changeproof.ledger.policies import PolicyParameter, PolicyRule, policy_rows
from changeproof.policy.deadlines import Cadences, Deadlines
from changeproof.policy.durations import Duration
from changeproof.policy.explain import describe
from changeproof.policy.parameters import parameters, profile_policy
from changeproof.policy.risks import RiskCondition, RiskRule, StandardChange
from changeproof.policy.values import RISKS
from tests.policy.policies import adopted

NAMES = st.text("abcdefg ö/", min_size=1, max_size=8).filter(str.strip).map(str.strip)
LISTS = st.lists(NAMES, max_size=3, unique=True).map(tuple)
AREAS = st.lists(
    st.sampled_from(("pipeline", "tests", "migration", "code")), min_size=1, unique=True
).map(tuple)
TIMES = st.builds(
    Duration, st.integers(1, 300), st.sampled_from(("hour", "day", "business day", "business hour"))
)
RULES = st.lists(
    st.builds(
        RiskRule,
        when=st.builds(RiskCondition, systems=LISTS, areas=AREAS, paths_over=st.integers(0, 9)),
        risk=st.sampled_from(RISKS),
    ),
    max_size=3,
).map(tuple)
TEMPLATES = st.lists(
    st.builds(
        StandardChange,
        id=st.from_regex(r"[a-z]{1,6}", fullmatch=True),
        systems=LISTS,
        areas=AREAS,
        back_out=NAMES,
    ),
    max_size=3,
    unique_by=lambda each: each.id,
).map(tuple)
POLICIES = st.builds(
    lambda profile, **changed: profile_policy(profile).model_copy(update=changed),
    st.sampled_from(("standard", "small_team", "regulated")),
    risk_rules=RULES,
    standard_changes=TEMPLATES,
    objectives=LISTS,
    deadlines=st.builds(Deadlines, drift_answer_within=TIMES),
    cadences=st.builds(Cadences, access_review=TIMES),
)


@settings(max_examples=40)
@given(POLICIES)
def test_its_event_is_read_back_and_its_rows_are_its_values(policy):
    event = adopted(policy)
    assert parse_event(canonical_event(event)) == event
    read_back: dict[str, set[str]] = {}
    for row in policy_rows(event, "e" * 64):
        if isinstance(row, PolicyRule):
            read_back.setdefault(f"{row.rule}/{row.number}/{row.part}", set()).add(row.value)
        elif isinstance(row, PolicyParameter):
            read_back.setdefault(row.parameter, set()).add(row.value)
    assert read_back == {name: set(values) for name, values in parameters(policy).items() if values}


@settings(max_examples=40)
@given(POLICIES)
def test_every_rule_of_it_is_told_once_in_a_sentence(policy):
    told = describe(policy)
    assert len({title for title, _ in told}) == len(told)
    assert all(sentence.endswith(".") for _, sentence in told)
    titles = [title for title, _ in told]
    assert sum(title.startswith("Risk rule") for title in titles) == len(policy.risk_rules)
    assert sum(title.startswith("Standard change") for title in titles) == len(
        policy.standard_changes
    )
