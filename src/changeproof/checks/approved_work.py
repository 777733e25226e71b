"""Which work was approved by others, in time, when and by whom last: in the rows of the views on
which point 8 rests, for whoever needs more of them than a finding says."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from changeproof.checks.loader import load_checks
from changeproof.checks.sqlite_engine import BATCH, SqliteEngine
from changeproof.ledger.store import Store

_VIEWS = ("work", "approval_state", "approval_test", "approval_act", "unexplained")
_APART = ("change_id", "implementation")


@dataclass(frozen=True, slots=True, order=True)
class LastYes:
    """The last yes that counts: when (UTC microseconds) and whose."""

    at: int
    account: str


@dataclass(frozen=True, slots=True)
class ApprovedWork:
    """By implementation, the last yes to what was approved as policy asks, directly; and what
    a record may still explain (`settling`)."""

    approved: Mapping[str, LastYes]
    settling: frozenset[str]


def approved_work(store: Store, changes: Collection[str], as_of: int) -> ApprovedWork:
    """Of the work of these changes, whether it is deployed yet or not."""
    if not changes:
        return ApprovedWork({}, frozenset())
    checks = load_checks().only(views=_VIEWS)
    columns = {view.name: view.columns for view in checks.views}
    engine, version, wanted = SqliteEngine(checks), object(), sorted(changes)
    approved, settling = dict[str, LastYes](), set[str]()
    for place in range(0, len(wanted), BATCH):
        part = wanted[place : place + BATCH]
        engine.judge(store, part, as_of, context_version=version)
        rows = {
            name: [dict(zip(columns[name], row, strict=True)) for row in engine.table(name)]
            for name in _VIEWS
        }
        settling |= {row["implementation"] for row in rows["unexplained"]}
        approved |= {
            work["implementation"]: last
            for work in _joined(rows)
            if work["change_id"] in part and (last := _last_yes(work, rows["approval_act"]))
        }
    return ApprovedWork(approved, frozenset(settling - approved.keys()))


def _joined(rows: Mapping[str, list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Each work with what the views with one row a work say of it."""
    said = {
        name: {_key(row): row for row in rows[name]} for name in ("approval_state", "approval_test")
    }
    for work in rows["work"]:
        key = _key(work)
        if all(key in known for known in said.values()):
            yield {**said["approval_state"][key], **said["approval_test"][key], **work}


def _last_yes(work: Mapping[str, Any], acts: list[dict[str, Any]]) -> LastYes | None:
    """None where it is not approved, as point 8 finds it."""
    undated = work["deployed"] == 1 and work["deployed_at"] is None
    if (
        work["closed_at"] is not None
        or undated
        or work["counted"] < work["approvals_required"]
        or work["objections"] == "missed"
        or work["owner_test"] not in ("held", "not asked for")
    ):
        return None
    counting = [
        LastYes(act["said_at"], act["account"])
        for act in acts
        if _key(act) == _key(work)
        and (act["verdict"], act["hindrance"], act["late"]) == ("approved", "", 0)
    ]
    return max(counting, default=None)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _APART)
