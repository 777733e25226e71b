"""The search over everything that the viewer may see."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from changeproof.accounts.names import names_of
from changeproof.accounts.seats import Sight
from changeproof.ledger.search_words import folded, words_of
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems import SystemRecord
from changeproof.web.counting import thousands
from changeproof.web.pages.change_filter import Filter
from changeproof.web.pages.search_page import Group, Item, SearchPage
from changeproof.web.readings.catalogue import checks_by_id
from changeproof.web.readings.changes_reading import read_changes_page, systems_seen
from changeproof.web.visibility import seen_of
from changeproof.workflow.changes_narrowed import Conditions, limit
from changeproof.workflow.searching import accounts_of_words

MOST = 20
"""Things of one kind that are shown: more of them ask for a longer word."""


def read_search_page(held: Ledger, asked: Filter, sight: Sight) -> SearchPage:
    """What `asked` finds. Beside changes, a text alone finds systems, people and checks too."""
    changes = read_changes_page(held, asked, 1, sight)
    words = [folded(word) for word in words_of(asked.text)]
    if not words or not asked.is_text_alone:
        return SearchPage(changes)
    found = (
        Group(gettext("Systems"), tuple(_systems(held, words, sight))),
        Group(gettext("People"), tuple(_people(held, words_of(asked.text), sight))),
        Group(gettext("Checks"), tuple(_checks(words)) if sight.spans is None else ()),
    )
    return SearchPage(changes, tuple(group for group in found if group.items))


def _systems(held: Ledger, words: Sequence[str], sight: Sight) -> Iterator[Item]:
    known = {row.system: row.owner or "" for row in held.store.all(SystemRecord)}
    names = set(systems_seen(held, sight))
    if sight.spans is None:  # a seat shows the systems of its changes alone
        names |= set(seen_of(sight.systems, known))
    matching = [name for name in sorted(names) if _begins(name, words)]
    for name in matching[:MOST]:
        yield Item(
            name,
            _changes(Filter(system=name)),
            gettext("owned by %(known)s") % {"known": known[name]} if known.get(name) else "",
        )


def _people(held: Ledger, words: Sequence[str], sight: Sight) -> Iterator[Item]:
    """Those with a part in a change that the viewer may see: nobody else is given away."""
    accounts = accounts_of_words(held, words)
    if not accounts:
        return
    seen = Conditions()
    seen.add("s.verdict IS NOT NULL")
    seen.among("p.account", accounts)
    limit(seen, sight, "s.")
    rows = held.database.execute(
        "SELECT p.account, COUNT(*) FROM search_person AS p"
        " JOIN subject_judged AS s ON s.subject = p.subject"
        f" WHERE {seen.sql} GROUP BY p.account ORDER BY 2 DESC, p.account LIMIT ?",
        (*seen.parameters, MOST),
    )
    names = names_of(account for account, _ in rows)
    for account, number in rows:
        yield Item(
            names[account],
            _changes(Filter(person=account)),
            ngettext(
                "%(account)s, a part in %(number)s change",
                "%(account)s, a part in %(number)s changes",
                number,
            )
            % {"account": account, "number": thousands(number)},
        )


def _checks(words: Sequence[str]) -> Iterator[Item]:
    matching = [
        check
        for check in checks_by_id().values()
        if _begins(f"{check.id} {check.matter.title}", words)
    ]
    for check in matching[:MOST]:
        yield Item(check.matter.title, reverse("check", args=[check.id]), check.id)


def _begins(text: str, words: Sequence[str]) -> bool:
    """Whether each of `words` begins some word of the text."""
    stand = words_of(folded(text), most=None)
    return all(any(each.startswith(word) for each in stand) for word in words)


def _changes(asked: Filter) -> str:
    return reverse("changes") + asked.query()
