"""The verifier's last steps: evidence projected again, checks run again, lists drawn up again."""

import io
from hashlib import sha256

import msgspec
import polars

from changeproof import __version__
from changeproof.checks.loader import load_checks
from changeproof.ledger.controls import ControlsInForce
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.reprojection import reproject
from changeproof.ledger.schema import schema_digest
from changeproof.ledger.snapshot import table_parquet
from changeproof.ledger.store import Store
from changeproof.ledger.table import TABLES, Table
from changeproof.log.sealed_archive import BadSeal
from changeproof.verifier.checks_as_run import checks_from, files_of
from changeproof.verifier.composition import compose
from changeproof.verifier.log_steps import entries
from changeproof.verifier.opened_pack import Found, OpenedPack, need, shortened
from changeproof.verifier.pack_format import (
    BY_HAND,
    CHECKS,
    COVER,
    FINDINGS,
    LOG,
    MANIFEST,
    POPULATION_QUERY,
    REPORT,
    SNAPSHOT,
    TEXTS,
)
from changeproof.verifier.population import population_query

MOST_ROWS = 50_000_000
"""Rows of one table that are read out of a Parquet file that is not the one we would write."""


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the contents."""

    digest: str
    use: str
    text: str


def verify_contents(pack: OpenedPack) -> Found:
    """Every text hashes to the digest by which entries name it."""
    members = need(pack.members, "the archive")
    problems = []
    for number, line in enumerate(members.read(TEXTS).splitlines(), 1):
        try:
            text = msgspec.json.decode(line, type=Text)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise BadSeal(TEXTS, f"line {number} cannot be read: {error}") from error
        if sha256(text.text.encode()).hexdigest() != text.digest:
            problems.append(f"{TEXTS}, line {number}: the text's SHA-256 is not {text.digest}")
        pack.texts[text.digest] = text.text
    return Found(f"{len(pack.texts):,} texts hash to their names.", shortened(problems))


def project_evidence(pack: OpenedPack) -> Found:
    """Entries → evidence, once more; each table equals the snapshot's, byte by byte or by rows."""
    members = need(pack.members, "the archive")
    checkpoint = need(pack.checkpoint, "the checkpoint")
    cover = need(pack.cover, COVER)
    again = reproject(
        entries(members, checkpoint.size),
        lambda done: pack.tell("Evidence", done, checkpoint.size),
    )
    problems = [
        f"{LOG}tile/entries: entry {position} cannot be read: {why}"
        for position, why in again.unreadable.items()
    ]
    if cover.schema_digest != schema_digest():
        version = cover.versions.get("changeproof", "another version")
        why = f"its tables are those of {version}; this is {__version__}. Verify it with that"
        raise BadSeal(f"{SNAPSHOT}{MANIFEST}", why)
    tables = [table for name, table in sorted(TABLES.items()) if table.layer != "result"]
    for table in tables:
        name = f"{SNAPSHOT}{table.name}.parquet"
        if name not in members:
            problems.append(f"{name}: it is missing")
            continue
        stored = members.read(name)
        rows, due = table_parquet(again.store, table)
        if stored != due:
            problems += _row_differences(name, table, stored, again.store, rows)
    due_names = {f"{SNAPSHOT}{table.name}.parquet" for table in tables}
    for name in set(members.names(SNAPSHOT)) - due_names - {f"{SNAPSHOT}{MANIFEST}"}:
        problems.append(f"{name}: the entries give no such table")
    missing = [row for row in again.store.all(PolicyInForce) if row.policy not in pack.texts]
    problems += [f"{TEXTS}: the text of policy {row.policy_version} is missing" for row in missing]
    problems += [
        f"{TEXTS}: the text of control matrix {row.controls_version} is missing"
        for row in again.store.all(ControlsInForce)
        if row.controls not in pack.texts
    ]
    pack.evidence = again
    says = f"{again.entries:,} entries give the {len(tables)} tables of the snapshot."
    return Found(says, shortened(problems))


def _row_differences(name: str, table: Table, stored: bytes, store: Store, rows: int) -> list[str]:
    """Where a Parquet file's rows differ; none where only its writer was another version."""
    try:
        count = polars.scan_parquet(io.BytesIO(stored)).select(polars.len()).collect().item()
        if count > MOST_ROWS:
            return [f"{name}: {count} rows; MOST_ROWS is {MOST_ROWS}"]
        frame = polars.read_parquet(io.BytesIO(stored))
    except Exception as error:  # the reader's errors have many types, panics included
        return [f"{name}: it cannot be read as Parquet: {str(error)[:100]}"]
    if tuple(frame.columns) != table.column_names:
        return [f"{name}: its columns are not those of the table"]
    names, key = ", ".join(table.column_names), ", ".join(table.key)
    due = store.database.execute(f"SELECT {names} FROM {table.name} ORDER BY {key}")
    held = frame.rows()
    if held == due:
        return []
    for place, (mine, wanted) in enumerate(zip(held, due, strict=False)):
        for column, cell, expected in zip(table.column_names, mine, wanted, strict=True):
            if cell != expected:
                what = f"it is {str(cell)[:80]!r}, the entries give {str(expected)[:80]!r}"
                return [f"{name}: row {place + 1}, column {column}: {what}"]
    return [f"{name}: it has {len(held)} rows, the entries give {rows}"]


