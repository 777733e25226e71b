"""Configuration items as they stand: what was approved, what was seen last, what is proposed."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar

from changeproof.ledger.baselines import Baseline, BaselineProposal
from changeproof.ledger.item_contents import (
    FieldDifference,
    ItemContent,
    differences,
    read_fields,
    shown,
)
from changeproof.ledger.production_acts import AuthorizedItem
from changeproof.ledger.store import Store

Stated = TypeVar("Stated", Baseline, BaselineProposal)
CHECK = "cc8_1/12_baseline"
_NAMES = (
    "SELECT item, system, environment FROM baseline"
    " UNION SELECT named_item, system, environment FROM observed_state WHERE digest IS NOT NULL"
    " UNION SELECT item, system, environment FROM production_act"
    " WHERE item IS NOT NULL AND automatic = 0"
)
_SEEN = (
    "SELECT named_item AS item, digest, observed_at AS seen_at, NULL AS account, event"
    " FROM observed_state WHERE digest IS NOT NULL AND observed_at IS NOT NULL AND {seen}"
    " UNION ALL SELECT item, after_digest, acted_at, account, event FROM production_act"
    " WHERE automatic = 0 AND after_digest IS NOT NULL AND acted_at IS NOT NULL AND {set}"
)
# A sighting counts where the content is another one than at the sighting before.
_TURNS = (
    "WITH seen AS ({}), placed AS (SELECT item, digest, seen_at, account, event,"
    " LAG(digest) OVER (PARTITION BY item ORDER BY seen_at, event) AS before,"
    " MAX(seen_at) OVER (PARTITION BY item) AS last_at FROM seen)"
    " SELECT item, digest, seen_at, account, event, last_at FROM placed"
    " WHERE before IS NULL OR before <> digest ORDER BY item, seen_at, event"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An item's full name, `system/environment/name`, and where it stands."""

    item: str
    system: str
    environment: str

    @property
    def name(self) -> str:
        """The name within its environment."""
        return self.item.removeprefix(f"{self.system}/{self.environment.lower()}/")


@dataclass(frozen=True, slots=True)
class Turn:
    """From `seen_at` on an item was seen with this content; `account` is whose act set it."""

    digest: str
    seen_at: int
    account: str | None
    event: str


@dataclass(frozen=True, slots=True)
class StandingItem:
    """One item. `turns` are in order of time, `versions` and `proposal` by when they were said."""

    place: Place
    turns: tuple[Turn, ...]
    last_seen_at: int | None
    versions: tuple[Baseline, ...]
    proposal: BaselineProposal | None

    @property
    def observed(self) -> str | None:
        """The digest that was seen last."""
        return self.turns[-1].digest if self.turns else None

    @property
    def approved(self) -> Baseline | None:
        """The baseline that was approved last."""
        return self.versions[-1] if self.versions else None

    @property
    def differs_since(self) -> int | None:
        """Since when what was seen is not what is approved now; None where it is, or unknown.

        Not before that approval: until then another content was good.
        """
        if self.approved is None or self.observed in (None, self.approved.digest):
            return None
        since = None
        for turn in reversed(self.turns):
            if turn.digest == self.approved.digest:
                break
            since = turn.seen_at
        return since if since is None else max(since, self.approved.approved_at or 0)


def places(
    store: Store,
    systems: Collection[str] | None,
    after: str = "",
    most: int = 50,
    verdict: str = "",
) -> list[Place]:
    """The next `most` items after this name, in order of their names; of these systems alone,
    and of those that check 12 judges so."""
    condition, bound = "item > ?", [after]
    if systems is not None:
        among, listed = store.among("system", systems)
        condition, bound = f"{condition} AND {among}", [after, listed]
    if verdict:
        condition += (
            " AND 'item:' || item IN"
            " (SELECT subject FROM finding WHERE check_id = ? AND verdict = ?)"
        )
        bound += [CHECK, verdict]
    rows = store.database.execute(
        f"SELECT item, MIN(system), MIN(environment) FROM ({_NAMES}) AS named"
        f" WHERE {condition} GROUP BY item ORDER BY item LIMIT {int(most)}",
        bound,
    )
    return [Place(str(item), str(system), str(environment)) for item, system, environment in rows]


