"""Lists that a source does not let us read, as the record says it: refused, and not read since."""

from changeproof.ledger.retrievals import RefusedList
from changeproof.ledger.service import Ledger
from changeproof.web.pages.sources_page import HiddenList
from changeproof.web.readings.entries import linked, read_links, source_name

_NOT_READ_SINCE = (
    "SELECT event FROM refused_list AS r WHERE NOT EXISTS (SELECT 1 FROM retrieval AS t"
    " WHERE t.scope = r.scope AND t.items = r.items AND t.retrieved_at > r.refused_at)"
)


def read_hidden_lists(held: Ledger) -> tuple[HiddenList, ...]:
    """The latest refusal of each list that was not read since, by what it is of."""
    events = [str(each[0]) for each in held.database.execute(_NOT_READ_SINCE)]
    rows = sorted(held.store.by(RefusedList, "event", events), key=lambda row: row.refused_at)
    latest = {(row.scope, row.items): row for row in rows}
    links = read_links(held, {row.event for row in latest.values()})
    names = dict(held.database.execute("SELECT repository, name FROM repository"))
    return tuple(
        HiddenList(
            scope=names.get(row.scope, source_name(row.scope)),
            items=row.items,
            since=row.refused_at,
            why=row.reason,
            cure=row.cure,
            entry=next(iter(linked(links, [row.event])), None),
        )
        for _, row in sorted(latest.items())
    )
