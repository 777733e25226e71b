"""Which cases an address asks for: the list, its file, and what is done to several of them."""

from collections.abc import Mapping
from typing import Any, cast

from changeproof.checks.loader import checks_of_severity
from changeproof.ledger.cases_listed import SEVERITY, CaseFilter

_STATES = ("open", "ended", "all")


def asked_cases(said: Mapping[str, str]) -> CaseFilter:
    """The filter; what is no choice of it narrows nothing."""
    state, severity = said.get("state", "open"), said.get("severity", "")
    severity = severity if severity in SEVERITY else ""
    return CaseFilter(
        cast(Any, state if state in _STATES else "open"),
        said.get("check", "")[:200],
        said.get("system", "")[:200],
        said.get("owner", "")[:200],
        said.get("subject", "")[:500],
        severity,
        checks_of_severity(severity),
    )
