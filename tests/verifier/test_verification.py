"""A pack verifies; anything changed in it fails, with the name of what failed."""

import json
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changeproof.events.controls import ControlsAdopted
from changeproof.events.refusal import Refusal
from changeproof.log.keys import load_key
from changeproof.log.notes import Signer, sign_note
from changeproof.policy.controls import controls_text
from changeproof.verifier.verification import verify_pack
from tests.support.packs import AS_OF, members_of, resealed, small_company_instance, small_pack
from tests.support.small_company import small_history

FINDINGS = "findings/findings.jsonl"
TEXTS = "contents/texts.jsonl"


@pytest.fixture(scope="module")
def instance(tmp_path_factory):
    return small_company_instance(tmp_path_factory.mktemp("instance") / "own")


@pytest.fixture(scope="module")
def pack(instance, tmp_path_factory):
    return small_pack(instance, tmp_path_factory.mktemp("packs") / "q1.pack").file


@pytest.fixture(scope="module")
def vkey(instance):
    return load_key(instance.log_key_file).verifier.vkey


def problems_of(report):
    return "\n".join(problem for step in report.steps for problem in step.problems)


def test_a_pack_verifies_with_the_key_and_without_saying_whose_it_did_not_check(pack, vkey):
    report = verify_pack(pack, vkey)
    assert report.is_sound, report.steps
    assert {step.outcome for step in report.steps} == {"holds"}
    assert not report.notices
    alone = verify_pack(pack)
    assert alone.is_sound
    assert alone.notices == (
        f"Not checked: that the signature is {alone.facts['origin']}'s. Give --key VKEY.",
    )
    assert report.does_not_show
    assert report.fetch_yourself


def test_another_key_fails(pack):
    report = verify_pack(pack, Signer.generate("example.com/else").verifier.vkey)
    assert report.failed == ("Signature of the file",)
    assert not verify_pack(pack, "no key").is_sound


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.data())
def test_a_changed_byte_anywhere_fails(pack, tmp_path_factory, data):
    whole = bytearray(pack.read_bytes())
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] ^= data.draw(st.integers(1, 255))
    changed = tmp_path_factory.getbasetemp() / "changed.pack"
    changed.write_bytes(whole)
    report = verify_pack(changed)
    assert not report.is_sound
    assert problems_of(report)


def test_a_changed_bit_in_headers_directory_end_and_seal_fails(pack, tmp_path):
    whole = bytearray(pack.read_bytes())
    chance = random.Random(5)
    end = whole.rfind(b"PK\x05\x06")
    directory = int.from_bytes(whole[end + 16 : end + 20], "little")
    places = {*range(46), *range(end - 3, len(whole))}
    places |= {chance.randrange(directory, end) for _ in range(25)}
    places |= {chance.randrange(directory) for _ in range(25)}
    changed = tmp_path / "changed.pack"
    for position in sorted(places):
        whole[position] ^= 1 << chance.randrange(8)
        changed.write_bytes(whole)
        report = verify_pack(changed)
        assert not report.is_sound, position
        assert problems_of(report), position
        whole[position] = pack.read_bytes()[position]


def test_what_was_changed_is_named(pack, tmp_path):
    whole = bytearray(pack.read_bytes())
    at = whole.index(b"log/tile/0/000") + 40
    whole[at] ^= 1
    (tmp_path / "changed.pack").write_bytes(whole)
    report = verify_pack(tmp_path / "changed.pack")
    assert "Bytes of the file" in report.failed
    assert "log/tile/0/000" in problems_of(report)
    outcomes = {step.name: step.outcome for step in report.steps}
    assert outcomes["Findings"] == "not_checked", "nothing of an altered file is performed"


@pytest.mark.parametrize(
    "altered",
    [
        lambda data: data[:-1],
        lambda data: data + b"\n",
        lambda data: b"\0" + data,
        lambda data: data[: len(data) // 2],
        lambda data: b"",
        lambda data: b"PK\x05\x06" + bytes(18),
        lambda data: data + data,
    ],
)
def test_a_file_cut_or_lengthened_fails(pack, tmp_path, altered):
    (tmp_path / "changed.pack").write_bytes(altered(pack.read_bytes()))
    report = verify_pack(tmp_path / "changed.pack")
    assert not report.is_sound
    assert problems_of(report)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refusal, match="not verified"):
        verify_pack(tmp_path / "none")


