"""What PostgreSQL's log and tables of migrations say was altered, and by whom."""

import csv
import io
import json

import pytest

from changeproof.events.deployments import StateObserved
from changeproof.events.event import sha256_hex
from changeproof.events.production_acts import ProductionActed
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.translate import detect, translate

DDL = "ALTER TABLE price ADD COLUMN tax numeric;"
REVISION = "c" * 40


def logged(message, line=1, severity="LOG", query="", application="psql", at="10:00:00.123 UTC"):
    cells = [""] * 26
    cells[0:8] = [
        f"2026-03-02 {at}",
        "mallory",
        "shop",
        "77",
        "[local]",
        "65e2.4d",
        str(line),
        "ALTER",
    ]
    cells[11], cells[13], cells[19], cells[22] = severity, message, query, application
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()


@pytest.fixture
def told(pseudonyms):
    def tell(kind, body, **options):
        encoded = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        stated = {"system": "shop", **options}
        delivery = Delivery(kind, "d", encoded, 7_000, options=tuple(stated.items()))
        return translate(delivery, pseudonyms).events

    return tell


def acts(events):
    return [event for event in events if isinstance(event, ProductionActed)]


def test_a_definition_altered_by_hand(told):
    (act,) = acts(told("postgresql-log", logged(f"statement: {DDL}")))
    assert (act.kind, act.environment, act.item) == ("software", "production", "database/shop")
    assert act.executed_digest == sha256_hex(DDL.encode())
    assert act.occurred_at == 1_772_445_600_123_000
    assert act.change is None
    assert "mallory" not in repr(act)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE price SET tax = 1", "data"),
        ("with gone as (delete from price returning *) select 1", "data"),
        ("COPY price FROM stdin", "data"),
        ("BEGIN; UPDATE price SET tax = 1; DROP TABLE old; COMMIT", "software"),
        ("-- ALTER\nGRANT SELECT ON price TO reader", "software"),
        ("SELECT '; DROP TABLE price'", None),
        (r"SELECT E'a\''; DROP TABLE price", "software"),
        ("SELECT $q$; DROP TABLE price$q$", None),
        ("CREATE TEMP TABLE mine (a int)", None),
        ("COPY price TO stdout", None),
    ],
)
def test_what_a_statement_alters(told, statement, kind):
    found = acts(told("postgresql-log", logged(f"statement: {statement}")))
    assert [act.kind for act in found] == ([kind] if kind else [])


def test_pgaudit_and_log_statement_tell_one_act(told):
    audit = f'AUDIT: SESSION,1,1,DDL,ALTER TABLE,TABLE,public.price,"{DDL}",<none>'
    assert len(acts(told("postgresql-log", logged(audit)))) == 1
    both = logged(f"statement: {DDL}", 1) + logged(audit, 2)
    assert len(acts(told("postgresql-log", both))) == 1
    again = logged(f"statement: {DDL}", 1) + logged(f"statement: {DDL}", 2)
    assert len(acts(told("postgresql-log", again))) == 2


def test_what_failed_altered_nothing(told):
    error = logged('relation "price" does not exist', 2, "ERROR", DDL)
    events = told("postgresql-log", logged(f"statement: {DDL}") + error)
    assert [type(event) for event in events] == [DeliverySeen]


def test_jsonlog_says_the_same_as_csvlog(told):
    line = {
        "timestamp": "2026-03-02 10:00:00.123 UTC", "user": "mallory", "dbname": "shop",
        "session_id": "65e2.4d", "line_num": 1, "error_severity": "LOG",
        "message": f"statement: {DDL}", "application_name": "psql",
    }  # fmt: skip
    (one,), (other,) = (
        acts(told("postgresql-log", body)) for body in (line, logged(f"statement: {DDL}"))
    )
    assert one.model_dump(exclude={"payload_digest"}) == other.model_dump(
        exclude={"payload_digest"}
    )


@pytest.mark.parametrize(
    ("application", "change"),
    [(f"migrate {REVISION}", f"git:{REVISION}"), ("migrate SHOP-7", "SHOP-7"), ("psql", None)],
)
def test_the_application_names_the_change(told, application, change):
    (act,) = acts(told("postgresql-log", logged(f"statement: {DDL}", application=application)))
    assert act.change == change


@pytest.mark.parametrize(
    ("body", "options", "where"),
    [
        (logged(f"statement: {DDL}", at="10:00:00.123 CET"), {}, "log_time"),
        (logged(f"statement: {DDL}"), {"system": ""}, "option system"),
        (logged(f"statement: {DDL}"), {"revision": "abc"}, "option revision"),
        ("2026-03-02 10:00:00.123 UTC,a,b\n", {}, "row 1"),
    ],
)
def test_what_cannot_be_read_is_refused_by_place(told, body, options, where):
    with pytest.raises(MalformedPayload) as refused:
        told("postgresql-log", body, **options)
    assert refused.value.where == where


DJANGO = (
    "id,app,name,applied\n"
    "1,shop,0001_initial,2025-01-01 00:00:00+00\n"
    "2,shop,0002_tax,2026-03-02 10:00:00.5+01:00\n"
)
FLYWAY = [
    {"installed_rank": 1, "script": "V1__tax.sql", "installed_by": "mallory",
     "installed_on": "2026-03-02T10:00:00Z", "success": True},
    {"installed_rank": 2, "script": "V2__bad.sql", "installed_by": "mallory",
     "installed_on": "2026-03-02T10:01:00Z", "success": False},
]  # fmt: skip


def test_tables_of_migrations(told):
    new, = acts(told("migrations", DJANGO, since="2026-01-01", revision=REVISION))  # fmt: skip
    assert (new.item, new.change) == ("migrations/shop/0002_tax", f"git:{REVISION}")
    assert len(acts(told("migrations", DJANGO))) == 2
    (done,) = acts(told("migrations", FLYWAY))
    assert done.item == "migrations/V1__tax.sql"
    assert done.actor
    assert "mallory" not in repr(done)
    (seen,) = told("migrations", "version_num\nae1027a6acf\n")
    assert isinstance(seen, StateObserved)


def test_the_shape_tells_the_kind():
    for body, kind in (
        (logged(f"statement: {DDL}"), "postgresql-log"),
        (DJANGO, "migrations"),
        (json.dumps(FLYWAY), "migrations"),
        ("version_num\nae1027a6acf\n", "migrations"),
    ):
        assert detect(body.encode()) == kind
