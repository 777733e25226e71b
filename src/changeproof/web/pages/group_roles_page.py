"""`group_roles.html`: which group of the sign-on gives which role."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from changeproof.accounts.vocabulary import ROLES
from changeproof.events.refusal import Refusal
from changeproof.web.counting import count
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field
from changeproof.web.pages.people_page import role_words, what_it_may


@dataclass(frozen=True)
class MappingRow:
    """One group's role. Of one that `issuers.yaml` pins there is neither a name nor an entry."""

    provider: str
    group: str
    role: str  # "approver on payments"
    name: str = ""
    proposed_by: str = ""
    proposed_at: int | None = None
    adopted_by: str = ""
    adopted_at: int | None = None
    ended_by: str = ""
    ended_at: int | None = None
    state: str = ""  # waits, in force, ended, refused
    reason: str = ""
    entry: EntryLink | None = None
    may_not_adopt: str = ""  # why the viewer may not


@dataclass(frozen=True)
class GroupRolesPage:
    """The page; `fields` are those of the form."""

    rows: tuple[MappingRow, ...]
    pinned: tuple[MappingRow, ...]
    fields: tuple[Field, ...]
    recorded_as: str
    noticed_at: int | None = None  # when what the file says was first seen so
    noticed_entry: EntryLink | None = None
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def waiting(self) -> tuple[MappingRow, ...]:
        return tuple(row for row in self.rows if row.state == "waits")

    @property
    def in_force(self) -> tuple[MappingRow, ...]:
        return tuple(row for row in self.rows if row.state == "in force")

    @property
    def past(self) -> tuple[MappingRow, ...]:
        return tuple(row for row in self.rows if row.state in ("ended", "refused"))

    @property
    def sentence(self) -> str:
        """What groups give, in one line."""
        number = len(self.in_force) + len(self.pinned)
        if not number:
            return _("No group gives a role.")
        told = f"{count(number, 'role')} {_('by groups')}"
        if self.waiting:
            told += f"; {len(self.waiting)} {_('to be adopted by a second person')}"
        return f"{told}."

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "")

    def refused(self, refusal: Refusal) -> "GroupRolesPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


def group_role_fields(
    providers: Named, systems: Sequence[str], typed: Typed, wrong: Typed
) -> tuple[Field, ...]:
    """Whose group, which role, where, and why."""
    return (
        select_field("provider", _("Whose group"), "", providers, typed, wrong),
        text_field(
            "group",
            _("Group"),
            _("As it is called there, letter by letter; at some providers that is an id."),
            typed,
            wrong,
        ),
        select_field(
            "role",
            _("Role"),
            _("A role that decides on others' work, or on who does, waits for a second person."),
            [(each, f"{role_words(each).capitalize()}: {what_it_may(each)}") for each in ROLES],
            typed,
            wrong,
        ),
        select_field(
            "system",
            _("On"),
            _("Left open, on all systems."),
            [(each, each) for each in systems],
            typed,
            wrong,
            is_required=False,
        ),
        area_field("reason", _("Reason"), "", typed, wrong, is_required=False),
    )
