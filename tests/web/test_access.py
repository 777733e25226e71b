"""Access on the desk: granted in a form, ended, reviewed with keep and revoke."""

from datetime import UTC, datetime, timedelta

from changeproof.events.access import AccessGranted
from changeproof.ledger.access import AccessEnd, AccessGrant
from changeproof.ledger.access_read import held_access
from changeproof.ledger.access_reviews import AccessReview, AccessReviewDecision
from changeproof.ledger.oversight import HeldReview
from changeproof.ledger.service import now
from tests.support.pull_requests import SYSTEM, WRITER
from tests.web.test_views import text_of


def typed(**said: str) -> dict[str, str]:
    day = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%d")
    told = {"account": WRITER, "kind": "deploy", "system": SYSTEM, "reason": "On call"}
    return {**told, "ends": day, **said}


def names(company):
    return {row.account: row.event for row in held_access(company.forge.ledger.store, now())}


def test_granted_shown_with_what_ends_soon_and_ended(company):
    manager = company.browse("change_manager")
    empty = text_of(manager.get("/desk/access"))
    assert "That is not the same as nobody having any" in empty
    done = text_of(manager.post("/desk/access/grant", typed(), follow=True))
    assert "1 access is held, 1 of them ends within 14 days." in done
    assert "Wanda Writer" in done
    assert "On call" in done
    grant = names(company)[WRITER]
    assert f"?grant={grant}" in manager.get("/desk/access").content.decode()
    form = manager.get(f"/desk/access/end?grant={grant}")
    assert f'value="{grant}"' in form.content.decode()
    assert f"Deploy to {SYSTEM}, held by Wanda Writer." in text_of(form)
    ending = {"grant": grant, "reason": "Moved on"}
    assert "Nobody’s access is on record." in text_of(
        manager.post("/desk/access/end", ending, follow=True)
    )
    again = manager.post("/desk/access/end", ending)
    assert again.status_code == 422
    assert "somebody ended it meanwhile" in text_of(again)
    assert len(company.forge.ledger.store.all(AccessEnd)) == 1


def test_what_was_typed_is_kept_and_what_is_wrong_stands_at_its_field(company):
    manager = company.browse("change_manager")
    for wrong, sentence in (
        ({"ends": "soon"}, "“soon” is no day."),
        ({"ends": "2020-01-01"}, "It is past."),
        ({"kind": ""}, "What it lets them do was not chosen."),
        ({"account": "nobody"}, "“nobody” is no account."),
        ({"system": "elsewhere"}, "No system on record is called “elsewhere”."),
    ):
        reply = manager.post("/desk/access/grant", typed(**wrong))
        assert reply.status_code in (403, 422), wrong
        assert "On call" in text_of(reply)
        if reply.status_code == 422:
            assert sentence in text_of(reply), wrong
    assert not company.forge.ledger.store.all(AccessGrant)


def test_a_review_is_opened_decided_in_part_and_refused_when_stale(company):
    manager = company.browse("change_manager")
    manager.post("/desk/access/grant", typed())
    manager.post("/desk/access/grant", typed(account="approver@example.com"))
    reviewer = company.browse("approver")  # who holds one of them now
    manager.post("/desk/access/grant", typed(account="approver@example.com"))
    opened = reviewer.post("/desk/access/review", {"system": SYSTEM}, follow=True)
    [review] = company.forge.ledger.store.all(AccessReview)
    assert f"Review of access to {SYSTEM}" in text_of(opened)
    own = company.user("approver").account
    page = opened.content.decode()
    assert "You may not decide: it is your own" in text_of(opened)
    held = names(company)
    assert f'name="decision-{held[own]}"' not in page
    address = f"/desk/access/reviews/{review.review}"
    for answer, sentence in (
        ({}, "an empty answer is never a verdict"),
        ({f"decision-{held[WRITER]}": "perhaps"}, "neither keep nor revoke"),
        ({f"decision-{held[WRITER]}": "revoke"}, "it is empty"),
    ):
        reply = reviewer.post(address, answer)
        assert reply.status_code == 422
        assert sentence in text_of(reply)
    assert "revoke&quot;" not in reply.content.decode()
    assert 'value="revoke" checked' in reply.content.decode()
    forced = reviewer.post(address, {f"decision-{held[own]}": "keep"})
    assert forced.status_code == 403
    assert not company.forge.ledger.store.all(AccessReviewDecision)
    revoking = {f"decision-{held[WRITER]}": "revoke", "reason": "Left"}
    done = text_of(reviewer.post(address, revoking, follow=True))
    assert "0 kept, 1 revoked." in done
    assert "Your own access waits for somebody else." in done
    stale = reviewer.post(address, revoking)
    assert stale.status_code == 422
    assert "since you read the list" in text_of(stale)
    assert len(company.forge.ledger.store.all(HeldReview)) == 1
    manager.post(address, {f"decision-{held[own]}": "keep"})
    assert "Everything in it is decided." in text_of(manager.get(address))


def test_who_may_not_is_told_before_the_form(company):
    requester = company.browse("requester")
    manager = company.browse("change_manager")
    manager.post("/desk/access/grant", typed())
    [grant] = names(company).values()
    for address in ("grant", "end", "review"):
        said = text_of(requester.get(f"/desk/access/{address}"))
        assert "None of your roles holds access:" in said
        reply = requester.post(f"/desk/access/{address}", typed(grant=grant))
        assert reply.status_code == 403
    assert list(names(company).values()) == [grant]
    stranger = company.browse("approver", system="playground")
    assert "Wanda Writer" not in text_of(stranger.get("/desk/access"))
    assert stranger.get("/desk/access/reviews/ACR-2026-0001").status_code == 404


def test_what_another_tool_told_without_an_end_is_said_to_have_none(company):
    told = {"account": WRITER, "access": "deploy", "system": SYSTEM}
    company.forge.say(AccessGranted, None, **told)
    page = text_of(company.browse("auditor").get("/desk/access"))
    assert "1 access is held; 1 has no agreed end." in page
    assert "Each has a reason" not in page