def counts(store: Store, systems: Collection[str] | None) -> dict[str, int]:
    """How many items check 12 judges so, by verdict; of these systems alone."""
    condition, bound = "f.check_id = ?", [CHECK]
    if systems is not None:
        among, listed = store.among("s.system", systems)
        condition, bound = f"{condition} AND {among}", [CHECK, listed]
    rows = store.database.execute(
        "SELECT f.verdict, COUNT(*) FROM finding AS f"
        " JOIN subject_judged AS s ON s.subject = f.subject"
        f" WHERE {condition} GROUP BY f.verdict",
        bound,
    )
    return {str(verdict): int(number) for verdict, number in rows}


def place_of(store: Store, item: str) -> Place | None:
    """Where the item of this full name stands; None where nothing on record is called so."""
    rows = store.database.execute(
        f"SELECT item, MIN(system), MIN(environment) FROM ({_NAMES}) AS named"
        " WHERE item = ? GROUP BY item",
        [item],
    )
    return next((Place(*(str(cell) for cell in row)) for row in rows), None)


def standing_items(store: Store, wanted: Iterable[Place]) -> list[StandingItem]:
    """How these items stand, in this order; three queries however many there are."""
    asked = list(wanted)
    names = [place.item for place in asked]
    versions = _by_item(store.by(Baseline, "item", names))
    proposals = _by_item(store.by(BaselineProposal, "item", names))
    turns, last = _turns(store, names)
    return [
        StandingItem(
            place,
            tuple(turns[place.item]),
            last.get(place.item),
            tuple(versions[place.item]),
            _waiting(proposals[place.item], versions[place.item]),
        )
        for place in asked
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is approved of an item, held against what was seen of it last, field by field."""

    found: tuple[FieldDifference, ...] = ()
    why_not: str = ""
    """Why they cannot be compared; empty where they can."""


def compared(
    store: Store, each: StandingItem, texts: Callable[[Iterable[str]], dict[str, str]]
) -> Compared:
    """The fields of an item that differ; `texts` reads contents by their digests."""
    if each.approved is None or each.observed is None:
        return Compared(why_not="nothing is approved of it, or nothing was seen")
    if each.observed == each.approved.digest:
        return Compared()
    digests = (each.approved.digest, each.observed)
    kept = {
        row.digest: row.fields
        for row in store.by(ItemContent, "item", [each.place.item])
        if row.digest in digests
    }
    said = texts(kept.values())
    before, after = (read_fields(said.get(kept.get(digest, ""))) for digest in digests)
    if before is None or after is None:
        which = "approved" if before is None else "seen last"
        return Compared(
            why_not=f"of what is {which} only the digest is known: its source told no fields, or"
            " they were erased since"
        )
    return Compared(tuple(differences(before, after)))


def held_fields(
    store: Store, item: str, digest: str, texts: Callable[[Iterable[str]], dict[str, str]]
) -> dict[str, str]:
    """What an item holds with this content, by field, in words; empty where no fields are kept."""
    kept = [row.fields for row in store.by(ItemContent, "item", [item]) if row.digest == digest]
    said = read_fields(texts(kept).get(kept[0])) if kept else None
    return {name: shown(value) for name, value in sorted((said or {}).items())}


def explanations(store: Store, each: StandingItem) -> dict[str, str]:
    """The change that was authorized to set the item to each of these digests, where one was; who
    may explain what is for the check to say."""
    rows = sorted(
        store.by(AuthorizedItem, "item", [each.place.item]),
        key=lambda row: (row.authorized_at or 0, row.event),
        reverse=True,
    )
    return {row.after_digest: row.change_name for row in rows if row.after_digest and row.account}


def _turns(store: Store, names: Collection[str]) -> tuple[dict[str, list[Turn]], dict[str, int]]:
    found: dict[str, list[Turn]] = defaultdict(list)
    last: dict[str, int] = {}
    seen, listed = store.among("named_item", names)
    acted, _ = store.among("item", names)
    rows = store.database.execute(
        _TURNS.format(_SEEN.format(seen=seen, set=acted)), [listed, listed]
    )
    for item, digest, seen_at, account, event, last_at in rows:
        found[item].append(Turn(digest, seen_at, account, event))
        last[item] = last_at
    return found, last


def _by_item(rows: list[Stated]) -> dict[str, list[Stated]]:
    found: dict[str, list[Stated]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.stated_at, row.event)):
        found[row.item].append(row)
    return found


def _waiting(
    proposals: list[BaselineProposal], versions: list[Baseline]
) -> BaselineProposal | None:
    """The last proposal, unless somebody approved a baseline since."""
    if not proposals:
        return None
    last = proposals[-1]
    answered = any(row.stated_at >= last.stated_at for row in versions)
    return None if answered else last
