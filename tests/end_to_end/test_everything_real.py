"""Everything real that we have, across all kinds at once: shuffled and twice, the same record."""

import random
from pathlib import Path

import pytest

from changeproof.events.entry import seal
from changeproof.ledger.table import TABLES
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms
from changeproof.sources.translate import kind_named, translate
from tests.support.small_company import BEGIN, DAY, MemoryInstance

VECTORS = frozenset({"jsoncanon", "oscal", "tlog"})
"""Folders of test vectors, which no system sends."""
BATCH = 500
KEY = Pseudonyms(b"a key for tests, of 32 bytes....")


def folders(shared: Path) -> list[tuple[str, Path]]:
    found = [(each.name, each) for each in sorted((shared / "data/payloads").iterdir())]
    more = [(name, shared / "data" / name) for name in ("github-webhooks", "cdevents", "devlake")]
    return [(kind, each) for kind, each in (*found, *more) if each.is_dir()]


def deliveries(shared: Path) -> list[Delivery]:
    return [
        Delivery(
            kind,
            f"{kind}/{file.relative_to(folder)}",
            file.read_bytes(),
            BEGIN,
            file.parent.name if kind == "github-webhooks" else None,
        )
        for kind, folder in folders(shared)
        if kind not in VECTORS
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "README.md"
    ]


def test_each_folder_is_a_kind(shared):
    assert {kind for kind, _ in folders(shared) if kind_named(kind) is None} == VECTORS


def taken(real: list[Delivery]) -> tuple[MemoryInstance, int]:
    """An instance that got these deliveries in this order; how many could be read."""
    made = MemoryInstance()
    entries = []
    read = 0
    for delivery in real:
        try:
            translation = translate(delivery, KEY)
        except MalformedPayload:
            continue
        read += 1
        entries += [seal(event, received_at=BEGIN, collector="t") for event in translation.events]
    for start in range(0, len(entries), BATCH):
        made.evidence.take(entries[start : start + BATCH])
    return made, read


def evidence(made: MemoryInstance) -> dict[str, list[tuple]]:
    return {
        name: sorted(made.database.execute(f"SELECT * FROM {name}"), key=repr)
        for name, table in TABLES.items()
        if table.layer != "result"
    }


@pytest.mark.timeout(600)
def test_the_order_of_all_kinds_and_their_repetition_change_nothing(shared):
    real = deliveries(shared)
    assert len(real) > 1_300
    first, read = taken(real)
    assert read > 1_200
    shuffled = real + real[::3]
    random.Random(20_261_128).shuffle(shuffled)
    second, _ = taken(shuffled)
    before, after = evidence(first), evidence(second)
    for name, rows in before.items():
        assert after[name] == rows, name
    as_of = BEGIN + 400 * DAY
    for made in (first, second):
        made.judge(as_of)
    asked = "SELECT * FROM finding ORDER BY subject, check_id"
    assert first.database.execute(asked) == second.database.execute(asked)
