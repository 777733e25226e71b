"""The contract: what a company's own check may be, and what is refused with line and cure."""

from pathlib import Path

import pytest

from changeproof.checks.describe import describe, describe_all, split_reason
from changeproof.checks.judge import judge
from changeproof.checks.loader import load_checks
from changeproof.checks.sqlite_engine import SqliteEngine
from changeproof.events.refusal import Refusal
from tests.checks.populations import AFTERWARDS, pull_requests, store_of

HEAD = """/*
id: custom/titled
title: It has a title
criterion: CC8.1
subject: change
severity: low
checks: A title is on record.
re_perform: Look at it.
*/
"""
GOOD = """SELECT c.change_id AS subject,
  CASE WHEN c.title IS NULL THEN 'deviation' ELSE 'met' END AS verdict,
  'direct' AS basis, 'No title. Why: x. Cure: y.' AS reason, c.events AS evidence
FROM change AS c
"""


def load(folder: Path, text: str) -> SqliteEngine:
    (folder / "titled.sql").write_text(text, "utf-8")
    return SqliteEngine(load_checks(folder))


def test_a_company_adds_a_check_by_adding_a_file(tmp_path: Path) -> None:
    engine = load(tmp_path, HEAD + GOOD)
    store = store_of(*pull_requests(1))
    found = engine.judge(store, ["github:repo/1/pull/0"], AFTERWARDS).findings
    assert [f.verdict for f in found if f.check_id == "custom/titled"] == ["deviation"]


