"""What a pack holds, and how it says it."""

import csv
import io
import json
import re
import zipfile

import duckdb
import polars
import pytest

from changeproof.audits.pack import write_pack
from changeproof.checks.loader import load_checks
from changeproof.events.acts import PackIssued
from changeproof.events.refusal import Refusal
from changeproof.ledger.reading import reading
from changeproof.ledger.standing import first_deployed
from changeproof.ledger.store import Store
from tests.support.packs import (
    AS_OF,
    UNTIL,
    members_of,
    small_company_instance,
    small_pack,
)
from tests.support.small_company import BEGIN, BOB, DAY

FORBIDDEN = re.compile(
    r"CC8\.1 (is |was )?(met|satisfied)|\bcompliant\b|\bsatisf|\bcertif|\bguarantee"
    r"|(change|control|company|criterion)s? (has |have )?passed",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    return small_company_instance(tmp_path_factory.mktemp("instance") / "own")


@pytest.fixture(scope="module")
def pack(instance, tmp_path_factory):
    return small_pack(instance, tmp_path_factory.mktemp("packs") / "q1.pack")


@pytest.fixture(scope="module")
def members(pack):
    return members_of(pack.file)


def lines(data):
    return [json.loads(line) for line in data.splitlines()]


def test_the_same_evidence_gives_the_same_bytes(instance, pack, tmp_path):
    again = small_pack(instance, tmp_path / "again.pack")
    assert again.file.read_bytes() == pack.file.read_bytes()
    assert again.digest == pack.digest


def test_it_holds_what_an_auditor_asks_for(members):
    for name in (
        "index.html",
        "cover.json",
        "manifest.json",
        "log/checkpoint",
        "log/vkey",
        "snapshot/change.parquet",
        "checks/cc8_1/08_approval.sql",
        "checks/views/deployed_work.sql",
        "policy/1.yaml",
        "policy/versions.json",
        "controls/1.yaml",
        "controls/2.yaml",
        "controls/versions.json",
        "controls/results.json",
        "findings/findings.jsonl",
        "findings/findings.csv",
        "findings/by_check.json",
        "population/population.sql",
        "population/changes.csv",
        "population/counts.json",
        "population/cut_off.json",
        "register/deviations.jsonl",
        "register/cases.json",
        "register/rules.json",
        "reconciliation/counts.json",
        "sources/gaps.json",
        "sources/coverage.json",
        "sources/protection.json",
        "access/administrators.json",
        "limits.json",
    ):
        assert members[name], name


def test_the_register_holds_cause_search_response_and_what_rules_excluded(members):
    told = {row["case"]: row for row in lines(members["register/deviations.jsonl"])}
    explained = told["case:1"]
    assert (explained["cause"], explained["extent"]) == ("omission", "isolated")
    assert explained["response_not_examined"] == "Trained"
    assert [each["hits"] for each in explained["searches_for_its_like"]] == [0]
    [rule] = json.loads(members["register/rules.json"])
    assert (rule["answered_by"], rule["hits"]) == (BOB, 1)
    assert [each["check"] for each in rule["excluded"]] == ["cc8_1/08_approval"]


def test_the_population_is_what_was_first_deployed_in_the_period(instance, members):
    rows = lines(members["population/changes.jsonl"])
    with reading(instance) as database:
        store = Store(database)
        names = [row[0] for row in database.execute("SELECT change_id FROM change")]
        deployed = first_deployed(store, names, AS_OF)
    assert {row["change"]: row["deployed_at"] for row in rows} == deployed
    counts = json.loads(members["population/counts.json"])
    assert counts["changes"] == len(rows) == sum(counts["by_system"].values())
    assert counts["with_an_emergency"] == 1


def test_a_period_takes_in_its_first_moment_and_not_its_end(instance, tmp_path):
    every = lines(members_of(small_pack(instance, tmp_path / "a").file)["population/changes.jsonl"])
    second = every[1]["deployed_at"]
    early = write_pack(instance, BEGIN, second, tmp_path / "b", AS_OF)
    late = write_pack(instance, second, UNTIL, tmp_path / "c", AS_OF)
    assert (early.changes, late.changes) == (1, len(every) - 1)


def test_each_check_gives_its_findings_again_in_duckdb_alone(pack, members, tmp_path, monkeypatch):
    with zipfile.ZipFile(pack.file) as archive:
        archive.extractall(tmp_path)
    monkeypatch.chdir(tmp_path)
    listed = {}
    for row in lines(members["findings/findings.jsonl"]):
        listed.setdefault(row["check"], {})[row["subject"]] = (row["verdict"], row["reason"])
    scripts = [name for name in members if name.startswith("by_hand/")]
    assert len(scripts) == len(load_checks().checks)
    some = [*scripts[::5], "by_hand/signs/requirements_unmet.duckdb.sql"]
    for script in some:  # each takes half a second
        check = script.removeprefix("by_hand/").removesuffix(".duckdb.sql")
        with duckdb.connect() as shell:
            shell.execute(members[script].decode())
            columns = [column[0] for column in shell.description]
            found = {
                row["subject"]: (row["verdict"], row["reason"])
                for row in (dict(zip(columns, each, strict=True)) for each in shell.fetchall())
            }
        of_the_period = {subject: found.get(subject) for subject in listed.get(check, {})}
        assert of_the_period == listed.get(check, {}), check


def test_results_by_control_are_split_where_the_matrix_changed(members):
    first, second = json.loads(members["controls/results.json"])
    assert (first["version"], second["version"]) == (1, 2)
    assert (first["from"], first["until"], second["until"]) == (BEGIN, second["from"], UNTIL)

    def changes_judged(stretch):
        [told] = [
            sum(check["counts"].values())
            for control in stretch["controls"]
            for check in control["checks"]
            if (control["control"], check["check"]) == ("change-approval", "cc8_1/08_approval")
        ]
        return told

    dated = lines(members["population/changes.jsonl"])
    before = sum(row["deployed_at"] < second["from"] for row in dated)
    assert 0 < before < len(dated)
    assert changes_judged(first) == before
    assert changes_judged(second) == len(dated) - before
    owners = [{each["owner"] for each in stretch["controls"]} for stretch in (first, second)]
    assert ["Testers" in each for each in owners] == [False, True]
    page = members["index.html"].decode()
    assert "Results by control" in page
    assert "initial: nobody adopted it" in page


def test_findings_come_as_evaluate_prints_them(members):
    findings = lines(members["findings/findings.jsonl"])
    assert set(findings[0]) == {"subject", "check", "verdict", "basis", "reason", "evidence"}
    ordered = sorted(findings, key=lambda row: (row["subject"], row["check"]))
    assert findings == ordered
    counted = {row["check"]: row["counts"] for row in json.loads(members["findings/by_check.json"])}
    told = [row["verdict"] for row in findings if row["check"] == "cc8_1/08_approval"]
    assert counted["cc8_1/08_approval"].get("deviation", 0) == told.count("deviation") > 0


def test_the_register_has_one_record_for_each_change_with_a_deviation(members):
    register = lines(members["register/deviations.jsonl"])
    findings = lines(members["findings/findings.jsonl"])
    deviating = {row["subject"] for row in findings if row["verdict"] == "deviation"}
    assert {row["change"] for row in register} == deviating
    assert len(register) == len(deviating)


def test_the_page_counts_deviations_as_the_lists_of_changes_do(members):
    changes = lines(members["population/changes.jsonl"])
    by_points = sum(row["verdict"] == "deviation" for row in changes)
    alone = sum("deviation" in row["findings"] for row in changes) - by_points
    assert by_points > 0
    said = (
        f"{by_points} of them have a deviation from one of the points of CC8.1 judged here, and"
        f" {alone} more from another check alone."
    )
    assert said in members["index.html"].decode()


def test_the_snapshot_can_be_read_by_others(members):
    frame = polars.read_parquet(members["snapshot/change.parquet"])
    assert frame.height > 10
    manifest = json.loads(members["snapshot/manifest.json"])
    tables = {file["table"] for file in manifest["files"]}
    assert "finding" not in tables, "stored findings are of other moments"


def test_no_cell_is_a_formula(members):
    for name, data in members.items():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(data.decode())):
                assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row), name


