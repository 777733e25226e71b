"""The policy: what is in force in plain words, its versions, and one that is put forward."""

from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import Field, MayNot
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Typed, area_field, text_field
from changeproof.web.states import State


@dataclass(frozen=True)
class PolicyVersion:
    """One version. `digest` names its text; `standing` is what a reader of the list asks."""

    version: int
    standing: str  # in force, adopted, proposed, was in force
    in_force_from: int
    digest: str
    proposed_by: str = ""  # an account
    adopted_by: str = ""
    entry: EntryLink | None = None

    @property
    def is_initial(self) -> bool:
        """Begun with, and put forward by nobody."""
        return self.in_force_from == 0


@dataclass(frozen=True)
class Acknowledged:
    """Who, of those with a role, acknowledged the version in force."""

    people: int  # who hold a role
    missing: tuple[str, ...]  # the accounts of those who have not
    is_owed: bool  # by the viewer

    @property
    def done(self) -> int:
        return self.people - len(self.missing)


@dataclass(frozen=True)
class PolicyPage:
    """`policy.html`."""

    current: PolicyVersion | None
    rules: tuple[tuple[str, str], ...]  # title, sentence
    versions: tuple[PolicyVersion, ...]  # newest first
    may_propose: bool
    acknowledged: Acknowledged | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def waiting(self) -> tuple[PolicyVersion, ...]:
        return tuple(each for each in self.versions if each.standing == "proposed")


@dataclass(frozen=True)
class Line:
    """One line of a difference: added, removed, the same, or a gap between two places."""

    kind: str
    text: str


@dataclass(frozen=True)
class JudgedOtherwiseRow:
    """So many findings of one check that the draft would change."""

    check: str
    judged: State
    drafted: State
    number: int
    subject: str  # one of them
    subject_url: str  # empty where it has no page
    reason: str  # the draft's, on that one


@dataclass(frozen=True)
class Replay:
    """A draft over what is on record. `too_many`: so many subjects that a page is no place."""

    rows: tuple[JudgedOtherwiseRow, ...] = ()
    findings: int = 0
    too_many: int = 0

    @property
    def sentence(self) -> str:
        if self.too_many:
            return ngettext(
                "%(number)s subject are on record, which takes longer than a page may. "
                "The command tells it: changeproof policy diff FILE",
                "%(number)s subjects are on record, which takes longer than a page may. "
                "The command tells it: changeproof policy diff FILE",
                self.too_many,
            ) % {"number": thousands(self.too_many)}
        if not self.findings:
            return gettext("It would judge nothing on record otherwise.")
        return ngettext(
            "It would judge %(number)s finding on record otherwise.",
            "It would judge %(number)s findings on record otherwise.",
            self.findings,
        ) % {"number": thousands(self.findings)}


@dataclass(frozen=True)
class PolicyVersionPage:
    """`policy_version.html`: one version beside the one before it."""

    shown: PolicyVersion
    before: int | None  # the version that it is compared with
    lines: tuple[Line, ...]
    is_kept: bool  # whether its text still is
    may_replay: bool = False
    replay: Replay | None = None
    may_adopt: bool = False
    may_not: str = ""
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None


@dataclass(frozen=True)
class PolicyDraftPage:
    """`policy_propose.html`: a text, what is wrong with it, or what it would change."""

    fields: tuple[Field, ...]
    mistakes: tuple[Refusal, ...] = ()
    is_looked_at: bool = False
    before: int | None = None
    lines: tuple[Line, ...] = ()
    replay: Replay | None = None
    refusal: Refusal | None = None
    may_not: MayNot | None = None
    recorded_as: str = field(default="", kw_only=True)


def policy_fields(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """The text and its time."""
    return (
        area_field(
            "text",
            gettext("Policy"),
            gettext("YAML. Raise the version; each line's comment says what it is for."),
            typed,
            wrong,
        ),
        text_field(
            "in_force",
            gettext("In force from"),
            gettext(
                "UTC, and ahead: no policy judges what happened before it was adopted. "
                "Leave room for the second person."
            ),
            typed,
            wrong,
            kind="datetime-local",
        ),
    )
