"""A watched folder: complete files are taken, laid aside with what became of them."""

import json
import os
from pathlib import Path

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.folder import WatchedFolder
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import Ledger, ledger
from changeproof.sources.guards import LARGEST_PAYLOAD

OPENED = {"type": "IncidentOpened", "incident": "INC-1", "occurred_at": 5, "delivery": "d1"}
REPORT = b'<testsuite name="unit" tests="1"><testcase name="adds"/></testsuite>'


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def test_a_file_is_taken_once_it_stands_still(opened: Ledger, tmp_path: Path) -> None:
    watched = WatchedFolder(tmp_path)
    file = tmp_path / "incident.json"
    file.write_bytes(json.dumps(OPENED).encode()[:20])
    assert watched.look(opened) == []
    file.write_bytes(json.dumps(OPENED).encode())  # it went on being written
    assert watched.look(opened) == []
    [taken] = watched.look(opened)
    assert (taken.kind, taken.outcome, taken.events) == ("events", "translated", 1)
    assert not file.exists()
    assert (tmp_path / "taken" / "incident.json").exists()
    assert watched.look(opened) == []


def test_what_is_not_read_is_laid_aside_with_the_reason(opened: Ledger, tmp_path: Path) -> None:
    watched = WatchedFolder(tmp_path)
    (tmp_path / "notes.txt").write_text("Remember the milk.")
    (tmp_path / "empty.json").write_bytes(b"")
    (tmp_path / "report.xml").write_bytes(REPORT)
    outcomes = {each.name: each.outcome for each in watched.look(opened, complete=True)}
    assert outcomes == {
        "notes.txt": "refused",
        "empty.json": "refused",
        "report.xml": "translated",
    }
    told = (tmp_path / "refused" / "notes.txt.reason.txt").read_text()
    assert "shape" in told
    assert {each.name for each in tmp_path.iterdir()} == {"taken", "refused"}


def test_of_a_stated_kind_what_is_unreadable_is_kept_in_quarantine(
    opened: Ledger, tmp_path: Path
) -> None:
    watched = WatchedFolder(tmp_path, "junit")
    (tmp_path / "broken.xml").write_bytes(b"<testsuite")
    (tmp_path / "whole.xml").write_bytes(REPORT)
    broken, whole = sorted(watched.look(opened, complete=True), key=lambda each: each.name)
    assert (broken.outcome, whole.was_read) == ("quarantined", True)
    assert "quarantine" in (tmp_path / "refused" / "broken.xml.reason.txt").read_text()
    assert len(opened.store.all(QuarantinedDelivery)) == 1


def test_a_name_that_was_used_before_hides_nothing(opened: Ledger, tmp_path: Path) -> None:
    watched = WatchedFolder(tmp_path)
    for incident in ("INC-1", "INC-2"):
        (tmp_path / "today.json").write_text(json.dumps({**OPENED, "incident": incident}))
        [taken] = watched.look(opened, complete=True)
        assert taken.events == 1
    assert len(list((tmp_path / "taken").iterdir())) == 2


def test_links_and_unfinished_files_are_left_alone(opened: Ledger, tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text(json.dumps(OPENED))
    folder = tmp_path / "in"
    watched = WatchedFolder(folder)
    (folder / "link.json").symlink_to(outside)
    (folder / "upload.json.part").write_text("{")
    (folder / ".hidden").write_text("{")
    os.mkfifo(folder / "pipe")
    assert watched.look(opened, complete=True) == []
    assert opened.log.size() == 0


def test_a_file_over_the_limit_is_refused_unread(opened: Ledger, tmp_path: Path) -> None:
    watched = WatchedFolder(tmp_path)
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(LARGEST_PAYLOAD + 1)
    (tmp_path / "small.json").write_text(json.dumps(OPENED))
    outcomes = {each.name: each.outcome for each in watched.look(opened, complete=True)}
    assert outcomes == {"huge.json": "refused", "small.json": "translated"}
    assert "26,214,400" in (tmp_path / "refused" / "huge.json.reason.txt").read_text()


def test_a_folder_that_is_none_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refusal, match="not watched"):
        WatchedFolder(tmp_path / "file")
    with pytest.raises(Refusal, match="no kind"):
        WatchedFolder(tmp_path, "fax")
