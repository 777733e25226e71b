"""Where a subject stands follows from findings and evidence alone."""

from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.entry import seal
from changeproof.events.requests import ChangeRequested
from changeproof.ledger.activity import HALF_HOUR, MOST, OTHERS, read_activity, with_entries
from changeproof.ledger.joined import Finding
from changeproof.ledger.standing import (
    BASIS_LETTERS,
    VERDICT_LETTERS,
    letters_of,
    shape_of,
    standings,
)
from tests.support.small_company import judge_plainly, small_instance

CHECKS = st.lists(st.sampled_from(["cc8_1/02", "cc8_1/08", "signs/x", "around/y"]), unique=True)


@given(
    CHECKS.flatmap(
        lambda checks: st.tuples(
            *(
                st.tuples(
                    st.just(check),
                    st.sampled_from(sorted(VERDICT_LETTERS)),
                    st.sampled_from(sorted(BASIS_LETTERS)),
                )
                for check in checks
            )
        )
    )
)
def test_letters_tell_every_verdict_and_basis(said):
    findings = [Finding("c", check, verdict, basis, "", "") for check, verdict, basis in said]
    shape, _, letters = letters_of(findings).partition(":")
    ordered = sorted(said)
    assert shape == shape_of(tuple(check for check, _, _ in ordered))
    # Pages look for one letter in all of it.
    pending = any(verdict == "pending" for _, verdict, _ in said)
    assert (VERDICT_LETTERS["pending"] in f"{shape}:{letters}") == pending
    pairs = [letters[place : place + 2] for place in range(0, len(letters), 2)]
    assert pairs == [VERDICT_LETTERS[v] + BASIS_LETTERS[b] for _, v, b in ordered]


def test_every_letter_is_its_own():
    assert len(set(VERDICT_LETTERS.values())) == len(VERDICT_LETTERS)
    assert len(set(BASIS_LETTERS.values())) == len(BASIS_LETTERS)


def test_a_change_stands_by_its_first_deployment_that_had_happened():
    instance = small_instance()
    subjects = [
        str(row[0])
        for row in instance.database.execute(
            "SELECT subject FROM subject_judged WHERE deployed_at IS NOT NULL ORDER BY subject"
        )
    ]
    assert subjects
    judged = judge_plainly(instance.store, subjects, 2**53)
    after = {
        row.subject: row for row in standings(instance.store, 2**53, judged.findings, {}, _seal)
    }
    for name in subjects:
        at = after[name].deployed_at
        assert at is not None
        assert after[name].listed_at == at
        own = [row for row in judged.findings if row.subject == name]
        (before,) = standings(instance.store, at - 1, own, {}, _seal)
        assert before.deployed_at is None or before.deployed_at < at


def _seal(subject: str, as_of: int) -> str:
    return f"{subject} {as_of}"


def _entry(source: str, at: int):
    event = ChangeRequested(source=source, delivery=f"{source}{at}", occurred_at=at, change="C")
    return seal(event, received_at=at, collector="test")


def test_activity_counts_each_source_and_forgets_what_is_older_than_a_day():
    at = 1_000 * HALF_HOUR
    text = with_entries(None, [_entry("github", at), _entry("github", at + 1), _entry("git", at)])
    text = with_entries(text, [_entry("github", at + 50 * HALF_HOUR)])
    found = read_activity(text)
    assert (found["github"].events, found["git"].events) == (3, 1)
    assert sum(found["github"].day_before(at + 50 * HALF_HOUR)) == 1
    assert found["git"].day_before(at)[-1] == 1


def test_senders_without_end_are_counted_together():
    text = with_entries(None, [_entry(f"events:{number}", number) for number in range(MOST + 20)])
    found = read_activity(text)
    assert len(found) == MOST + 1
    assert found[OTHERS].events == 20
