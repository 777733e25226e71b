"""Which group gives which role, read for the page."""

from collections.abc import Mapping

from changeproof.accounts.callers import Caller
from changeproof.accounts.group_roles import (
    StandingGroupRole,
    group_providers,
    pinned_last,
    standing_group_roles,
)
from changeproof.ledger.group_roles import GroupRole
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_known import known_systems
from changeproof.web.pages.fields import Typed
from changeproof.web.pages.group_roles_page import GroupRolesPage, MappingRow, group_role_fields
from changeproof.web.pages.people_page import HeldRole
from changeproof.web.readings.entries import Links, linked, read_links
from changeproof.workflow.group_roles import may_adopt


def read_group_roles(
    held: Ledger, caller: Caller, moment: int, typed: Typed, wrong: Typed
) -> GroupRolesPage:
    """What is adopted, waits and ended, by name; and what the file on the machine pins."""
    standing = standing_group_roles(held.store)
    providers = group_providers()
    names = {each.account: each.name for each in providers}
    pinned = pinned_last(held.store)
    events = [each.stated.event for each in standing]
    links = read_links(held, [*events, *([pinned.event] if pinned is not None else [])])
    texts = held.texts([each.stated.reason for each in standing if each.stated.reason])

    def may_not(row: GroupRole) -> str:
        return may_adopt(held.store, caller.account, row, moment)

    return GroupRolesPage(
        rows=tuple(_row(each, names, links, texts, may_not(each.stated)) for each in standing),
        pinned=tuple(
            MappingRow(
                provider.name,
                each.group,
                HeldRole(each.role, each.system or "", "", by_group=True).words,
            )
            for provider in providers
            for each in provider.pinned.roles
        ),
        fields=group_role_fields(
            [(each.account, each.name) for each in providers],
            sorted(known_systems(held.store)),
            typed,
            wrong,
        ),
        recorded_as=caller.account,
        noticed_at=pinned.stated_at if pinned is not None else None,
        noticed_entry=next(iter(linked(links, [pinned.event])), None) if pinned else None,
    )


def _row(
    each: StandingGroupRole,
    names: Mapping[str, str],
    links: Links,
    texts: Mapping[str, str],
    barred: str,
) -> MappingRow:
    row, adopted, ended = each.stated, each.adopted, each.ended
    return MappingRow(
        provider=names.get(row.provider, row.provider),
        group=row.group_name,
        role=HeldRole(row.role, row.system, "", by_group=True).words,
        name=row.mapping,
        proposed_by=row.proposed_by or "",
        proposed_at=row.stated_at,
        adopted_by=(adopted.adopted_by or "") if adopted is not None else "",
        adopted_at=adopted.stated_at if adopted is not None else None,
        ended_by=(ended.ended_by or "") if ended is not None else "",
        ended_at=ended.stated_at if ended is not None else None,
        state=each.state,
        reason=texts.get(row.reason or "", ""),
        entry=next(iter(linked(links, [row.event])), None),
        may_not_adopt=barred if each.state == "waits" else "",
    )
