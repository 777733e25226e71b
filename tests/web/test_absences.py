"""The page of who is away: said, seen, ended; and a deputy who decides."""

from datetime import UTC, datetime, timedelta

from changeproof.accounts.people import grant_roles, operator, revoke_role
from changeproof.ledger.absences import Absence, AbsenceEnd
from changeproof.ledger.decisions import Approval
from tests.web.test_desk import digest_in
from tests.web.test_views import text_of


def day(ahead):
    return (datetime.now(UTC) + timedelta(days=ahead)).strftime("%Y-%m-%d")


def test_a_deputy_decides_while_somebody_is_away(company):
    approver, deputy = company.browse("approver"), company.browse("requester")
    path = f"/desk/{company.proposed}?act=approve"
    assert "You may not approve this." in text_of(deputy.get(path))
    said = {"begins": day(0), "until": day(3), "deputy": company.user("requester").account}
    done = text_of(approver.post("/desk/absences", said, follow=True))
    assert "Requester decides for you meanwhile" in done
    assert "1 person is away, each with a deputy." in done
    page = deputy.get(path)
    assert "You decide in the place of Approver" in text_of(page)
    assert "Approve" in text_of(deputy.get("/desk"))
    deputy.post(path, {"verdict": "approved", "content_digest": digest_in(page)})
    [approval] = company.forge.ledger.store.all(Approval)
    assert approval.on_behalf_of == company.user("approver").account
    assert "in the place of Approver" in text_of(deputy.get(f"/changes/{company.proposed}"))
    [name] = [row.absence for row in company.forge.ledger.store.all(Absence)]
    back = approver.post("/desk/absences/end", {"absence": name}, follow=True)
    assert "Nobody decides for you any more." in text_of(back)
    assert len(company.forge.ledger.store.all(AbsenceEnd)) == 1


def test_a_deputy_sees_the_systems_of_whoever_is_away(company):
    by = operator().account
    company.browse("requester")
    deputy = company.user("requester").account
    revoke_role(deputy, "requester", by=by)
    grant_roles(deputy, ["requester"], by=by, system="playground")
    reading = company.browse("requester")
    assert reading.get(f"/desk/{company.proposed}").status_code == 404
    company.browse("approver").post(
        "/desk/absences", {"begins": day(0), "until": day(3), "deputy": deputy}
    )
    assert reading.get(f"/desk/{company.proposed}").status_code == 200


def test_what_was_typed_is_kept_until_it_is_right(company):
    approver = company.browse("approver")
    reply = approver.post("/desk/absences", {"begins": day(0), "until": "soon", "reason": "Sea"})
    body = reply.content.decode()
    assert reply.status_code == 422
    assert 'href="#until"' in body
    assert ">Sea</textarea>" in body
    auditor = text_of(company.browse("auditor").get("/desk/absences"))
    assert "You decide nothing here that would wait for you." in auditor
