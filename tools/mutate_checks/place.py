"""Where in a statement something stands, in words that survive an edit elsewhere in the file."""

from sqlglot import exp

_CLAUSES = {"where": "where", "group": "group", "order": "order", "having": "having"}


def place_of(node: exp.Expr) -> str:
    """`told.reason`, `told.join a`, `worst.where`; the last query of a file is `main`."""
    part, clause, branch = "main", "", ""
    child = node
    while child.parent is not None:
        parent = child.parent
        if isinstance(parent, exp.Select):
            clause = _clause(child)  # the outermost one counts: what lies within it is its own
            branch = ""
        elif isinstance(parent, exp.Union):
            branch = ("2" if child.arg_key == "expression" else "1") + branch
        if isinstance(parent, exp.CTE):
            part = parent.alias
            break
        child = parent
    return f"{part}{f'[{branch}]' if branch else ''}{f'.{clause}' if clause else ''}"


def part_of(place: str) -> str:
    """The name of the query that a place is in."""
    return place.partition(".")[0].partition("[")[0]


def _clause(child: exp.Expr) -> str:
    if isinstance(child, exp.Join):
        return f"join {child.this.alias_or_name}"
    if child.arg_key == "expressions":
        return child.alias_or_name or "select"
    return _CLAUSES.get(str(child.arg_key), str(child.arg_key).rstrip("_"))


def line_of(node: exp.Expr) -> int:
    """The first line of what it is made of; 0 where the parser kept none."""
    lines = [each.meta["line"] for each in node.walk() if "line" in each.meta]
    return min(lines, default=0)
