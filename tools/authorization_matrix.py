"""`python -m tools.authorization_matrix`: write docs/authorization.md out of the code.

Its test compares the page with what this writes, and the server with what the page says.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.django_instance import begin_instance

if TYPE_CHECKING:
    from changeproof.site.routes import Route

PAGE = Path(__file__).resolve().parents[1] / "docs" / "authorization.md"

_HEAD = """\
# Who may do what

Written by `python -m tools.authorization_matrix` out of the code; a test holds the server to it,
with every role at every address. Whoever is not signed in is sent to the sign-in page, or gets 401
from the API; whoever may not gets 403, with the reason and who may.

Roles are held on all systems or on one, from a day and until one. *On some system* means that
the role on one system is enough to come in: what is shown and what can be decided is then of that
system alone. Roles are events: given, taken and checked against the log like all evidence.

*Seat* is an auditor's seat without any role: what it lets into shows the changes of its period and
systems alone, and nothing after its end ([auditors.md](auditors.md)).
"""


def matrix() -> str:
    """The page, in Markdown. Django must be set up."""
    from changeproof.accounts.vocabulary import ROLE_PERMISSIONS, ROLES, Permission
    from changeproof.site.routes import routes
    from changeproof.workflow.rulings import DECISIONS

    known = routes()
    pages = [route for route in known if route.room == "web" and route.admission is not None]
    operations = [route for route in known if route.method]
    others = [route for route in known if route.room == "sign-in" or route.admission is None]
    parts = [
        _HEAD,
        "## What each role may\n",
        _table(
            ("", *(role.replace("_", " ") for role in ROLES)),
            (
                (f"`{permission}`", *(_mark(permission in ROLE_PERMISSIONS[r]) for r in ROLES))
                for permission in Permission
            ),
        ),
        "## Decisions on a change\n",
        "Asked before the button is shown, and again when it is pressed. *Own*: who requested,"
        " wrote, co-wrote or pushed it, with whatever account.\n",
        _table(
            ("decision", "needs", "on one's own change", "on a closed change"),
            (
                (
                    decision.verb,
                    f"`{decision.permission}` on each system of the change",
                    "no" if decision.needs_second_person else "yes",
                    "no" if decision.closed_stops else "yes",
                )
                for decision in DECISIONS
            ),
        ),
        "## Pages\n",
        _table(
            ("page", "lets in", *(role.replace("_", " ") for role in ROLES), "seat"),
            (
                (
                    f"`/{r.path}`",
                    r.lets_in,
                    *(_mark(role in r.roles) for role in ROLES),
                    _mark(r.lets_in_seats),
                )
                for r in pages
            ),
        ),
        "## The API\n",
        _table(
            ("operation", "lets in", *(role.replace("_", " ") for role in ROLES), "seat"),
            (
                (
                    f"`{r.method} /{r.path}`",
                    r.lets_in,
                    *(_mark(role in r.roles) for role in ROLES),
                    _mark(r.lets_in_seats),
                )
                for r in operations
            ),
        ),
        "## Sign-in, one's own account, what is open\n",
        _table(
            ("address", "lets in"),
            ((f"`/{r.path}`", r.lets_in) for r in others if leads_somewhere(r)),
        ),
    ]
    return "\n".join(parts)


def leads_somewhere(route: "Route") -> bool:
    """Whether it is more than an address that answers 404, or that such a one stands before."""
    from changeproof.accounts.urls import CLOSED

    closed = tuple(f"account/{word}" for word in CLOSED)
    return not route.path.startswith(("^", *closed)) and "^" not in route.path


def _mark(holds: bool) -> str:
    return "✓" if holds else "·"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(_lines(heads, rows)) + "\n"


def _lines(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    begin_instance()
    import django

    django.setup()
    PAGE.write_text(matrix(), encoding="utf-8")