def test_it_says_nothing_that_only_an_auditor_may(members):
    for name, data in members.items():
        if not name.endswith(".parquet") and not name.startswith(("log/tile", "snapshot/")):
            assert not FORBIDDEN.search(data.decode()), name
    page = members["index.html"].decode()
    assert "Prepared by management. Not a SOC 2 report; no opinion." in page


def test_the_page_is_alone_in_the_world(members):
    page = members["index.html"].decode()
    assert not re.search(r"<script|<link|<img|<iframe|\bon[a-z]+=|https?://|url\(|@import", page)
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


def test_no_free_text_or_payload_is_in_it(members):
    everything = b"".join(members.values())
    assert b"Because the shop needs it" not in everything
    assert b"{]!" not in everything
    assert b"Change 1 of the shop" in everything  # titles of the population are


def test_an_open_period_makes_an_interim_pack_that_says_so(instance, tmp_path):
    pack = small_pack(instance, tmp_path / "i.pack", until=AS_OF + DAY)
    members = members_of(pack.file)
    assert pack.interim
    assert json.loads(members["cover.json"])["interim"] is True
    assert "Interim: the period had not closed" in members["index.html"].decode()


def test_a_demonstration_says_so(tmp_path):
    instance = small_company_instance(tmp_path / "demo", demonstration=True)
    members = members_of(small_pack(instance, tmp_path / "d.pack").file)
    assert "Demonstration: this instance holds invented data" in members["index.html"].decode()
    assert json.loads(members["cover.json"])["demonstration"] is True


def test_the_event_of_a_pack_names_its_digest(pack):
    event = pack.event("local:user/1", AS_OF)
    assert isinstance(event, PackIssued)
    assert (event.digest, event.interim) == (pack.digest, False)


def test_a_period_that_is_none_and_a_place_that_is_none_are_refused(instance, tmp_path):
    with pytest.raises(Refusal, match="not written"):
        write_pack(instance, UNTIL, BEGIN, tmp_path / "x", AS_OF)
    with pytest.raises(Refusal, match="not written"):
        write_pack(instance, BEGIN, UNTIL, tmp_path / "no" / "x", AS_OF)
    assert list(tmp_path.iterdir()) == []


def test_the_pack_lists_every_leftover_with_a_verdict_and_its_query(members):
    spans = json.loads(members["reconciliation/spans.json"])
    rows = list(csv.DictReader(io.StringIO(members["reconciliation/leftovers.csv"].decode())))
    counted = [half for span in spans["spans"] for half in (span["left"], span["right"])]
    assert len(rows) == sum(half["left_over"] for half in [*counted, *spans["not_code"]])
    assert all(half["query"].startswith("SELECT ") for half in counted)
    assert (spans["unexplained"], spans["reconciled"]) == (0, True)
    assert all(row["result"] and row["reason"] for row in rows)
