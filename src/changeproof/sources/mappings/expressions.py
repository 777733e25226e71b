"""JMESPath (jmespath.org) over a payload. An expression that finds nothing gives None."""

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from changeproof.sources.delivery import MalformedPayload

_PLAIN = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*", re.ASCII)
"""Names and dots: most expressions are no more, and are followed faster without the library."""


@lru_cache(maxsize=8_192)  # the library keeps 128, and a few mappings have more
def _compiled(expression: str) -> Callable[[Any], Any]:
    if _PLAIN.fullmatch(expression):
        return partial(_step_by_step, tuple(expression.split(".")))
    found: Callable[[Any], Any] = jmespath.compile(expression).search
    return found


def _step_by_step(names: tuple[str, ...], value: Any) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def fault_of(expression: str) -> str | None:
    """Why an expression cannot be read; None where it can."""
    try:
        _compiled(expression)
    except JMESPathError as error:
        return str(error).partition("\n")[0]
    return None


def find(expression: str, scope: Any, where: str) -> Any:
    """What it finds. Raises MalformedPayload where a function is given what it cannot take."""
    try:
        return _compiled(expression)(scope)
    except (JMESPathError, RecursionError, TypeError) as error:
        raise MalformedPayload(f"`{expression}` cannot be followed", where=where) from error


def holds(expression: str, scope: Any, where: str) -> bool:
    """Whether it says `true`: nothing else is taken for a yes."""
    return find(expression, scope, where) is True
