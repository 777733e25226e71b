"""The desk: what waits for you, one item opened, and the forms of every act."""

from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.change_page import Act, Fact
from changeproof.web.states import State


@dataclass(frozen=True)
class InboxItem:
    """One thing in the list at the left."""

    url: str
    title: str
    system: str
    content: str  # "revision 4f2c91a, 1 of 2 approvals"
    state: State | None = None  # pending with its due time, or deviation: late
    is_current: bool = False


@dataclass(frozen=True)
class InboxGroup:
    """What is asked of you: Approve, Authorize, Review, Resolve."""

    name: str
    items: tuple[InboxItem, ...]
    together: str = ""  # where several of them are decided with one click


@dataclass(frozen=True)
class Known:
    """One line of "What is known", with the state that it stands for."""

    state: State
    text: str  # may hold {account} placeholders


@dataclass(frozen=True)
class Decision:
    """One button; `name=verdict value=…` of the form."""

    value: str  # "approved"
    label: str  # "Approve"
    shows_digest: bool = False


@dataclass(frozen=True)
class DecisionForm:
    """What is decided stands in a frame; the digest is posted back, so that it cannot move."""

    url: str
    heading: str  # "Your approval"
    sealed: tuple[Fact, ...]  # revision, artifact, configuration, plan
    content_digest: str
    decisions: tuple[Decision, ...]
    recorded_as: str  # an account
    promise: str = (
        "You approve this content and nothing else. A later push, build or setting voids it."
    )
    way_back: str = ""  # how it is undone, or that it cannot be
    reason: str = ""  # kept after a refusal
    reason_hint: str = "What did you look at? Needed to decline; kept with the decision."
    former_digest: str = ""  # the digest that the viewer read, if the content moved
    asks_reason: bool = True
    fields: tuple["Field", ...] = ()  # what else is asked
    reason_label: str = "Reason"
    second_factor: str = ""  # needed, shown, none (they never set one up); empty: not asked for
    factor_url: str = ""  # where a passkey is shown
    lapsed: tuple[str, ...] = ()  # approvals of a content that has moved on


@dataclass(frozen=True)
class MayNot:
    """The rule, said before the click, with who may."""

    what: str  # "You may not approve this."
    why: str
    cure: str


@dataclass(frozen=True)
class OpenItem:
    """The item that is opened."""

    id: str
    title: str
    system: str
    sentence: str
    url: str  # its change page
    aliases: tuple[str, ...] = ()
    known: tuple[Known, ...] = ()
    form: DecisionForm | None = None
    may_not: MayNot | None = None
    acts: tuple[Act, ...] = ()  # what else can be decided on it
    nothing: str = ""  # why nothing can


@dataclass(frozen=True)
class DeskPage:
    """`desk.html`."""

    groups: tuple[InboxGroup, ...]
    item: OpenItem | None = None
    refusal: Refusal | None = None
    may_request: bool = True
    may_declare_emergency: bool = True
    emergency_lock: str = ""  # why the next emergency is locked
    silent: str = ""  # "GitHub silent since 15:02": nothing there is not nothing seen
    done: str = ""  # "Recorded as entry 183,140 of the log."
    done_entry: int | None = None

    @property
    def total(self) -> int:
        return sum(len(group.items) for group in self.groups)

    @property
    def sentence(self) -> str:
        if not self.total:
            return gettext(
                "Requests, approvals and emergencies are made here. Each becomes a log entry."
            )
        late = sum(
            1
            for group in self.groups
            for item in group.items
            if item.state is not None and item.state.verdict == "deviation"
        )
        text = ngettext(
            "%(number)s decision waits for you", "%(number)s decisions wait for you", self.total
        ) % {"number": thousands(self.total)}
        return (
            ngettext("%(text)s; %(late)s is late.", "%(text)s; %(late)s are late.", late)
            % {"text": text, "late": late}
            if late
            else f"{text}."
        )


@dataclass(frozen=True)
class Choice:
    """One option of a select or a list of boxes."""

    value: str
    label: str
    is_chosen: bool = False
    detail: str = ""  # may hold {account} placeholders


@dataclass(frozen=True)
class Field:
    """A field of a form, with what was typed and what is wrong with it."""

    name: str
    label: str
    hint: str = ""
    value: str = ""
    wrong: str = ""
    kind: str = "text"  # text, area, select, boxes, radios, file, datetime-local
    choices: tuple[Choice, ...] = ()
    is_required: bool = True
    filled: str = ""  # the evidence that it was filled from

    @property
    def described_by(self) -> str:
        """The ids that a screen reader reads with the field."""
        ids = [f"{self.name}-hint"] if self.hint else []
        if self.filled:
            ids.append(f"{self.name}-filled")
        if self.wrong:
            ids.append(f"{self.name}-wrong")
        return " ".join(ids)


@dataclass(frozen=True)
class FormPage:
    """`form.html`: request a change, declare an emergency; plain POST, input kept."""

    title: str
    sentence: str
    url: str
    fields: tuple[Field, ...]
    button: str
    promise: str = ""  # what will be recorded, and as whom
    refusal: Refusal | None = None
    may_not: MayNot | None = None
    lock: MayNot | None = None  # said above the form: it is good for the exception alone
    hidden: tuple[tuple[str, str], ...] = field(default=())
    back: tuple[str, str] = ("desk", "Back to the desk")  # the name of an address, its words

    @property
    def refusal_field(self) -> str:
        """The first field that is wrong, for the link on top."""
        return next((item.name for item in self.fields if item.wrong), "")
