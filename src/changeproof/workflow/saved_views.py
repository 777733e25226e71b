"""Saved views: a name for filters, for oneself or for everybody. Private state, never evidence.

A view is the query of an address, so a link to what it shows outlives it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl

from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger, now
from changeproof.workflow.models import SavedView

MOST_VIEWS = 50
LONGEST_NAME = 60
LONGEST_QUERY = 2_000


@dataclass(frozen=True, slots=True)
class View:
    """`query` is an address from its question mark on; `account` is whose it is."""

    name: str
    account: str
    query: str
    is_shared: bool

    @property
    def system(self) -> str | None:
        """The one that it narrows to."""
        return dict(parse_qsl(self.query.removeprefix("?"))).get("system")


def save_view(ledger: Ledger, account: str, name: str, query: str, *, shared: bool) -> View:
    """Keep it; one's own view of that name is replaced, so twice is once. Raises Refusal."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        why = "it has no name" if not name else f"a name has {LONGEST_NAME} characters at most"
        raise _refused("name", why, "Call it what you look for: “Mine, not yet in production”.")
    if len(query) > LONGEST_QUERY or len(query) < 2:
        raise _refused("filters", "it shows all changes", "Set a filter first.")
    with ledger.writing():
        own = SavedView.objects.filter(account=account)
        if own.exclude(name=name).count() >= MOST_VIEWS:
            raise _refused("name", f"you have {MOST_VIEWS} views already", "Remove one of them.")
        SavedView.objects.update_or_create(
            account=account,
            name=name,
            defaults={"query": query, "shared": shared, "saved_at": now()},
        )
    return View(name, account, query, shared)


def remove_view(account: str, name: str) -> bool:
    """Forget one's own view; whether there was one."""
    return bool(SavedView.objects.filter(account=account, name=name).delete()[0])


def views_for(account: str) -> list[View]:
    """One's own, and what others share, by name."""
    rows = SavedView.objects.filter(account=account) | SavedView.objects.filter(shared=True)
    ordered = rows.order_by("name", "account")[: 4 * MOST_VIEWS]
    return [View(row.name, row.account, row.query, row.shared) for row in ordered]


def views_known_to(account: str, systems: Collection[str] | None) -> list[View]:
    """The same, as far as whoever sees these systems (None: all) may know: nobody learns from a
    view of somebody else's that a system exists which they may not see."""
    return [
        view
        for view in views_for(account)
        if view.account == account or systems is None or view.system in (None, *systems)
    ]


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The view was not saved.", where=where, why=why, cure=cure)
