"""The advisory board: what waits for it, its meetings, one meeting with agenda, votes, minutes."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import Choice, Field, MayNot
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Named, Typed, text_field
from changeproof.web.states import State


@dataclass(frozen=True)
class DueRow:
    """A change that policy brings before the board and no meeting has on its agenda."""

    change: str
    title: str
    system: str


@dataclass(frozen=True)
class MeetingRow:
    """One meeting in the list."""

    name: str
    chair: str
    form: str  # in words
    begins_at: int
    ends_at: int
    changes: int
    state: State
    waits: int  # changes on which the viewer has not voted


@dataclass(frozen=True)
class VoteRow:
    """One member's last vote."""

    account: str
    vote: str  # in words
    reason: str
    voted_at: int | None
    entry: EntryLink | None = None


@dataclass(frozen=True)
class ItemRow:
    """One change of the agenda, as the viewer may see and decide it."""

    number: int
    change: str
    title: str
    system: str
    tally: str
    state: State
    votes: tuple[VoteRow, ...]
    barred: tuple[str, ...]  # members whose own it is
    may_vote: bool = False
    may_not: str = ""  # why the viewer may not, a sentence
    own_vote: str = ""
    own_reason: str = ""
    wrong: str = ""  # at the reason


@dataclass(frozen=True)
class MeetingPage:
    """`board_meeting.html`."""

    name: str
    chair: str
    form: str
    begins_at: int
    ends_at: int
    members: tuple[str, ...]
    items: tuple[ItemRow, ...]
    hidden: int  # changes on systems that the viewer may not see
    state: State
    may_conclude: bool
    why_not_yet: str
    quorum: int
    entry: EntryLink | None = None
    refusal: Refusal | None = None
    refusal_field: str = "agenda"
    done: str = ""
    done_entry: int | None = None


@dataclass(frozen=True)
class BoardPage:
    """`board.html`."""

    due: tuple[DueRow, ...]
    open: tuple[MeetingRow, ...]
    past: tuple[MeetingRow, ...]
    is_asked: bool  # whether policy asks the board about anything
    quorum: int
    fields: tuple[Field, ...] = ()
    may_not: MayNot | None = None
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """What stands, in one line."""
        if not self.is_asked and not self.open and not self.past:
            return gettext("The policy in force brings nothing before the board.")
        waits = sum(1 for row in self.open if row.waits)
        if waits:
            return ngettext(
                "%(number)s meeting waits for your vote.",
                "%(number)s meetings wait for your vote.",
                waits,
            ) % {"number": thousands(waits)}
        if self.due:
            due = len(self.due)
            return ngettext(
                "%(number)s change waits for a meeting.",
                "%(number)s changes wait for a meeting.",
                due,
            ) % {"number": thousands(due)}
        return gettext("Nothing waits for a meeting.")

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "call")

    def refused(self, refusal: Refusal) -> "BoardPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


def meeting_fields(
    due: Named, members: Named, typed: Typed, wrong: Typed, *, fresh: bool
) -> tuple[Field, ...]:
    """Agenda, members, form and times; a fresh form has everything ticked."""
    agenda = _boxes(
        "agenda", gettext("Agenda"), gettext("What waits for the board."), due, typed, wrong, fresh
    )
    ways = (
        ("by_page", gettext("By page: everybody votes here until the end")),
        ("seated", gettext("Seated: they come together, and vote here meanwhile")),
    )
    chosen = "by_page" if fresh else typed.get("form", "")
    return (
        *((agenda,) if due else ()),
        text_field(
            "more",
            gettext("Further changes") if due else gettext("Changes"),
            gettext("Their names, with commas between."),
            typed,
            wrong if due else {"more": wrong.get("agenda", ""), **wrong},
            is_required=not due,
        ),
        _boxes(
            "members",
            gettext("Members"),
            gettext("Whom policy lets sit on it. Nobody votes on their own change."),
            members,
            typed,
            wrong,
            fresh,
        ),
        Field(
            "form",
            gettext("How it meets"),
            value=chosen,
            kind="radios",
            choices=tuple(Choice(value, text, value == chosen) for value, text in ways),
        ),
        text_field(
            "begins",
            gettext("Begins, UTC"),
            gettext("Empty: now."),
            typed,
            wrong,
            kind="datetime-local",
            is_required=False,
        ),
        text_field("until", gettext("Ends, UTC"), "", typed, wrong, kind="datetime-local"),
    )


def _boxes(
    name: str, label: str, hint: str, choices: Named, typed: Typed, wrong: Typed, fresh: bool
) -> Field:
    chosen = set(typed.get(name, "").split("\n"))
    return Field(
        name,
        label,
        hint,
        typed.get(name, ""),
        wrong.get(name, ""),
        kind="boxes",
        choices=tuple(Choice(value, text, fresh or value in chosen) for value, text in choices),
    )