def read_checks(pack: OpenedPack) -> Found:
    """The pack's SQL is within the contract; where it is not this version's own is said."""
    members, cover = need(pack.members, "the archive"), need(pack.cover, COVER)
    files = {name: _text(members.read(name), name) for name in members.names(CHECKS)}
    checks = checks_from(files)
    problems = []
    if checks.digest != cover.checks_digest:
        problems.append(f"{COVER}: it names another digest of the checks than {CHECKS} has")
    pack.checks = checks
    ours = files_of(load_checks())
    others = sorted(name for name, text in files.items() if ours.get(name) != text)
    left_out = sorted(set(ours) - set(files))
    says = f"{len(checks.checks)} checks and {len(checks.views)} views, read from the pack."
    if others or left_out:
        named = ", ".join([*others, *(f"{name} (left out)" for name in left_out)][:10])
        says += f" Not as in this version ({__version__}), so read them: {named}."
    else:
        says += f" All are as in this version, {__version__}."
    return Found(says, problems)


def perform_checks(pack: OpenedPack) -> Found:
    """Population and findings, computed again, are the pack's."""
    members, cover = need(pack.members, "the archive"), need(pack.cover, COVER)
    evidence, checks = need(pack.evidence, "the evidence"), need(pack.checks, "the checks")
    query = _text(members.read(POPULATION_QUERY), POPULATION_QUERY)
    pack.composed = compose(evidence.store, cover, checks, query, pack.texts.get, pack.on_progress)
    composed = pack.composed
    dated = sum(member.deployed_at is not None for member in composed.population)
    pack.facts["changes"] = str(dated)
    pack.facts["findings"] = str(len(composed.findings))
    problems = []
    if query != population_query(cover.period_from, cover.period_until):
        problems.append(f"{POPULATION_QUERY}: it is not this version's query for the period")
    for name in (FINDINGS, "population/changes.jsonl"):
        problems += _line_differences(name, members.read(name), composed.members[name])
    says = f"{dated:,} changes in the population; {len(composed.findings):,} findings, run again."
    return Found(says, shortened(problems))


def perform_lists(pack: OpenedPack) -> Found:
    """Every list, and the page, drawn up again from the same evidence."""
    members, composed = need(pack.members, "the archive"), need(pack.composed, "the findings")
    cover = need(pack.cover, COVER)
    problems, said = [], []
    for name, due in composed.members.items():
        if name not in members:
            problems.append(f"{name}: it is missing")
        elif members.read(name) != due:
            problems.append(f"{name}: it says something else than the evidence")
    version = cover.versions.get("changeproof")
    if version != __version__:
        worded = [each for each in problems if each.startswith((f"{REPORT}: it says", BY_HAND))]
        problems = [each for each in problems if each not in worded]
        if worded:
            names = sorted({BY_HAND if each.startswith(BY_HAND) else REPORT for each in worded})
            said.append(f" Not compared, as version {version} wrote it: {', '.join(names)}.")
    kept = {COVER, MANIFEST, POPULATION_QUERY}
    extra = [
        name
        for name in members.names()
        if name not in composed.members
        and name not in kept
        and not name.startswith((LOG, SNAPSHOT, CHECKS))
    ]
    problems += [f"{name}: nothing calls for it" for name in extra]
    says = f"{len(composed.members)} lists and pages say what the evidence says.{''.join(said)}"
    return Found(says, shortened(problems))


def _line_differences(name: str, held: bytes, due: bytes) -> list[str]:
    """Each line that only one side has."""
    if held == due:
        return []
    mine, wanted = set(held.splitlines()), set(due.splitlines())
    problems = [f"{name}: the evidence does not give: {_start(line)}" for line in mine - wanted]
    problems += [f"{name}: the evidence gives, too: {_start(line)}" for line in wanted - mine]
    return sorted(problems) or [f"{name}: its lines are in another order"]


def _start(line: bytes) -> str:
    return line[:200].decode("utf-8", "backslashreplace")


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise BadSeal(name, "it is no UTF-8") from error
