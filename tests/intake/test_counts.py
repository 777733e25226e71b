"""Every delivery is counted once, by kind and by what became of it: silence cannot hide."""

import json
import random

import pytest

from changeproof.events.event import sha256_hex
from changeproof.intake.counts import COUNTED, read_counts, table_of
from changeproof.intake.deliveries import take
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import KINDS, kind_named

VECTORS = frozenset({"jsoncanon", "oscal", "tlog"})
"""Folders of test vectors, which no system sends."""
GROUP = 200

BECAME = {
    "cdevents": (7, 26, 0),
    "cyclonedx": (15, 27, 3),
    "dependency-check": (5, 5, 0),
    "devlake": (16, 31, 0),
    "gitleaks": (0, 12, 0),
    "grype": (10, 1, 0),
    "inspec-hdf": (0, 17, 1),
    "jira": (38, 14, 0),
    "junit": (50, 0, 9),
    "osv": (7, 20, 3),
    "sarif": (3, 55, 1),
    "semgrep": (0, 10, 0),
    "servicenow": (7, 30, 0),
    "spdx": (14, 4, 0),
    "tap": (12, 0, 3),
    "trivy": (16, 15, 0),
    "xccdf": (1, 12, 1),
}
"""Of the real payloads of a kind: translated, ignored with a reason, kept aside. Read without
options (a revision, a system, a time), without which a report proves nothing of a change."""


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


def _delivery(kind: str, body: bytes, name: str | None = None) -> Delivery:
    return Delivery(kind, sha256_hex(body), body, now(), name)


def test_each_delivery_is_counted_once(opened: Ledger) -> None:
    note = _delivery("gitlab", json.dumps({"object_kind": "note"}).encode())
    broken = _delivery("gitlab-webhooks", b"[")
    incident = {"type": "IncidentOpened", "incident": "INC-1", "delivery": "d1"}
    own = _delivery("events", json.dumps(incident).encode())
    for _ in range(2):
        take(opened, [note, broken, own])
    assert read_counts(opened) == {
        "events": {"translated": 1, "ignored": 0, "quarantined": 0},
        "gitlab": {"translated": 0, "ignored": 1, "quarantined": 1},
    }
    rows = {row["kind"]: row for row in table_of(read_counts(opened), KINDS)}
    assert rows["gitlab"]["quarantined"] == 1
    assert rows["jira"] == {"kind": "jira", "translated": 0, "ignored": 0, "quarantined": 0}
    assert "cloudtrail" not in rows


@pytest.mark.timeout(600)
def test_of_everything_real_nothing_goes_uncounted(opened: Ledger, shared) -> None:
    """Shuffled across kinds and a third of it twice; every body is somewhere in the counts."""
    folders = [each for each in sorted((shared / "data/payloads").iterdir()) if each.is_dir()]
    folders += [shared / "data" / name for name in ("github-webhooks", "cdevents", "devlake")]
    real = [
        _delivery(
            folder.name,
            file.read_bytes(),
            file.parent.name if folder.name == "github-webhooks" else None,
        )
        for folder in folders
        if folder.name not in VECTORS and kind_named(folder.name)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "README.md"
    ]
    bodies: dict[str, set[str]] = {}
    for each in real:
        found = kind_named(each.kind)
        assert found is not None
        bodies.setdefault(found.name, set()).add(each.digest)
    shuffled = real + real[::3]
    random.Random(20_261_128).shuffle(shuffled)
    for start in range(0, len(shuffled), GROUP):
        take(opened, shuffled[start : start + GROUP])
    counts = {kind: sum(by.values()) for kind, by in read_counts(opened).items()}
    assert counts == {kind: len(digests) for kind, digests in bodies.items()}
    became = {kind: tuple(by[each] for each in COUNTED) for kind, by in read_counts(opened).items()}
    assert {kind: became[kind] for kind in BECAME} == BECAME
