"""Changes that no evidence can tell apart, seen from the text alone: they are no mutants."""

from sqlglot import exp


def changes_nothing(node: exp.Expr, change: exp.Expr | tuple[str, object]) -> bool:
    """Whether the statement means the same afterwards, whatever the tables hold."""
    if isinstance(change, tuple):
        argument, value = change
        if isinstance(node, exp.Case) and argument == "ifs" and isinstance(value, list):
            dropped = next(each for each in node.args["ifs"] if not _holds(value, each))
            return _falls_to_the_same(dropped) or _decides_nothing(node)
        if argument == "distinct" and isinstance(node.parent, exp.Exists | exp.In):
            return True
        return _decides_nothing(node)
    return (
        _decides_nothing(node)
        or _selected_by_exists(node)
        or _keeps_the_order(node, change)
        or _null_is_as_false(node)
        or _counted(node)
    )


def _holds(listed: list[exp.Expr], one: exp.Expr) -> bool:
    return any(each is one for each in listed)


def _falls_to_the_same(branch: exp.Expr) -> bool:
    """A branch of a CASE without which the CASE gives what it gives with it."""
    case = branch.parent
    assert isinstance(case, exp.Case)
    default = case.args.get("default") or exp.Null()
    ifs = case.args["ifs"]
    after = ifs[[each is branch for each in ifs].index(True) :]
    of_a_value = case.this is not None and all(isinstance(e.this, exp.Literal) for e in ifs)
    return all(each.args["true"] == default for each in ([branch] if of_a_value else after))


def _decides_nothing(node: exp.Expr) -> bool:
    """Within the condition of such a branch."""
    child: exp.Expr = node
    while child.parent is not None:
        parent = child.parent
        within = isinstance(parent, exp.If) and child.arg_key == "this"
        if within and isinstance(parent.parent, exp.Case) and _falls_to_the_same(parent):
            return True
        child = parent
    return False


def _selected_by_exists(node: exp.Expr) -> bool:
    """EXISTS (SELECT 1 …) does not look at the 1."""
    return isinstance(node.parent, exp.Select) and isinstance(node.parent.parent, exp.Exists)


def _counted(node: exp.Expr) -> bool:
    """COUNT(CASE WHEN … THEN 1 END) counts a 2 as it counts a 1."""
    case = node.parent.parent if isinstance(node.parent, exp.If) else None
    return (
        isinstance(node, exp.Literal)
        and node.arg_key == "true"
        and isinstance(case, exp.Case)
        and isinstance(case.parent, exp.Count)
    )


def _keeps_the_order(node: exp.Expr, change: exp.Expr) -> bool:
    """One more in the numbers that a CASE sorts by, where none stands there already."""
    branch = node.parent
    case = branch.parent if isinstance(branch, exp.If) else branch
    if not (isinstance(case, exp.Case) and isinstance(case.parent, exp.Ordered)):
        return False
    if node.arg_key not in ("true", "default"):
        return False
    results = [each.args["true"] for each in case.args["ifs"]]
    results.append(case.args.get("default") or exp.Null())
    numbers = [each for each in results if isinstance(each, exp.Literal) and each.is_int]
    return (
        len(numbers) == len(results)
        and change not in numbers
        and sum(1 for each in numbers if each == node) == 1
    )


def _null_is_as_false(node: exp.Expr) -> bool:
    """`COALESCE(x, 0) = 1` as a condition is what `x = 1` is: neither takes an empty x."""
    if not (isinstance(node, exp.Coalesce) and isinstance(node.parent, exp.EQ)):
        return False
    other = node.parent.expression if node.arg_key == "this" else node.parent.this
    if not (isinstance(other, exp.Literal) and len(node.expressions) == 1):
        return False
    default = node.expressions[0]
    if not isinstance(default, exp.Literal) or default == other:
        return False
    child: exp.Expr = node.parent
    while isinstance(child.parent, exp.And | exp.Or | exp.Paren):
        child = child.parent
    parent = child.parent
    return isinstance(parent, exp.Where | exp.Join) or (
        isinstance(parent, exp.If) and child.arg_key == "this"
    )
