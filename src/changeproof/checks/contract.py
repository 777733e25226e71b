"""What a check may read and say: evidence tables, views, functions, and five columns out.

One text runs on DuckDB and SQLite, so it stays within what both answer alike. What differs
silently (LIKE and case, casts of floats, division) or cannot be replayed (clocks, chance) is
refused with the line and a cure.
"""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.optimizer.qualify import qualify

from changeproof.checks.judged import BASES
from changeproof.events.refusal import Refusal

OUTPUT = ("subject", "verdict", "basis", "reason", "evidence")

_FUNCTIONS = frozenset(
    (
        *("COALESCE", "COUNT", "MIN", "MAX", "SUM", "LENGTH", "SUBSTR", "SUBSTRING", "LOWER"),
        *("UPPER", "ABS", "NULLIF", "REPLACE", "ROW_NUMBER", "LEAD", "LAG", "FIRST_VALUE"),
        *("GROUP_CONCAT", "STRING_AGG", "LISTAGG", "CAST", "CASE", "IF", "AND", "OR", "EXISTS"),
        *("UTC", "TRIM"),
    )
)
_CLOCKS = (
    exp.CurrentTimestamp,
    exp.CurrentDate,
    exp.CurrentTime,
    exp.CurrentDatetime,
)
_CLOCK_NAMES = frozenset(("NOW", "TODAY", "GET_CURRENT_TIMESTAMP"))
_CHANCES = (exp.Rand, exp.Uuid)
_CHANCE_NAMES = frozenset(("GEN_RANDOM_UUID", "RANDOM"))
_DEEPEST = 400  # SQLite plans an expression of up to 1,000
_CASTS = frozenset((exp.DataType.Type.BIGINT, exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR))


def parsed(sql: str, file: str, what: str = "The check was not loaded.") -> exp.Query:
    """The one SELECT of a file. Raises Refusal with file and line."""
    try:
        statements = [each for each in parse(sql, read="duckdb") if each is not None]
        deepest = max((_depth(each) for each in statements), default=0)
    except RecursionError:
        deepest = _DEEPEST + 1
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        why = f"it is no SQL that we can read: {first.get('description', error)}"
        near = first.get("highlight")
        cure = f"Mend the SQL at `{near[:40]}`." if near else "Mend the SQL."
        raise _refused(what, file, int(first.get("line") or 1), why, cure) from error
    if deepest > _DEEPEST:
        why = f"it is too deep: expressions within expressions, more than {_DEEPEST} of them"
        raise _refused(what, file, 1, why, "Take it apart into WITH parts.")
    if len(statements) != 1:
        why = f"it holds {len(statements)} statements"
        raise _refused(what, file, 1, why, "Keep one SELECT in the file.")
    statement = statements[0]
    if not isinstance(statement, exp.Query):
        why = f"its statement is {statement.key.upper()}"
        raise _refused(what, file, 1, why, "A check only reads: write one SELECT.")
    return statement


def _depth(statement: exp.Expr) -> int:
    """How many nodes stand in one another at most; counted without a call in a call."""
    deepest, level = 0, [statement]
    while level:
        deepest += 1
        level = [child for node in level for child in node.iter_expressions()]
    return deepest


def examine(statement: exp.Query, file: str, what: str = "The check was not loaded.") -> None:
    """Refuse what engines answer differently or what cannot be replayed."""
    for node in statement.walk():
        said = _objection(node)
        if said is not None:
            raise _refused(what, file, line_of(node), *said)


