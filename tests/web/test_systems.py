"""The register of systems, as its page shows it."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.systems import EnvironmentRegistered, SystemRegistered
from changeproof.ledger.service import Submission, ledger
from changeproof.ledger.systems_read import resting_on
from changeproof.web.charts.systems_map import ROW, Told, systems_map
from tests.support.pull_requests import SYSTEM
from tests.web.test_views import text_of


def stated(event) -> None:
    ledger().record([Submission((event,), (), "events")])


def test_a_system_that_nobody_described_is_named(company):
    shown = text_of(company.browse("auditor").get("/systems"))
    assert "No system has been described yet." in shown
    assert (
        f"1 system from sources, described by nobody. System Seen in Changes {SYSTEM} production 3"
        in shown
    )
    assert f"{SYSTEM} production Rita Reviewer 2 GitHub 2" in shown


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
    assert "1 system is described, and sources tell of no other." in shown
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


def test_a_change_tells_what_rests_on_its_system_and_by_what_way(company):
    for number, (system, rests_on) in enumerate(
        {"shop": (SYSTEM,), "mail": ("shop",), "alone": (), "hidden": (SYSTEM,)}.items()
    ):
        stated(
            SystemRegistered(
                delivery=str(number),
                occurred_at=10,
                source="events",
                system=system,
                actor="local:user/1",
                depends_on=rests_on,
            )
        )
    shown = text_of(company.browse("auditor").get(f"/changes/{company.sound}"))
    assert "3 systems may notice it." in shown
    assert f"mail {SYSTEM} → shop → mail" in shown
    seen = text_of(company.browse("requester", system=SYSTEM).get(f"/changes/{company.sound}"))
    assert "may notice it" not in seen


_NAMES = st.sampled_from("abcdef")


@given(st.dictionaries(_NAMES, st.sets(_NAMES, max_size=3)), st.sets(_NAMES, min_size=1))
def test_what_rests_on_systems_is_all_of_it_once_by_ways_that_the_register_tells(register, touched):
    attributes = {(name, "depends_on"): tuple(sorted(on)) for name, on in register.items()}
    found = resting_on(attributes, touched)
    wanted = set(touched)
    while more := {name for name, on in register.items() if on & wanted} - wanted:
        wanted |= more
    assert sorted(each.system for each in found) == sorted(wanted - touched)
    for each in found:
        assert (each.path[0] in touched, each.path[-1]) == (True, each.system)
        for lower, upper in zip(each.path, each.path[1:], strict=False):
            assert lower in register[upper]


def described_in(page):
    return re.search(r'name="based_on" value="([0-9a-f]{64})?"', page.content.decode())[1] or ""


def test_a_system_is_described_in_its_form_and_anew(company):
    manager = company.browse("change_manager")
    assert f"Describe {SYSTEM}" not in text_of(company.browse("auditor").get("/systems"))
    address = f"/systems/describe?system={SYSTEM}"
    said = {
        "known": SYSTEM,
        "owner": company.user("change_manager").account,
        "in_scope": "yes",
        "objectives": "Pay in time\r\nRefund",
        "data_classes": "personal",
        "categories": ["privacy"],
        "depends_on": "mail",
        "environment-1": "live",
        "purpose-1": "production",
        "boundary-1": "aws:3",
    }
    lacking = manager.post("/systems/describe", {**said, "purpose-1": ""})
    assert lacking.status_code == 422
    body = lacking.content.decode()
    assert 'href="#environment-1"' in body
    assert "Pay in time\nRefund</textarea>" in body.replace("\r", "")
    done = text_of(manager.post("/systems/describe", said, follow=True))
    assert f"{SYSTEM} is described, by entry" in done
    assert "Pay in time; Refund privacy personal live (production) aws:3 mail" in done
    page = manager.get(address)
    assert "live" in page.content.decode()
    moved = {**said, "data_classes": "", "based_on": described_in(page)}
    manager.post("/systems/describe", moved)
    stale = manager.post("/systems/describe", {**moved, "depends_on": ""})
    assert stale.status_code == 422
    assert "somebody described it meanwhile" in text_of(stale)
    stranger = company.browse("requester", system="another")
    assert stranger.get(address).status_code == 404
    assert "You may not describe systems." in text_of(
        company.browse("approver").get("/systems/describe")
    )


def test_the_map_is_a_picture_with_its_tables_behind_it(company):
    common = {"source": "events", "actor": "local:user/1", "occurred_at": 10}
    for number, (system, other) in enumerate(((SYSTEM, "mail"), ("shop", SYSTEM))):
        event = SystemRegistered(
            delivery=f"m{number}", system=system, depends_on=(other,), **common
        )
        stated(event)
    reply = company.browse("auditor").get("/systems")
    shown = text_of(reply)
    assert 'role="img" aria-labelledby="map-title map-said"' in reply.content.decode()
    assert "Rita Reviewer" in shown
    assert f"shop mail shop → {SYSTEM} → mail" in shown
    assert f"System Rests on By way of {SYSTEM} mail {SYSTEM} → mail" in shown


told = st.builds(
    Told,
    account=st.sampled_from([f"a{n}" for n in range(14)]),
    system=st.sampled_from([f"s{n}" for n in range(18)]),
    environment=st.sampled_from([f"e{n}" for n in range(10)]),
    deployments=st.integers(0, 500),
)


@given(st.lists(told), st.dictionaries(st.sampled_from("stu"), st.lists(st.sampled_from("stu"))))
def test_the_picture_holds_what_is_deployed_most_inside_its_frame(said, rests):
    drawn = systems_map(said, rests)
    if drawn is None:
        assert not said
        assert not rests
        return
    nodes = (*drawn.deployers, *drawn.systems, *drawn.environments)
    assert all(0 < node.y < drawn.height and 0 < node.x < drawn.width for node in nodes)
    names = {each.system for each in said} | {*rests}
    names |= {other for others in rests.values() for other in others}
    everything = len(names) + len({each.environment for each in said})
    everything += len({each.account for each in said if each.deployments})
    assert len(nodes) + drawn.left_out == everything
    for column in (drawn.deployers, drawn.systems, drawn.environments):
        places = sorted(node.y for node in column)
        assert all(later - former >= ROW for former, later in pairwise(places))
    assert systems_map(said[::-1], rests) == drawn
