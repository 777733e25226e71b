"""The page and the API of roles that groups give."""

from changeproof.accounts.group_roles import record_pinned_roles
from changeproof.accounts.people import add_user, operator
from changeproof.accounts.trusted_issuers import TrustedIssuers
from tests.site.test_authorization import browser, speaker
from tests.web.test_views import text_of


def test_two_administrators_let_a_group_give_a_deciding_role(company, settings):
    pinned = {"roles": [{"group": "engineers", "role": "requester"}]}
    settings.ISSUERS = TrustedIssuers.model_validate({"directory": pinned})
    first = company.browse("administrator")
    page = text_of(first.get("/people/groups"))
    assert "who wrote it there is not on record." in page
    held = company.forge.ledger
    assert [record_pinned_roles(held) for _ in range(2)] == [True, False]
    assert "The file was last seen to have changed" in text_of(first.get("/people/groups"))
    said = {"provider": "scim:directory", "group": "payments", "role": "approver"}
    assert 'href="#group"' in first.post("/people/groups", {**said, "group": ""}).content.decode()
    page = text_of(first.post("/people/groups", said, follow=True))
    assert "It gives nothing before a second administrator adopts it." in page
    assert "Not yours to adopt: you put it forward" in page
    other = add_user("quinn@example.com", "Quinn", ["administrator"], by=operator().account)
    second = browser(other)
    answer = {"mapping": "GRP-2026-0001", "act": "adopt"}
    [waiting] = speaker(other).get("/api/group-roles").json()["items"]
    answer["mapping"] = waiting["mapping"]
    assert waiting["state"] == "waits"
    assert first.post("/people/groups/answer", answer).status_code == 403
    page = text_of(second.post("/people/groups/answer", answer, follow=True))
    assert "2 roles by groups." in page
    assert "Quinn" in page
    api = speaker(other)
    told = {"mapping": waiting["mapping"], "reason": "Moved on"}
    assert (
        api.post("/api/group-role-ends", told, content_type="application/json").status_code == 201
    )
    assert "ended" in text_of(second.get("/people/groups"))