# -- a pack made anew by whoever holds the key ---------------------------------------------


def failing(instance, pack, changed, **more):
    report = verify_pack(resealed(instance, pack, changed, **more))
    assert not report.is_sound
    outcomes = {step.name: step.outcome for step in report.steps[:3]}
    assert set(outcomes.values()) == {"holds"}, "the seal itself is right"
    return report


def replaced(pack, name, old, new):
    data = members_of(pack)[name]
    assert old in data, (name, old)
    return {name: data.replace(old, new, 1)}


def test_sealed_again_unchanged_it_verifies(instance, pack):
    assert verify_pack(resealed(instance, pack, {})).is_sound


def test_a_better_finding_is_found(instance, pack):
    changed = replaced(pack, FINDINGS, b'"verdict":"deviation"', b'"verdict":"met"')
    report = failing(instance, pack, changed)
    assert "Findings" in report.failed
    assert "the evidence does not give" in problems_of(report)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("population/counts.json", b'"changes": 12', b'"changes": 13'),
        ("reconciliation/counts.json", b'"count": ', b'"count": 1'),
        ("register/deviations.csv", b"08_approval", b"99_approval"),
        ("index.html", b"no opinion", b"our opinion"),
        ("access/administrators.json", b"local:user/1", b"local:user/2"),
        ("policy/1.yaml", b"version", b"Version"),
        ("controls/2.yaml", b"Testers", b"Nobody"),
        ("controls/results.json", b'"version": 2', b'"version": 1'),
    ],
)
def test_a_list_that_says_something_else_is_found(instance, pack, name, old, new):
    report = failing(instance, pack, replaced(pack, name, old, new))
    assert name in problems_of(report)


def test_the_text_of_a_matrix_is_the_one_that_the_log_names(instance, pack):
    changed = replaced(pack, TEXTS, b"Testers", b"Nobody!")
    assert "SHA-256 is not" in problems_of(failing(instance, pack, changed))

    def left_out(members):
        held = members[TEXTS].splitlines(keepends=True)
        members[TEXTS] = b"".join(line for line in held if b"Testers" not in line)
        del members["controls/2.yaml"]

    report = failing(instance, pack, left_out)
    assert "the text of control matrix 2 is missing" in problems_of(report)


def test_an_older_matrix_that_comes_back_into_force_is_found(tmp_path):
    shipped = controls_text()
    history = small_history()
    history.say(
        ControlsAdopted,
        AS_OF,
        source="controls",
        controls_version=1,
        controls=history.text(shipped),
        in_force_from=AS_OF,
    )
    instance = small_company_instance(tmp_path / "own", history=history)
    report = verify_pack(small_pack(instance, tmp_path / "again.pack").file)
    assert report.failed == ("Policies and control matrices",)
    assert "control matrix version 1 after version 2" in problems_of(report)


def test_a_missing_and_an_added_member_are_found(instance, pack):
    report = failing(instance, pack, {"register/deviations.csv": None})
    assert "register/deviations.csv: it is missing" in problems_of(report)
    report = failing(instance, pack, {"opinion.pdf": b"%PDF"})
    assert "opinion.pdf: nothing calls for it" in problems_of(report)


def test_an_edited_snapshot_is_found_by_row_and_column(instance, pack):
    import io

    import polars

    frame = polars.read_parquet(members_of(pack)["snapshot/review.parquet"])
    edited = frame.with_columns(verdict=polars.lit("approved"), account=polars.lit("github:user/8"))
    file = io.BytesIO()
    edited.write_parquet(file)
    report = failing(instance, pack, {"snapshot/review.parquet": file.getvalue()})
    assert "snapshot/review.parquet: row 1, column " in problems_of(report)
    garbage = failing(instance, pack, {"snapshot/review.parquet": b"PAR1 garbage PAR1"})
    assert "cannot be read as Parquet" in problems_of(garbage)