@pytest.mark.parametrize(
    ("broken", "line", "why"),
    [
        (GOOD + ";" + GOOD, 1, "2 statements"),
        ("DELETE FROM change", 1, "DELETE"),
        (GOOD.replace("FROM change AS c", "FROM changes AS c"), 13, "no table or view `changes`"),
        (GOOD.replace("c.title", "c.titel"), 11, "titel"),
        (GOOD.replace("AS evidence", "AS proof"), 1, "its columns are"),
        (GOOD.replace("c.title IS NULL", "c.title LIKE 'a%'"), 11, "LIKE"),
        (GOOD.replace("c.title IS NULL", "CAST(c.opened_at AS DOUBLE) > 1"), 11, "DOUBLE"),
        (GOOD.replace("c.title IS NULL", "c.opened_at / 2 > 1"), 11, "division"),
        (GOOD.replace("c.title IS NULL", "c.opened_at > 1.5"), 11, "no whole number"),
        (GOOD.replace("c.title IS NULL", "now() > c.opened_at"), 11, "another answer each time"),
        (GOOD.replace("c.title IS NULL", "random() > 0"), 11, ""),
        (GOOD.replace("c.events", "concat_ws(',', c.events)"), 12, "not on every engine"),
        (GOOD.replace("c.opened_at", ":since").replace("IS NULL", "= :since"), 11, ":since"),
        (GOOD + "LIMIT 1", 14, "LIMIT"),
        (
            "WITH change AS (SELECT p.event AS e FROM push AS p) " + GOOD,
            10,
            "its WITH part `change` has the name of a table or view",
        ),
        (GOOD.replace("FROM change AS c", "FROM (SELECT * FROM change) AS c"), 13, "* hides"),
        (GOOD.replace("FROM change AS c", "FROM change AS c JOIN finding AS f"), 13, "finding"),
        (GOOD.replace("'met'", "'passed'"), 11, "`passed` is no verdict"),
        (GOOD.replace("'deviation'", "NULL"), 11, "`NULL` is no verdict"),
        (GOOD + "UNION ALL " + GOOD.replace("'met'", "'clear'"), 15, "`clear` is no verdict"),
        (GOOD.replace("'direct'", "'hearsay'"), 12, "`hearsay` is no basis"),
        (GOOD.replace("c.events", "MAX(c.events)") + "GROUP BY c.change_id", 11, "c.title is not"),
        (GOOD.replace("c.events", "MAX(c.events)"), 10, "c.change_id is not"),
        (GOOD + "GROUP BY ALL", 10, "not every engine"),
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT r.n + 1 AS n FROM r)\n" + GOOD,
            10,
            "may never end",
        ),
        (
            GOOD + "JOIN deployment AS d\nON d.change_id = c.change_id\n",
            15,
            "`deployment` has no column `change_id`",
        ),
        ("SELECT FROM WHERE", 10, "no SQL"),
    ],
)
def test_a_broken_check_is_refused_with_its_line(
    tmp_path: Path, broken: str, line: int, why: str
) -> None:
    with pytest.raises(Refusal) as refused:
        load(tmp_path, HEAD + broken)
    assert why in refused.value.why
    assert refused.value.cure
    place, _, number = refused.value.where.rpartition("line ")
    assert place == "titled.sql, "
    assert int(number) == line


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (GOOD, "does not begin with its front matter"),
        (HEAD.replace("title: It has a title\n", "") + GOOD, "does not say `title`"),
        (HEAD.replace("custom/titled", "Titled!") + GOOD, "is no check id"),
        (HEAD.replace("custom/titled", "cc8_1/08_approval") + GOOD, "is also the id of"),
        (HEAD.replace("subject: change", "subject: person") + GOOD, "is no subject"),
        (HEAD.replace("severity: low", "severity: low\ncolour: red") + GOOD, "nothing reads"),
        (HEAD.replace("It has", "It: has: a") + GOOD, "is no YAML"),
    ],
)
def test_broken_front_matter_is_refused(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        load(tmp_path, text)
    assert why in refused.value.why


COUNTED = """SELECT s.subject,
  CASE WHEN COUNT({table}.event) = 0 THEN 'met' ELSE 'deviation' END AS verdict, 'direct' AS basis,
  'So many.' AS reason, '' AS evidence
FROM subject AS s
LEFT JOIN {table} ON {table}.{column} = s.name
WHERE s.kind = '{kind}'
GROUP BY s.subject
"""


@pytest.mark.parametrize(
    ("kind", "table", "column", "is_read"),
    [
        ("system", "production_act", "system", True),
        ("system", "access_grant", "system", True),
        ("system", "review", "account", False),
        ("system", "deployment", "system", False),  # only what leavers did
        ("system", "work", "system", False),
        ("system", "protection_gap", "repository", True),
        ("organisation", "test_run", "name", False),  # one row of all
        ("organisation", "case_file", "subject", True),
        ("change", "case_file", "subject", False),
        ("incident", "incident_change", "incident", True),
        ("incident", "baseline", "item", False),
    ],
)
def test_a_check_reads_only_what_there_is_on_its_kind_of_subject(
    tmp_path: Path, kind: str, table: str, column: str, is_read: bool
) -> None:
    head = HEAD.replace("subject: change", f"subject: {kind}")
    text = head + COUNTED.format(table=table, column=column, kind=kind)
    if table in ("deployment", "work", "protection_gap"):
        text = text.replace(f"{table}.event)", f"{table}.events)")
    if is_read:
        load(tmp_path, text)
        return
    with pytest.raises(
        Refusal, match=f"`{table}` is not read for subjects of the kind {kind}"
    ) as refused:
        load(tmp_path, text)
    assert refused.value.where == "titled.sql, line 14"


def test_a_check_that_gives_a_subject_two_rows_is_refused(tmp_path: Path) -> None:
    engine = load(tmp_path, f"{HEAD}{GOOD} UNION ALL {GOOD}")
    with pytest.raises(Refusal, match="custom/titled was not judged"):
        engine.judge(store_of(*pull_requests(1)), ["github:repo/1/pull/0"], AFTERWARDS)
    shipped = judge(store_of(*pull_requests(1)), ["github:repo/1/pull/0"], AFTERWARDS)
    assert "cc8_1/08_approval" in {finding.check_id for finding in shipped}


def test_a_check_that_gives_what_is_no_verdict_is_refused(tmp_path: Path) -> None:
    given = GOOD.replace("ELSE 'met' END", "ELSE 'met' END || SUBSTR(c.system, 1, 1)")
    engine = load(tmp_path, HEAD + given)
    with pytest.raises(Refusal, match="custom/titled was not judged") as refused:
        engine.judge(store_of(*pull_requests(1)), ["github:repo/1/pull/0"], AFTERWARDS)
    assert refused.value.where == "github:repo/1/pull/0"
    assert "not_verifiable" in refused.value.cure


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (("'No title. Why: x. Cure: y.' AS reason", "c.title AS reason"), "no reason"),
        (("'No title. Why: x. Cure: y.' AS reason", "5 AS reason"), "no reason"),
        (("'direct' AS basis", "c.change_id AS basis"), "no basis"),
        (("c.change_id AS subject", "c.title AS subject"), "no subject"),
        (("c.change_id AS subject", "'nobody' AS subject"), "no subject"),
        (("c.change_id AS subject", "'system:' || c.system AS subject"), "no subject"),
        (("c.events AS evidence", "5 AS evidence"), "no list of event ids"),
    ],
)
def test_a_check_that_gives_what_no_finding_can_hold_is_refused(
    tmp_path: Path, given: tuple[str, str], why: str
) -> None:
    engine = load(tmp_path, HEAD + GOOD.replace(*given))
    with pytest.raises(Refusal, match="custom/titled was not judged") as refused:
        engine.judge(store_of(*pull_requests(1)), ["github:repo/1/pull/0"], AFTERWARDS)
    assert why in refused.value.why
    assert refused.value.cure


