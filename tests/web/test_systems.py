"""The register of systems, as its page shows it."""

from changeproof.events.systems import EnvironmentRegistered, SystemRegistered
from changeproof.ledger.service import Submission, ledger
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of


def stated(event) -> None:
    ledger().record([Submission((event,), (), "events")])


def test_a_system_that_nobody_described_is_named(company):
    shown = text_of(company.browse("auditor").get("/systems"))
    assert "No system has been described yet." in shown
    assert f"1 system with changes, described by nobody. System Changes {SYSTEM} 3" in shown


def test_the_last_description_counts(company):
    common = {"source": "events", "system": SYSTEM, "actor": "local:user/1"}
    stated(SystemRegistered(delivery="1", occurred_at=10, data_classes=("medical",), **common))
    later = {"data_classes": ("personal",), "depends_on": ("mail",)}
    stated(SystemRegistered(delivery="2", occurred_at=20, **later, **common))
    stated(
        EnvironmentRegistered(
            delivery="3",
            occurred_at=20,
            environment="live",
            purpose="production",
            boundary="aws:3",
            **common,
        )
    )
    shown = text_of(company.browse("auditor").get("/systems"))
    assert "1 system is described, and every change on record is of one of them." in shown
    assert "personal live (production) aws:3 mail" in shown
    assert "medical" not in shown


def test_a_system_that_one_may_not_see_is_not_listed(company):
    reply = company.browse("requester", system="another").get("/systems")
    assert SYSTEM not in text_of(reply)


def test_what_rests_on_a_system_is_told_to_those_who_may_see_it(company):
    stated(
        SystemRegistered(
            delivery="1",
            occurred_at=10,
            source="events",
            system="hidden mail",
            actor="local:user/1",
            depends_on=(SYSTEM,),
        )
    )
    described = {"source": "events", "system": SYSTEM, "actor": "local:user/1"}
    stated(SystemRegistered(delivery="2", occurred_at=10, **described))
    assert "hidden mail" in text_of(company.browse("auditor").get("/systems"))
    seen = text_of(company.browse("requester", system=SYSTEM).get("/systems"))
    assert SYSTEM in seen
    assert "hidden mail" not in seen
