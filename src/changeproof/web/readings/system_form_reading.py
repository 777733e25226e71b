"""What the register says of one system, as its form holds it; and what the form offers."""

from collections.abc import Mapping
from dataclasses import dataclass

from changeproof.accounts.callers import Caller
from changeproof.accounts.names import names_of
from changeproof.accounts.permissions import accounts_of_users
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems import EnvironmentRecord
from changeproof.ledger.systems_known import known_systems
from changeproof.ledger.systems_read import described_systems
from changeproof.web.visibility import seen_of


@dataclass(frozen=True)
class OnRecord:
    """`typed` by the form's fields; a row a place, by environment, purpose and boundary. `event`
    is that of the description, empty where nobody described it."""

    typed: Mapping[str, str]
    places: tuple[Mapping[str, str], ...] = ()
    event: str = ""


def read_described(held: Ledger, system: str) -> OnRecord:
    """What is on record of a system by now."""
    places = tuple(
        {
            "environment": row.environment,
            "purpose": row.purpose,
            "boundary": row.boundary or "",
        }
        for row in sorted(
            held.store.by(EnvironmentRecord, "system", [system]), key=lambda row: row.environment
        )
    )
    described = next(iter(described_systems(held.store, [system])), None)
    if described is None:
        return OnRecord({"system": system}, places)
    record = described.record
    typed = {
        "system": system,
        "owner": record.owner or "",
        "in_scope": "yes" if record.in_scope else "no",
        "objectives": "\n".join(described.listed("objective")),
        "data_classes": "\n".join(described.listed("data_class")),
        "categories": "\n".join(described.listed("category")),
        "depends_on": "\n".join(described.listed("depends_on")),
        "version_pattern": record.version_pattern or "",
    }
    return OnRecord(typed, places, record.event)


def owners_to_choose(current: str) -> list[tuple[str, str]]:
    """Everybody who may sign in, by name; and who owns it now, wherever their account is."""
    accounts = {*accounts_of_users(), *([current] if current else [])}
    names = names_of(accounts)
    return sorted(((each, names[each]) for each in accounts), key=lambda one: (one[1], one[0]))


def systems_to_choose(held: Ledger, caller: Caller) -> list[str]:
    """The systems on record that the viewer may see."""
    return seen_of(caller.systems(Permission.CHANGE_READ), known_systems(held.store))