def test_a_check_too_deep_to_read_is_refused(tmp_path: Path) -> None:
    nested = f"{'(' * 3000}c.title IS NULL{')' * 3000}"
    with pytest.raises(Refusal, match="not loaded") as refused:
        load(tmp_path, HEAD + GOOD.replace("c.title IS NULL", nested))
    assert "too deep" in refused.value.why
    long = f"'No title.' {'|| c.system ' * 2000}"
    with pytest.raises(Refusal, match="not loaded") as refused:
        load(tmp_path, HEAD + GOOD.replace("'No title. Why: x. Cure: y.'", long))
    assert "too deep" in refused.value.why


def test_a_misspelt_table_or_column_is_told_with_the_one_that_was_meant(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        load(tmp_path, HEAD + GOOD.replace("FROM change AS c", "FROM chnge AS c"))
    assert refused.value.cure.startswith("Did you mean `change`?")
    with pytest.raises(Refusal) as refused:
        load(tmp_path, HEAD + GOOD.replace("c.title", "c.titel"))
    assert refused.value.cure.startswith("Did you mean `title`?")


def test_chance_is_not_told_to_read_the_moment(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        load(tmp_path, HEAD + GOOD.replace("c.title IS NULL", "random() > 0"))
    assert ":as_of" not in refused.value.cure


def test_the_digest_moves_with_a_check(tmp_path: Path) -> None:
    (tmp_path / "titled.sql").write_text(HEAD + GOOD, "utf-8")
    assert load_checks(tmp_path).digest != load_checks().digest


def test_every_check_describes_itself() -> None:
    for described in describe_all():
        data = described.as_data()
        assert data["checks"]
        assert data["re_perform"]
        assert described.sql.lstrip().startswith("/*")
    approval = describe("cc8_1/08_approval")
    assert "work" in {view.name for view in approval.views}
    assert "review" in approval.tables


def test_a_reason_comes_apart() -> None:
    reason = split_reason("Nobody approved. Why: it is alone. Cure: ask somebody.")
    assert (reason.what, reason.why, reason.cure) == (
        "Nobody approved.",
        "it is alone.",
        "ask somebody.",
    )
    assert split_reason("All is well.").cure == ""
