"""An emergency that holds is on every page of who may see it, with the time that is left."""

from changeproof.ledger.service import now
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.emergencies import DeclareEmergency, declare_emergency
from tests.support.pull_requests import MINUTE, SYSTEM
from tests.web.test_views import text_of


def declared(company, role="requester"):
    said = DeclareEmergency(SYSTEM, "Down", incident="INC-1", ends_at=now() + 90 * MINUTE)
    return declare_emergency(company.forge.ledger, company.user(role).account, said)


def test_it_counts_down_until_it_is_closed(company):
    done = declared(company)
    viewer = company.browse("auditor")
    for address in ("/", "/changes", "/desk", f"/changes/{done.change}"):
        said = text_of(viewer.get(address))
        assert f"Emergency {done.name} on {SYSTEM}: 1 h 29 min left, until" in said, address
    assert "Nobody else has authorized it yet." in said
    manager = company.user("change_manager").account
    authorize(company.forge.ledger, manager, AuthorizeChange(done.change))
    assert "Authorized; approval, tests and review stay owed." in text_of(viewer.get("/desk"))
    close(company.forge.ledger, manager, CloseChange(done.change, "cancelled"))
    assert "left, until" not in text_of(viewer.get("/desk"))


def test_it_is_not_shown_to_who_sees_other_systems_alone(company):
    declared(company)
    stranger = company.browse("approver", system="playground")
    assert "left, until" not in text_of(stranger.get("/desk"))
