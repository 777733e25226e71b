"""Facts that no source delivers yet: by `ingest events`, verified, and in the snapshot."""

import json
from pathlib import Path

import polars

from changeproof.events.event import canonical_event
from changeproof.sources.events import ACCEPTED
from tests.support.register_facts import tell_registers
from tests.support.small_company import ALICE, BEGIN, BOB, History, revision_of
from tests.support.typed import typed

TABLES = [
    "assessment",
    "change_document",
    "data_total",
    "template_claim",
    "acquisition",
    "waiver",
    "waiver_end",
    "scan_run",
    "system_record",
    "system_attribute",
    "environment_record",
    "authorized_item",
    "baseline",
    "production_act",
    "observed_state",
    "incident",
    "incident_decision",
    "incident_change",
    "vulnerability",
    "vulnerability_score",
    "vulnerability_change",
    "vulnerability_end",
    "access_grant",
    "access_end",
    "departure",
    "review_held",
    "acknowledgement",
    "control_activity",
    "detection",
    "detection_answer",
    "inventory_item",
    "scope_decision",
]


def test_every_new_fact_comes_in_by_a_file_and_stands_in_the_snapshot(tmp_path: Path) -> None:
    assert typed(tmp_path, "init", "--data", "own").returncode == 0
    history = History()
    tell_registers(history, BEGIN, ALICE, BOB, revision_of("head"))
    # What is in a content is read from its own system's deliveries, and no file states it.
    unsaid = ("fields", "after_fields")
    events = [
        event.model_copy(update={name: None for name in unsaid if name in type(event).model_fields})
        for event in history.events
        if event.type in ACCEPTED
    ]
    # What governs is proposed and adopted by two persons, signed in; so is what opens a door, what
    # becomes of a case, and what a document or a step by hand says.
    left_out = {event.type for event in history.events} - ACCEPTED
    kinds = ("Policy", "Controls", "AuditorSeat", "GroupRole", "BreakGlass", "Case")
    kinds += ("VisitLink",)
    kinds += ("RoleAsked", "RoleConfirmed", "RoleRefused", "Document", "Step", "PersonReturned")
    about_cases = {"RevertAwaited", "LikeSearched", "DeviationExplained"}
    assert {name for name in left_out if not name.startswith(kinds)} == about_cases
    assert "DocumentAcknowledged" not in left_out
    lines = b"\n".join(canonical_event(event) for event in events)
    (tmp_path / "facts.ndjson").write_bytes(lines)
    done = typed(tmp_path, "ingest", "events", "facts.ndjson", "--data", "own", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["events"] == len(events)
    changes = typed(tmp_path, "changes", "--json", "--data", "own")
    found = {each["id"]: each["kind"] for each in map(json.loads, changes.stdout.splitlines())}
    # Nobody requested CHG-2026-0001 here, so both acts stand alone; the provider's own is none.
    assert found == {"act:act-1": "infrastructure", "act:act-2": "infrastructure"}
    verified = typed(tmp_path, "verify", "--data", "own")
    assert verified.stdout.startswith("Sound:"), verified.stdout
    assert typed(tmp_path, "snapshot", "snapshot", "--data", "own").returncode == 0
    empty = [
        table
        for table in TABLES
        if polars.read_parquet(tmp_path / "snapshot" / f"{table}.parquet").is_empty()
    ]
    assert empty == []
