"""The policy in the pages: read, looked at, put forward by one, adopted by another."""

from datetime import UTC, datetime, timedelta

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.ledger.policies import PolicyInForce, PolicyProposal
from tests.web.conftest import BACKEND, Company
from tests.web.test_views import text_of


def soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


def draft_of(client) -> str:
    """The text that the form begins with."""
    page = client.get("/policy/propose")
    [text] = [field.value for field in page.context["page"].fields if field.name == "text"]
    return text


@pytest.fixture
def first(company: Company):
    return company.browse("administrator")


@pytest.fixture
def second(company: Company):
    user = add_user("sam@example.com", "Sam", ["administrator"], by=operator().account)
    client = company.browse("requester")
    client.force_login(user, backend=BACKEND)
    return client


def put_forward(client, text: str):
    typed = {"text": text, "in_force": soon(), "act": "propose"}
    return client.post("/policy/propose", typed, follow=True)


def test_what_is_in_force_stands_in_plain_words(company):
    said = text_of(company.browse("auditor").get("/policy"))
    assert "Version 1 is in force since the record begins." in said
    assert "A change whose risk nobody rated is treated as medium." in said
    assert "Put a new version forward" not in said
    text = company.browse("auditor").get("/policy/1/text")
    assert "unrated_risk: medium" in text.content.decode()


def test_a_draft_is_looked_at_before_anything_is_recorded(company, first):
    text = draft_of(first)
    assert "\nversion: 2\n" in text
    stricter = text.replace("\n  medium: 1\n", "\n  medium: 2\n")
    shown = first.post("/policy/propose", {"text": stricter, "act": "look"})
    said = text_of(shown)
    assert "removed: − medium: 1" in said
    assert "added: + medium: 2" in said
    assert "It would judge" in said
    rows = {row.check: row for row in shown.context["page"].replay.rows}
    assert rows["cc8_1/08_approval"].drafted.text == "Deviation"
    assert rows["cc8_1/08_approval"].subject_url == f"/changes/{company.sound}"
    assert company.forge.ledger.store.all(PolicyProposal) == []


def test_mistakes_are_told_by_line_with_the_text_as_typed(first):
    broken = draft_of(first).replace("unrated_risk: medium", "unrated_risk: enormous")
    answer = first.post("/policy/propose", {"text": broken, "act": "look"})
    assert answer.status_code == 422
    assert "1 mistake in the text" in text_of(answer)
    assert "enormous" in answer.context["page"].fields[0].value


def test_one_puts_it_forward_and_another_adopts_what_was_shown(company, first, second):
    said = text_of(put_forward(first, draft_of(first)))
    assert "Version 2 waits for a second person." in said
    assert "You may not adopt it" in text_of(first.get("/policy/2"))
    seen = company.forge.ledger.store.all(PolicyProposal)[0].policy
    assert first.post("/policy/2/adopt", {"seen": seen}).status_code == 403
    assert "Adopt version 2" in text_of(second.get("/policy/2"))
    # Another text under the same number, after the page was opened.
    put_forward(first, draft_of(first).replace("unrated_risk: medium", "unrated_risk: high"))
    stale = second.post("/policy/2/adopt", {"seen": seen})
    assert stale.status_code == 422
    assert "another text was put forward" in text_of(stale)
    seen = stale.context["page"].shown.digest
    assert "is adopted" in text_of(second.post("/policy/2/adopt", {"seen": seen}, follow=True))
    again = second.post("/policy/2/adopt", {"seen": seen})
    assert again.status_code == 422
    adopted = company.forge.ledger.store.all(PolicyInForce)
    assert sorted(row.policy_version for row in adopted) == [1, 2]
    assert "adopted, waits for its time" in text_of(second.get("/policy"))


def test_a_time_that_is_over_is_refused_at_its_field(first):
    typed = {"text": draft_of(first), "in_force": "2020-01-01T00:00", "act": "propose"}
    answer = first.post("/policy/propose", typed)
    assert answer.status_code == 422
    assert "That time is over" in answer.context["page"].fields[1].wrong
