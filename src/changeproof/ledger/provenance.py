"""Which log entries a row rests on: what `verify` names beside a row that differs.

A fact carries its event. A join names its events, or hangs on a row that does. A finding names
its evidence; where that is empty, the entry in which its verdict was logged, or the change's own.
"""

from collections.abc import Iterator, Mapping, Sequence

from changeproof.ledger.comparison import Cell, Cells
from changeproof.ledger.table import Table
from changeproof.log.database import Database

_OF_CHANGE = "SELECT events FROM change WHERE change_id = ?"
_OF_JUDGEMENT = "SELECT event FROM judged_subject WHERE subject = ? ORDER BY stated_at DESC LIMIT 1"
_OF_SYSTEM = "SELECT events FROM change WHERE 'system:' || system = ? ORDER BY change_id LIMIT 1"
_OF_PROTECTION = (
    "SELECT p.event FROM protection AS p"
    " LEFT JOIN system_mapping AS m ON m.repository = p.repository"
    " LEFT JOIN repository AS r ON r.repository = p.repository"
    " WHERE 'system:' || COALESCE(m.system, r.name, p.repository) = ?"
    " ORDER BY p.event LIMIT 1"
)
_OF_POLICY = "SELECT event FROM policy_in_force WHERE ? = ? ORDER BY policy_version DESC LIMIT 1"

_OF_INCIDENT = "SELECT event FROM incident WHERE 'incident:' || incident = ?"
_OF_VULNERABILITY = "SELECT event FROM vulnerability WHERE 'vulnerability:' || vulnerability = ?"
_OF_ITEM = "SELECT event FROM baseline WHERE 'item:' || item = ? ORDER BY event LIMIT 1"

# For tables whose rows name no event: a column, and where it leads.
_BEHIND: dict[str, tuple[tuple[str, str], ...]] = {
    "deployment_revision": (
        ("deployment", "SELECT events FROM deployment WHERE deployment = ?"),
        ("revision", "SELECT event FROM revision WHERE revision = ?"),
    ),
    "version_claim": (("deployment", "SELECT events FROM deployment WHERE deployment = ?"),),
    "migration_act": (("act", "SELECT event FROM production_act WHERE act = ?"),),
    "deployment_gap": (("deployment", "SELECT events FROM deployment WHERE deployment = ?"),),
    "repeated_patch": (("revision", "SELECT event FROM revision_patch WHERE revision = ?"),),
    "begun_head": (
        ("pull", "SELECT event FROM review WHERE pull = ? AND revision_begins IS NOT NULL"),
        ("pull", "SELECT event FROM pull_merge WHERE pull = ?"),
        ("revision", "SELECT event FROM revision WHERE revision = ?"),
    ),
    "revision_implementation": (
        ("revision", "SELECT event FROM revision WHERE revision = ?"),
        ("revision", "SELECT event FROM pull_merge WHERE revision = ?"),
        ("revision", "SELECT event FROM pull_head WHERE revision = ?"),
        ("revision", "SELECT event FROM push_revision WHERE revision = ?"),
        ("implementation", "SELECT event FROM row_event WHERE subject = ?"),
    ),
    "implementation": (
        ("change_id", _OF_CHANGE),
        ("implementation", "SELECT event FROM row_event WHERE subject = ?"),
    ),
    "change_alias": (("change_id", _OF_CHANGE), ("alias", _OF_CHANGE)),
    "finding": (
        ("subject", _OF_JUDGEMENT),
        ("subject", _OF_CHANGE),
        ("subject", _OF_SYSTEM),
        ("subject", _OF_PROTECTION),
        ("subject", _OF_INCIDENT),
        ("subject", _OF_VULNERABILITY),
        ("subject", _OF_ITEM),
    ),
    "subject_judged": (
        ("subject", _OF_JUDGEMENT),
        ("subject", _OF_CHANGE),
        ("subject", _OF_SYSTEM),
        ("subject", _OF_PROTECTION),
        ("subject", _OF_INCIDENT),
        ("subject", _OF_VULNERABILITY),
        ("subject", _OF_ITEM),
    ),
}
_STATED = ("event", "events", "evidence")


def entry_behind(
    table: Table, rows: Sequence[Cells | None], evidence: Database, log: Database
) -> int | None:
    """The position of the first entry that one of these versions of a row rests on.

    `evidence` is the ledger as it should be; `log` holds the entries.
    """
    for row in rows:
        if row is None:
            continue
        cells = dict(zip(table.column_names, row, strict=True))
        for event in _events(table, cells, evidence):
            found = log.execute("SELECT position FROM log_entry WHERE event_id = ?", (event,))
            if found:
                return int(found[0][0])
    return None


def _events(table: Table, cells: Mapping[str, Cell], evidence: Database) -> Iterator[str]:
    for column in _STATED:
        if column in cells:
            yield from _listed(cells[column])
    for column, sql in _BEHIND.get(table.name, ()):
        text = _text(cells[column])
        if text is not None:
            for (events,) in evidence.execute(sql, (text,)):
                yield from _listed(events.encode())
    if table.layer == "result":  # of the organisation as a whole: the policy that it lives by
        for (event,) in evidence.execute(_OF_POLICY, (1, 1)):
            yield str(event)


def _listed(cell: Cell) -> list[str]:
    return [event for event in (_text(cell) or "").split(",") if event]


def _text(cell: Cell) -> str | None:
    try:
        return cell.decode() if isinstance(cell, bytes) else None
    except UnicodeDecodeError:
        return None