def _objection(node: exp.Expr) -> tuple[str, str] | None:
    called = node.name.upper() if isinstance(node, exp.Anonymous) else ""
    if isinstance(node, _CLOCKS + _CHANCES) or called in _CLOCK_NAMES | _CHANCE_NAMES:
        chance = isinstance(node, _CHANCES) or called in _CHANCE_NAMES
        why = f"{node.sql('duckdb')} gives another answer each time"
        if chance:
            return why, "Leave it out: the same evidence gives the same answer."
        return why, "Compare with :as_of, the moment for which is judged."
    if isinstance(node, exp.With) and node.recursive:
        return "WITH RECURSIVE may never end", "Write the steps out, each a WITH part."
    if isinstance(node, exp.Like | exp.ILike | exp.SimilarTo | exp.RegexpLike):
        why = "engines differ in how LIKE treats upper and lower case"
        return why, "Compare with = or SUBSTR, after LOWER where case makes no difference."
    if isinstance(node, exp.Div | exp.IntDiv):
        why = "engines differ in what a division of integers gives"
        return why, "Compare products, or subtract the rest: a - a % b."
    if isinstance(node, exp.Cast) and node.to.this not in _CASTS:
        why = f"engines differ in how they cast to {node.to.sql('duckdb')}"
        return why, "Cast to BIGINT or VARCHAR only."
    if isinstance(node, exp.Placeholder) and node.name != "as_of":
        return f":{node.name} is no parameter", "The only parameter is :as_of."
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        return "* hides which columns are read", "Name the columns."
    if isinstance(node, exp.Limit | exp.Offset | exp.TableSample):
        return "LIMIT keeps rows by chance", "Use ROW_NUMBER() with an order that leaves no tie."
    if isinstance(node, exp.Literal) and not node.is_string and not node.is_int:
        return f"{node.name} is no whole number", "Use integers; times are microseconds."
    if isinstance(node, exp.Func):
        name = node.name.upper() if isinstance(node, exp.Anonymous) else node.sql_name()
        if name not in _FUNCTIONS:
            cure = f"Use only: {', '.join(sorted(_FUNCTIONS - {'AND', 'OR', 'IF', 'LISTAGG'}))}."
            return f"{name} is not on every engine, or not the same on all", cure
    return None


def columns_out(statement: exp.Query) -> tuple[str, ...]:
    """The names of the columns that a SELECT gives."""
    return tuple(statement.named_selects)


def require_output(statement: exp.Query, file: str) -> None:
    """A check gives exactly the five columns, in this order."""
    if columns_out(statement) != OUTPUT:
        why = f"its columns are {', '.join(columns_out(statement)) or 'unnamed'}"
        cure = f"Select: {', '.join(OUTPUT)}."
        raise _refused("The check was not loaded.", file, 1, why, cure)


def require_words(statement: exp.Query, file: str, verdicts: Collection[str]) -> None:
    """Verdict and basis, where they are written out, are words that a finding can have."""
    for select in _branches(statement):
        told = dict(zip(OUTPUT, select.expressions, strict=False))
        for name, words in (("verdict", verdicts), ("basis", BASES)):
            for node in _written(told[name].unalias()):
                if isinstance(node, exp.Null) or (node.is_string and node.name not in words):
                    why = f"`{node.name or 'NULL'}` is no {name}"
                    cure = f"Write one of: {', '.join(words)}."
                    raise _refused("The check was not loaded.", file, line_of(node), why, cure)


def _branches(query: exp.Expr) -> Iterator[exp.Select]:
    """The SELECTs whose rows a query gives, as a UNION puts them together."""
    if isinstance(query, exp.Select):
        yield query
    elif isinstance(query, exp.SetOperation):
        yield from _branches(query.left)
        yield from _branches(query.right)
    elif isinstance(query, exp.Subquery):
        yield from _branches(query.this)


def _written(node: exp.Expr) -> Iterator[exp.Expr]:
    """The literals that an expression may give."""
    if isinstance(node, exp.Case):
        for each in node.args["ifs"]:
            yield from _written(each.args["true"])
        yield from _written(node.args.get("default") or exp.Null())
    elif isinstance(node, exp.Coalesce):
        yield from (each for each in node.expressions if not isinstance(each, exp.Null))
    elif isinstance(node, exp.Paren):
        yield from _written(node.this)
    elif isinstance(node, exp.Literal | exp.Null):
        yield node


