"""This product's own settings as they stood after each act on them: policy, sources, routes, roles.

Only what the log says: secrets are in none of it, and people stand as their accounts.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from changeproof.ledger.connections import AlertRouting, ConnectionAct
from changeproof.ledger.group_roles import GroupRole, GroupRoleAdoption, GroupRoleEnd
from changeproof.ledger.people import RoleGrant, RoleRevocation
from changeproof.ledger.policies import PolicyInForce, PolicyParameter, PolicyRule
from changeproof.ledger.service import Ledger

OURS = "changeproof"
"""The system of our own settings."""
EVERYWHERE = "every system"


@dataclass(frozen=True, slots=True)
class Setting:
    """An item with the fields that it has from `at` on; the event `because` brought them. Where
    it has a `digest` of its own, `kept` addresses its fields, and `fields` says nothing."""

    item: str
    fields: dict[str, Any]
    at: int
    because: str
    digest: str | None = None
    kept: str | None = None


def own_settings(ledger: Ledger, moment: int) -> Iterator[Setting]:
    """Each state of each item, oldest first; what comes into force later than `moment` is not
    there yet."""
    yield from _policies(ledger, moment)
    yield from _sources(ledger)
    yield from _routes(ledger)
    yield from _roles(ledger)


def _policies(ledger: Ledger, moment: int) -> Iterator[Setting]:
    store = ledger.store
    for row in sorted(store.all(PolicyInForce), key=lambda row: row.policy_version):
        at = max(row.in_force_from, row.stated_at)
        if at > moment:
            continue
        version = [row.policy_version]
        fields: dict[str, Any] = {"version": row.policy_version}
        for value in _in_order(store.by(PolicyParameter, "policy_version", version)):
            fields.setdefault(value.parameter, []).append(value.value)
        for part in store.by(PolicyRule, "policy_version", version):
            name = f"{part.rule} {part.number}: {part.part}"
            fields.setdefault(name, []).append(part.value)
        said = {
            name: ", ".join(sorted(value)) if isinstance(value, list) else value
            for name, value in fields.items()
        }
        yield Setting("settings/policy", said, at, row.event)


def _in_order(rows: list[PolicyParameter]) -> list[PolicyParameter]:
    return sorted(rows, key=lambda row: (row.parameter, row.position))


def _sources(ledger: Ledger) -> Iterator[Setting]:
    """What is connected by which road, and what it is asked for."""
    rows = sorted(ledger.store.all(ConnectionAct), key=lambda row: (row.stated_at, row.event))
    texts = ledger.texts(row.options for row in rows if row.options)
    standing: dict[str, Any] = {}
    for row in rows:
        name = f"{row.road}: {row.connection}"
        if row.act == "connected":
            options = _read(texts.get(row.options or ""), row.options)
            standing[name] = {"kind": row.kind, "address": row.address, "asked for": options}
        elif row.act == "disconnected":
            standing.pop(name, None)
        else:
            continue  # a renewed secret is no other setting
        yield Setting("settings/sources", dict(standing), row.stated_at, row.event)


def _routes(ledger: Ledger) -> Iterator[Setting]:
    rows = sorted(ledger.store.all(AlertRouting), key=lambda row: (row.stated_at, row.event))
    texts = ledger.texts(row.routing for row in rows)
    for row in rows:
        said = _read(texts.get(row.routing), row.routing)
        fields = said if isinstance(said, dict) else {"routing": said}
        yield Setting("settings/routes", fields, row.stated_at, row.event)


def _roles(ledger: Ledger) -> Iterator[Setting]:
    """Who holds which role, on all systems or one; and which groups of a directory give one."""
    store = ledger.store
    named = {row.mapping: row for row in store.all(GroupRole)}
    acts: list[tuple[int, str, str, str, bool]] = []
    for grant in store.all(RoleGrant):
        name = f"{grant.account}: {grant.role}"
        acts.append((grant.stated_at, grant.event, name, grant.system or EVERYWHERE, True))
    for end in store.all(RoleRevocation):
        name = f"{end.account}: {end.role}"
        acts.append((end.stated_at, end.event, name, end.system or EVERYWHERE, False))
    of_groups: list[GroupRoleAdoption | GroupRoleEnd] = [
        *store.all(GroupRoleAdoption),
        *store.all(GroupRoleEnd),
    ]
    for row in of_groups:
        mapping = named.get(row.mapping)
        if mapping is not None:
            name = f"group {mapping.provider}/{mapping.group_name}: {mapping.role}"
            given = isinstance(row, GroupRoleAdoption)
            acts.append((row.stated_at, row.event, name, mapping.system or EVERYWHERE, given))
    standing: dict[str, set[str]] = {}
    for _, _, name, system, given in sorted(acts):
        held = standing.setdefault(name, set())
        if given:
            held.add(system)
        else:
            held.discard(system)
    if acts:
        # As it stands now, once: a directory brings thousands of people, each act with all of them.
        at, because, *_ = max(acts)
        fields = {each: ", ".join(sorted(on)) for each, on in standing.items() if on}
        yield Setting("settings/roles", fields, at, because)


def _read(text: str | None, digest: str | None) -> Any:
    """What a kept text says; its digest where it is no longer kept."""
    if text is None:
        return digest
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return digest
