"""Hard case 39, from the database's log to the finding: by the pipeline, or by hand."""

import json

import pytest

from changeproof.sources.delivery import Delivery
from tests.hard_cases.conftest import Judge
from tests.hard_cases.forge import ANNA, BEN, RECEIVED, Forge, clock
from tests.hard_cases.saying import SHOP


def ran(statement: str, application: str, minute: float = 90) -> Delivery:
    """One line of jsonlog, an hour and a half after the morning began unless told otherwise."""
    line = {
        "timestamp": clock(minute).replace("T", " ").replace("Z", ".000 UTC"),
        "user": "migrator",
        "dbname": "shop",
        "session_id": "65e2.4d",
        "line_num": 1,
        "error_severity": "LOG",
        "message": f"statement: {statement}",
        "application_name": application,
    }
    options = (("system", SHOP), ("pipeline_users", "migrator"))
    body = json.dumps(line).encode()
    return Delivery("postgresql-log", f"log-{application}", body, RECEIVED, options=options)


def deployed(forge: Forge) -> tuple[str, str]:
    """A pull request, approved, merged, tested and deployed, and its commit."""
    pull = forge.pull(1).open(10)
    pull.review(BEN, 20)
    revision = pull.merge(ANNA, 60)
    forge.check(revision, 65)
    forge.deploy(revision, 70)
    return pull.id, revision


def test_a_migration_belongs_to_the_change_that_it_names_and_inherits_no_approval(
    judged: Judge,
) -> None:
    """Anybody can write a commit's hash: the review was of the commit, not of what was executed."""
    forge = Forge()
    pull, revision = deployed(forge)
    told = ran("ALTER TABLE price ADD COLUMN tax numeric", f"migrate {revision}")
    found = judged([*forge.items, told])
    assert set(found.changes) == {pull}
    assert found.verdict(pull, "08") == "deviation"
    assert found[pull, "08"].reason.startswith("act:postgresql:")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("ALTER TABLE price ADD COLUMN tax numeric", "software"),
        ("UPDATE price SET tax = 19", "data"),
    ],
)
def test_a_statement_by_hand_is_a_detected_change(judged: Judge, statement: str, kind: str) -> None:
    forge = Forge()
    pull, _ = deployed(forge)
    found = judged([*forge.items, ran(statement, "psql")])
    (by_hand,) = set(found.changes) - {pull}
    assert found.changes[by_hand].origin == "detected"
    assert found.changes[by_hand].kind == kind
    assert found.verdict(by_hand, "09") == "deviation"