def tables_read(statement: exp.Query) -> set[str]:
    """Names of tables and views that a statement reads, without its own WITH parts."""
    own = {part.alias for part in statement.find_all(exp.CTE)}
    return {table.name for table in statement.find_all(exp.Table)} - own


def columns_named(statement: exp.Query) -> set[str]:
    """Every column name that occurs: what must be there, and perhaps more."""
    return {column.name for column in statement.find_all(exp.Column)}


def reads_as_of(statement: exp.Query) -> bool:
    """Whether a statement depends on the moment of judging."""
    return any(node.name == "as_of" for node in statement.find_all(exp.Placeholder))


def resolve(
    statement: exp.Query,
    schema: Mapping[str, tuple[str, ...]],
    file: str,
    what: str = "The check was not loaded.",
) -> exp.Expr:
    """The statement with every column's table. Refuse a table or column that is not there."""
    own = {part.alias for part in statement.find_all(exp.CTE)}
    for part in statement.find_all(exp.CTE):
        if part.alias in schema:
            why = f"its WITH part `{part.alias}` has the name of a table or view"
            cure = "Give it another name: whoever reads it must know which of the two is meant."
            raise _refused(what, file, line_of(part), why, cure)
    for table in statement.find_all(exp.Table):
        if table.name not in schema and table.name not in own:
            why = f"there is no table or view `{table.name}`"
            cure = _meant(table.name, schema, "Read")
            raise _refused(what, file, line_of(table), why, cure)
    described: dict[str, Any] = {
        name: dict.fromkeys(columns, "TEXT") for name, columns in schema.items()
    }
    try:
        return qualify(
            statement.copy(), schema=described, dialect="duckdb", quote_identifiers=False
        )
    except SqlglotError as error:
        raise _unresolved(statement, schema, file, what, str(error).splitlines()[0]) from error


def _unresolved(
    statement: exp.Query, schema: Mapping[str, tuple[str, ...]], file: str, what: str, text: str
) -> Refusal:
    """The column that is not there, with its line and the one that was meant."""
    known = {column for columns in schema.values() for column in columns}
    line = 1
    for column in statement.find_all(exp.Column):
        table = _table_of(column)
        if table in schema and column.name not in schema[table]:
            why = f"`{table}` has no column `{column.name}`"
            return _refused(what, file, line_of(column), why, _meant(column.name, schema[table]))
        if f"'{column.name}'" in text or f'"{column.name}"' in text:
            line = line_of(column)
            break
        if column.name not in known:
            line = line_of(column)
    cure = "Name each column with its table, as the contract lists them."
    return _refused(what, file, line, text, cure)


def _table_of(column: exp.Column) -> str:
    """The table or view whose alias a column is written with, looked for outwards; else ""."""
    select = column.parent_select
    while select is not None and column.table:
        places = [
            select.args.get("from_") or select.args.get("from"),
            *select.args.get("joins", []),
        ]
        for place in places:
            if place is not None and place.this.alias_or_name == column.table:
                return place.this.name if isinstance(place.this, exp.Table) else ""
        select = select.parent_select
    return ""


def _meant(name: str, known: Collection[str], verb: str = "Name") -> str:
    near = get_close_matches(name, known, n=1)
    listed = f"{verb} one of: {', '.join(sorted(known))}."
    return f"Did you mean `{near[0]}`? {listed}" if near else listed


def line_of(node: exp.Expr) -> int:
    """The line on which a node stands, or the nearest that the parser noted."""
    nearest: exp.Expr | None = node
    while nearest is not None:
        for candidate in nearest.walk():
            line = candidate.meta.get("line")
            if line:
                return int(line)
        nearest = nearest.parent
    return 1


def _refused(what: str, file: str, line: int, why: str, cure: str) -> Refusal:
    return Refusal(what, where=f"{file}, line {line}", why=why, cure=cure)
