"""Documents: the list, one of them with its text and readers, one version beside another."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Typed, area_field, select_field, system_field, text_field
from changeproof.web.pages.policy_page import Line

KINDS = (
    ("runbook", gettext_lazy("Runbook")),
    ("procedure", gettext_lazy("Procedure")),
    ("policy", gettext_lazy("Policy")),
)
OUTCOMES = (
    ("kept", gettext_lazy("It stays as it is")),
    ("changed", gettext_lazy("A new version is to follow")),
)


@dataclass(frozen=True)
class DocumentRow:
    """One document in the list. Times are UTC microseconds."""

    name: str
    title: str
    kind: str
    system: str
    version: str  # in force; empty where none is
    in_force_from: int
    review_due: int | None
    is_overdue: bool
    unread: int
    late: int
    asks_you: bool
    waiting: tuple[str, ...] = ()  # versions that are not in force yet


@dataclass(frozen=True)
class VersionRow:
    """One version. `hindrance` says why the viewer cannot put it in force; empty: they can."""

    version: str
    change: str
    account: str
    written_at: int
    standing: str
    is_waiting: bool
    hindrance: str = ""
    entry: EntryLink | None = None


@dataclass(frozen=True)
class ReaderRow:
    """Who is to acknowledge it."""

    account: str
    due_at: int | None
    acknowledged_at: int | None
    is_late: bool


@dataclass(frozen=True)
class DocumentsPage:
    """`documents.html`."""

    rows: tuple[DocumentRow, ...]
    may_write: bool
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """How they stand, in one line."""
        overdue = sum(row.is_overdue for row in self.rows)
        late = sum(row.late for row in self.rows)
        if not self.rows:
            return gettext("No procedure or runbook is kept here yet.")
        parts = [ngettext("%(n)d document.", "%(n)d documents.", len(self.rows))]
        counts = [len(self.rows)]
        if overdue:
            parts.append(ngettext("%(n)d review is late.", "%(n)d reviews are late.", overdue))
            counts.append(overdue)
        if late:
            parts.append(
                ngettext("%(n)d acknowledgement is late.", "%(n)d acknowledgements are late.", late)
            )
            counts.append(late)
        if not overdue and not late:
            parts.append(gettext("Nothing is late."))
            counts.append(0)
        return " ".join(
            part % {"n": number} if "%(n)d" in part else part
            for part, number in zip(parts, counts, strict=True)
        )


@dataclass(frozen=True)
class DocumentPage:
    """`document.html`. `text` is what is in force, or proposed where nothing is."""

    row: DocumentRow
    text: str | None
    versions: tuple[VersionRow, ...]
    readers: tuple[ReaderRow, ...]
    may_write: bool
    review_fields: tuple[Field, ...] = ()
    recorded_as: str = ""
    done: str = ""
    done_entry: int | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True)
class DocumentVersionPage:
    """`document_version.html`: one version beside the one before it."""

    name: str
    title: str
    shown: VersionRow
    digest: str
    is_kept: bool
    before: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class DocumentFormPage:
    """`document_new.html`. `after` is the version in force that the text was begun from."""

    fields: tuple[Field, ...]
    name: str
    after: str
    recorded_as: str
    refusal: Refusal | None = None

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "")


def document_fields(
    systems: list[str], roles: list[str], typed: Typed, wrong: Typed
) -> tuple[Field, ...]:
    """What a version says of itself, and who is to read it."""
    return (
        text_field(
            "document",
            gettext("Name"),
            gettext("Small letters, digits and dashes, such as restore-runbook. It stays."),
            typed,
            wrong,
        ),
        text_field("title", gettext("Title"), "", typed, wrong),
        select_field(
            "kind", gettext("Kind"), "", [(key, str(word)) for key, word in KINDS], typed, wrong
        ),
        system_field(gettext("Whose people it concerns."), systems, typed, wrong),
        area_field(
            "text", gettext("Text"), gettext("The whole text, as it is to hold."), typed, wrong
        ),
        area_field("reason", gettext("Reason"), gettext("What changes, and why."), typed, wrong),
        text_field(
            "review_days",
            gettext("Looked at again every so many days"),
            gettext("A whole number, such as 365; empty for never."),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "roles",
            gettext("Roles that are to acknowledge it"),
            gettext("With commas between, of: %(roles)s.") % {"roles": ", ".join(roles)},
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "accounts",
            gettext("People who are to acknowledge it"),
            gettext("E-mail addresses with commas between."),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "acknowledge_days",
            gettext("Acknowledged within so many days"),
            gettext("A whole number, such as 14; empty for no end."),
            typed,
            wrong,
            is_required=False,
        ),
    )


def review_fields(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """What came of looking at it again."""
    return (
        select_field(
            "outcome",
            gettext("What came of it"),
            "",
            [(key, str(word)) for key, word in OUTCOMES],
            typed,
            wrong,
        ),
        area_field(
            "reason",
            gettext("Finding"),
            gettext("What was looked at, and what was found."),
            typed,
            wrong,
        ),
    )
