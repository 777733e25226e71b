"""The page of who takes part."""

import re

from django.test import Client

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, operator
from changeproof.accounts.permissions import holder_of
from changeproof.intake.deliveries import take
from changeproof.ledger.service import now
from changeproof.sources.delivery import Delivery
from tests.web.conftest import BACKEND
from tests.web.test_views import text_of


def test_a_person_is_added_by_hand_and_comes_in_by_the_link(company):
    administrator = company.browse("administrator")
    assert administrator.get("/people/add").status_code == 200
    said = {"email": "nora@example.com", "name": "Nora"}
    lacking = administrator.post("/people/add", said)
    assert lacking.status_code == 422
    assert 'href="#roles"' in lacking.content.decode()
    assert "nora@example.com" in lacking.content.decode()
    form = text_of(administrator.get("/people/add"))
    assert "--alone --reason" in form  # nobody else could confirm: what then
    done = administrator.post("/people/add", {**said, "roles": ["approver"]})
    assert "Nora may sign in" in text_of(done)
    assert "--alone --reason" in text_of(done)
    waits = {"asked": re.search(r'name="asked" value="([^"]+)"', done.content.decode())[1]}
    refused = administrator.post("/people/role/answer", {**waits, "act": "confirm"})
    assert refused.status_code == 403
    assert "you asked for it; a second person confirms it" in text_of(refused)
    added = User.objects.get(email="nora@example.com").account
    done = administrator.post("/people/link", {"person": added})  # lost by a second click
    assert "the log says that you saw it" in text_of(done)
    link = re.search(r"http://testserver(/sign-in/[^<]+)", done.content.decode())[1]
    second = company.browse("administrator", "auditor")
    early = second.post("/people/role/answer", {**waits, "act": "confirm"})
    assert early.status_code == 403
    assert "they have not come in yet, and" in text_of(early)
    visitor = Client()
    visitor.post(link)
    assert "1 waiting for you" in text_of(second.get("/people"))
    assert "Confirm a role" in text_of(second.get("/desk"))
    assert "--alone" not in text_of(second.get("/people/add"))
    confirmed = second.post("/people/role/answer", {**waits, "act": "confirm"}, follow=True)
    assert "Nora holds the role from now on." in text_of(confirmed)
    assert second.post("/people/role/answer", {**waits, "act": "confirm"}).status_code == 422
    assert administrator.post("/people/add", {**said, "roles": ["approver"]}).status_code == 422
    page = text_of(visitor.get("/people"))
    assert "Nora you approver by" in page
    assert "nora@example.com" not in page
    assert "Take back" not in page
    came = administrator.post("/people/link", {"person": added})
    assert "they signed in already" in text_of(came)
    assert "/sign-in/" not in came.content.decode()
    shown = text_of(administrator.get("/people?text=nora"))
    assert "1 person may sign in." in shown
    assert "nora@example.com" in shown

    nora = User.objects.get(email="nora@example.com").account
    held = {"person": nora, "role": "approver", "system": ""}
    assert "no longer holds it" in text_of(
        administrator.post("/people/role/take", held, follow=True)
    )
    assert administrator.post("/people/role/take", held).status_code == 422
    administrator.post("/people/role", {"person": nora, "role": "deployer"})
    assert "deployer" in text_of(administrator.get("/people?text=nora"))
    assert "cannot be undone" in text_of(administrator.get(f"/people/leave?person={nora}"))
    administrator.post("/people/leave", {"person": nora})
    assert "Nobody is called so." in text_of(administrator.get("/people?text=nora"))
    assert visitor.get("/people").status_code == 302


def test_whose_an_account_is_that_two_claim_is_settled_on_the_page(company):
    told = b"email,accounts\nnora@example.com,github:user/7\nzed@example.com,github:user/7\n"
    take(company.forge.ledger, [Delivery("roster", "roster", told, now())])
    nora = add_user("nora@example.com", "Nora", (), by=operator().account)
    administrator = company.browse("administrator")
    page = administrator.get("/people")
    assert "all who claim it count as one person" in text_of(page)
    assert "It is theirs: Nora" in text_of(page)
    whose = {"account": "github:user/7", "person": holder_of(nora.account)}
    wrong = administrator.post("/people/account", {**whose, "until": "2999-01-01"})
    assert (wrong.status_code, "that is still to come" in text_of(wrong)) == (422, True)
    done = administrator.post("/people/account", whose, follow=True)
    assert "is theirs; what it touches is judged again" in text_of(done)
    assert "Claimed by more than one" not in text_of(done)
    assert holder_of("github:user/7") == holder_of(nora.account)


def test_where_only_the_machine_gives_roles_the_form_says_that_they_hold_at_once(company):
    machine = Client()
    machine.force_login(operator(), backend=BACKEND)
    said = "what it gives holds at once"
    assert said in text_of(machine.get("/people/add"))
    company.browse("administrator")
    told = text_of(machine.get("/people/add"))
    assert said not in told
    assert "waits until a second administrator confirms it" in told
