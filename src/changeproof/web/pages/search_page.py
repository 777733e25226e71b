"""What a search found: changes as the list shows them, and the other things by that name."""

from dataclasses import dataclass

from changeproof.web.pages.changes_page import ChangesPage


@dataclass(frozen=True)
class Item:
    """A thing with a page of its own; `note` says where it stands."""

    name: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Things of one kind."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class SearchPage:
    """`search.html`."""

    changes: ChangesPage
    groups: tuple[Group, ...] = ()
