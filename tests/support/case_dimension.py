"""Many cases in one query: every table has a column `case_number`, joins and groups keep to it.

Views hold whatever a case says they hold, and each case has a moment of its own, so cases of
different policies and moments run together. What a query says of one case is what it says alone;
a test holds the two against each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

from sqlglot import exp

from changeproof.checks.cases import Case
from changeproof.checks.evidence import EVIDENCE_COLUMNS
from changeproof.checks.loader import CheckSet
from changeproof.checks.reading import Rows
from changeproof.ledger.table import TABLES

CASES = "all_cases"
"""`all_cases(case_number, as_of)`."""
ID = "case_number"
_names = count()


def with_cases(statement: exp.Query) -> exp.Query:
    """The query over all cases at once; `case_number` is its last column."""
    carried = statement.copy()
    for part in list(carried.find_all(exp.CTE)):
        for query in _branches(part.this):
            _carry(query)
            query.select(exp.column(ID, _lead(query)).as_(ID), copy=False)
    for query in _branches(carried):
        _carry(query)
        query.select(exp.column(ID, _lead(query)).as_(ID), copy=False)
    return carried


@dataclass
class Together:
    """The evidence of many cases: rows by table or view, each ending with its case's number."""

    cases: list[Case] = field(default_factory=list)
    rows: dict[str, Rows] = field(default_factory=dict)
    given: dict[str, set[int]] = field(default_factory=dict)
    """By view: the cases that say what it holds."""

    @classmethod
    def of(cls, cases: Iterable[Case], checks: CheckSet) -> "Together":
        """Each case's rows, cut at its own moment."""
        all_of = cls(list(cases))
        views = {view.name for view in checks.views}
        all_of.rows[CASES] = [(n, case.as_of) for n, case in enumerate(all_of.cases)]
        for number, case in enumerate(all_of.cases):
            for table, listed in case.rows.items():
                if table in views:
                    all_of.given.setdefault(table, set()).add(number)
                seen = TABLES[table].seen if table in TABLES else None
                place = EVIDENCE_COLUMNS[table].index(seen) if seen else None
                all_of.rows.setdefault(table, []).extend(
                    (*row, number)
                    for row in listed
                    if place is None or row[place] is None or row[place] <= case.as_of
                )
        return all_of


def _branches(query: exp.Expr) -> list[exp.Select]:
    query = query.unnest()
    if isinstance(query, exp.SetOperation):
        return [*_branches(query.this), *_branches(query.expression)]
    assert isinstance(query, exp.Select), query
    return [query]


def _lead(select: exp.Select) -> str:
    return str((select.args.get("from_") or select.args["from"]).this.alias_or_name)


def _sources(select: exp.Select) -> set[str]:
    return {_lead(select), *(join.this.alias_or_name for join in select.args.get("joins") or ())}


def _carry(select: exp.Select) -> None:
    """Keep every source of this SELECT, and of the queries within it, to one case."""
    if not (select.args.get("from_") or select.args.get("from")):
        select.from_(f"{CASES} AS own_cases_{next(_names)}", copy=False)
    lead = _lead(select)
    for join in select.args.get("joins") or ():
        assert join.side in ("", "LEFT"), join
        if join.args.get("kind") == "CROSS":
            join.set("kind", None)
        same = exp.column(ID, join.this.alias_or_name).eq(exp.column(ID, lead))
        on = join.args.get("on")
        join.set("on", exp.and_(on, same) if on is not None else same)
    for source in [
        (select.args.get("from_") or select.args["from"]).this,
        *(join.this for join in select.args.get("joins") or ()),
    ]:
        if isinstance(source, exp.Subquery):
            for branch in _branches(source.this):
                _carry(branch)
                branch.select(exp.column(ID, _lead(branch)).as_(ID), copy=False)
    own = [node for node in select.walk() if node.parent_select is select]
    for window in [node for node in own if isinstance(node, exp.Window)]:
        window.append("partition_by", exp.column(ID, lead))
    for query in [node for node in own if isinstance(node, exp.Query) and _is_asked(node, select)]:
        outer = lead
        if query.find_ancestor(exp.Join, exp.Select) is not select:
            # Spark: a question in a join's condition may be about one of the two sides only.
            named = [column.table for column in query.find_all(exp.Column)]
            outer = next(iter(sorted(_sources(select) & set(named))), lead)
        for branch in _branches(query):
            _carry(branch)
            assert _lead(branch) != outer, branch.sql()
            branch.where(exp.column(ID, _lead(branch)).eq(exp.column(ID, outer)), copy=False)
    moments = [node for node in own if isinstance(node, exp.Placeholder)]
    grouped = select.args.get("group") is not None
    counts = any(isinstance(node, exp.AggFunc) and not _in_window(node) for node in own)
    if moments:
        name = f"own_case_{next(_names)}"
        select.join(
            f"{CASES} AS {name}",
            on=exp.column(ID, name).eq(exp.column(ID, lead)),
            copy=False,
        )
        select.args["joins"].insert(0, select.args["joins"].pop())  # what is asked stands behind
        for each in moments:
            each.replace(exp.column("as_of", name))
        if grouped or (counts and not _is_inner(select)):
            select.group_by(exp.column("as_of", name), copy=False)
    if grouped:
        select.group_by(exp.column(ID, lead), copy=False)
    elif counts and not _is_inner(select):
        _count_each_case(select)


def _count_each_case(select: exp.Select) -> None:
    """One row a case, as a count over everything gives one even where there is nothing."""
    counted, each = f"counted_{next(_names)}", f"each_case_{next(_names)}"
    inner = select.copy()
    for name in ("with", "with_"):
        inner.args.pop(name, None)
    inner.select(exp.column(ID, _lead(inner)).as_(ID), copy=False)
    inner.group_by(exp.column(ID, _lead(inner)), copy=False)
    columns = []
    for one in select.expressions:
        column: exp.Expr = exp.column(one.alias_or_name, counted)
        if isinstance(one.unalias(), exp.Count):
            column = exp.func("COALESCE", column, exp.Literal.number(0))
        columns.append(exp.alias_(column, one.alias_or_name))
    for name in ("joins", "where", "group"):
        select.set(name, None)
    select.set("expressions", columns)
    select.from_(f"{CASES} AS {each}", copy=False)
    same = exp.column(ID, counted).eq(exp.column(ID, each))
    select.join(inner.subquery(counted), on=same, join_type="left", copy=False)


def _is_inner(select: exp.Select) -> bool:
    """Whether it is a question within an expression, which its `where` keeps to one case."""
    node: exp.Expr = select
    while node.parent is not None and isinstance(node, exp.Query | exp.Subquery):
        node = node.parent
    return not isinstance(node, exp.CTE | exp.From | exp.Join) and node is not select.root()


def _is_asked(query: exp.Query, select: exp.Select) -> bool:
    """Whether a query inside this SELECT is a question in an expression, and its outermost."""
    parent = query.parent
    while isinstance(parent, exp.Subquery):
        parent = parent.parent
    return query is not select and not isinstance(
        parent, exp.From | exp.Join | exp.CTE | exp.SetOperation | exp.Query
    )


def _in_window(node: exp.Expr) -> bool:
    return isinstance(node.parent, exp.Window)