def test_another_writer_of_the_same_rows_makes_no_difference(instance, pack):
    import io

    import polars

    file = io.BytesIO()
    frame = polars.read_parquet(members_of(pack)["snapshot/review.parquet"])
    frame.write_parquet(file, compression="snappy")
    assert verify_pack(
        resealed(instance, pack, {"snapshot/review.parquet": file.getvalue()})
    ).is_sound


def test_an_edited_entry_or_tile_is_found(instance, pack):
    entries = next(name for name in members_of(pack) if name.startswith("log/tile/entries"))
    report = failing(instance, pack, replaced(pack, entries, b"approved", b"unproved"))
    assert "Entries" in report.failed
    assert "another root" in problems_of(report)
    tile = "log/tile/0/000.p/123"
    report = failing(instance, pack, {tile: bytes(32 * 123)})
    assert tile in problems_of(report)


def test_another_key_in_the_pack_is_found(instance, pack, vkey):
    other = Signer.generate(instance.origin).verifier.vkey
    made = resealed(instance, pack, {"log/vkey": f"{other}\n".encode()})
    assert verify_pack(made).failed == ("Signature of the file",)
    assert "it is not the key that you gave" in problems_of(verify_pack(made, vkey))


def test_another_logs_checkpoint_is_found(instance, pack):
    note = sign_note(f"{instance.origin}\n123\n{'A' * 43}=\n", [load_key(instance.log_key_file)])
    report = failing(instance, pack, {"log/checkpoint": note.encode()})
    assert "Checkpoint" in report.failed
    assert "Entries" in report.failed


def test_edited_checks_are_run_and_told_apart(instance, pack):
    sql = "checks/cc8_1/08_approval.sql"
    changed = (
        replaced(pack, sql, b"THEN 'deviation'", b"THEN 'met'")
        if (b"THEN 'deviation'" in members_of(pack)[sql])
        else replaced(pack, sql, b"ELSE 'deviation'", b"ELSE 'met'")
    )
    report = failing(instance, pack, changed)
    says = next(step.says for step in report.steps if step.name == "Checks")
    assert sql in says
    assert "Findings" in report.failed


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT load_extension('x') AS subject", "not on every engine"),
        ("ATTACH 'x' AS y", "ATTACH"),
        ("SELECT 1 AS n FROM sqlite_master", "sqlite_master"),
        ("SELECT 1; DROP TABLE change", "2 statements"),
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n FROM r) SELECT n FROM r",
            "RECURSIVE",
        ),
        ("SELECT CURRENT_TIMESTAMP AS n", "another answer each time"),
        ("(" * 5000 + "SELECT 1" + ")" * 5000, ""),
    ],
)
def test_sql_outside_the_contract_is_never_run(instance, pack, sql, why):
    matter = "/*\nview: A question?\n*/\n"
    for name in ("checks/views/evil.sql", "population/population.sql"):
        report = failing(instance, pack, {name: (matter + sql).encode()})
        assert why in problems_of(report)
        assert name.partition("/")[2] in problems_of(report)


def test_a_demonstration_cannot_be_hidden(instance, pack):
    cover = json.loads(members_of(pack)["cover.json"]) | {"demonstration": True}
    report = failing(instance, pack, {"cover.json": json.dumps(cover).encode()})
    assert "does not say that it is one" in problems_of(report)


def test_members_that_cannot_be_read_are_named(instance, pack):
    deep = b"[" * 100_000
    for name in ("cover.json", "manifest.json", "contents/texts.jsonl"):
        report = failing(instance, pack, {name: deep})
        assert name in problems_of(report)


def test_a_sealed_file_of_another_kind_is_no_pack(instance, pack):
    report = verify_pack(resealed(instance, pack, {}, kind="backup"))
    assert "this is a backup, no pack" in problems_of(report)


def test_the_verifier_needs_no_web_framework_and_no_instance(pack, tmp_path):
    code = (
        "import sys; from pathlib import Path;"
        "from changeproof.verifier.verification import verify_pack;"
        f"assert verify_pack(Path({str(pack)!r})).is_sound;"
        "assert not {'django', 'httpx', 'ninja', 'granian'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
