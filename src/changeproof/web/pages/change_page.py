"""One change: its state, what to do, its content, its life, its verdicts and their proof."""

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext

from changeproof.web.counting import count
from changeproof.web.pages.became import Became
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.roles_matrix import RolesMatrix
from changeproof.web.pages.timeline import Moment, TimelineRow, timeline
from changeproof.web.states import BASIS_WORDS, URGENCY, WORDS, State


@dataclass(frozen=True)
class Fact:
    """One entry of the strip below the head; `url` makes the value a link."""

    name: str
    value: str
    url: str = ""
    is_identifier: bool = False


@dataclass(frozen=True)
class Act:
    """Something the viewer may do about it."""

    label: str
    url: str


@dataclass(frozen=True)
class AttachedFile:
    """A file beside it; `url` gives it out as a download."""

    name: str
    url: str
    media_type: str
    size: int  # bytes
    account: str
    attached_at: int | None
    digest: str


@dataclass(frozen=True)
class ToDo:
    """What would cure the most urgent finding, and the links to do it."""

    text: str  # may hold {account} placeholders
    state: State
    acts: tuple[Act, ...] = ()

    @property
    def is_late(self) -> bool:
        """A deviation at deployment stays one, whatever is done now."""
        return self.state.verdict == "deviation"


@dataclass(frozen=True)
class Link:
    """One stage of the content chain: tested, approved, built, deployed, running."""

    stage: str
    content: str = ""  # a revision or digest; empty: not seen
    detail: str = ""  # "6 Mar, 10:03, CI"; may hold {account} placeholders
    # same, differs, awaited, unseen (could not see), silent (nothing), begins (the first seen)
    relation: str = "same"

    @property
    def kind(self) -> str:
        return {
            "same": "",
            "differs": "differs",
            "awaited": "awaited",
            "unseen": "unseen-stage",
            "silent": "silent",
            "begins": "begins",
        }[self.relation]


@dataclass(frozen=True)
class Implementation:
    """A pull request, a push, a plan: judged by itself, the change takes the worst."""

    id: str
    label: str  # "pull request 2187", "direct push"
    chain: tuple[Link, ...]
    url: str = ""


@dataclass(frozen=True)
class VerdictRow:
    """One check's result on this change."""

    check: str  # "cc8_1/08_approval"
    number: str  # "8", "S3"
    name: str
    verdict: str
    state: State
    reason: str
    why: str = ""
    cure: str = ""
    to_do: str = ""  # the cure, without what stays whatever is done
    due: int | None = None  # until when it is pending
    basis: str = "direct"
    implementation: str = ""  # the one that decided, if there are several
    evidence: tuple[EntryLink, ...] = ()
    evidence_more: int = 0  # entries that are not shown here
    history: tuple[Became, ...] = ()  # oldest first


@dataclass(frozen=True)
class CaseRecord:
    """The record of one event; verdicts and signs refer to it."""

    id: str  # "case:CHG-2026-0142"
    is_open: bool
    left: tuple[Fact, ...]
    right: tuple[Fact, ...] = ()

    @property
    def state(self) -> State:
        return (
            State("deviation", gettext("Case, open"))
            if self.is_open
            else State("clear", gettext("Case, closed"))
        )


@dataclass(frozen=True)
class PipelineWord:
    """What a pipeline said, or was told, of this content; the latest stands first."""

    state: State
    text: str  # "The gate let it through", "Deployed to production"
    detail: str  # may hold {account} placeholders
    at: int | None
    entries: tuple[EntryLink, ...] = ()


@dataclass(frozen=True)
class HandedPiece:
    """One piece of its work. Each has a pipeline of its own, which knows its own content."""

    label: str  # "pull request 7"; empty where it is the only one
    needs: tuple[Fact, ...]
    snippets: tuple[tuple[str, str], ...]  # for what, and the text


@dataclass(frozen=True)
class HandOff:
    """What a pipeline needs to take an authorized and approved change to production, and what it
    said so far. Without `pieces` there is nothing to hand over."""

    words: tuple[PipelineWord, ...]
    pieces: tuple[HandedPiece, ...] = ()

    @property
    def sentence(self) -> str:
        """How far it is."""
        if not self.words:
            return gettext("No pipeline has asked for it or reported yet.")
        return f"{self.words[0].text}."


@dataclass(frozen=True)
class InclusionProof:
    """What it takes to prove that the decisive entry is in the log."""

    entry: int
    leaf: str  # hex
    hashes: tuple[str, ...]  # hex, from the leaf upwards
    size: int
    root: str
    signed_at: int | None = None


@dataclass(frozen=True)
class ChangePage:
    """`change.html`."""

    id: str
    title: str
    system: str
    state: State
    sentence: str  # what happened, in one sentence; may hold {account} placeholders
    facts: tuple[Fact, ...]
    implementations: tuple[Implementation, ...]
    moments: tuple[Moment, ...]
    verdicts: tuple[VerdictRow, ...]  # points, practices, segregation, around
    signs: tuple[VerdictRow, ...]
    roles: RolesMatrix
    policy: str  # "policy 7, from 1 Feb 2026"
    judged_at: int | None
    to_do: ToDo | None = None
    acts: tuple[Act, ...] = ()  # what can be decided on it at the desk
    cases: tuple[CaseRecord, ...] = ()
    proof: InclusionProof | None = None
    files: tuple[AttachedFile, ...] = ()
    aliases: tuple[str, ...] = ()
    more_aliases: int = 0
    reference: str = ""  # the id that commands take, the shortest alias
    data: str = ""  # the words after `--data`
    hand_off: HandOff | None = None
    resting: tuple[tuple[str, ...], ...] = ()  # from a system it touches to one that rests on it

    @property
    def life(self) -> tuple[TimelineRow, ...]:
        return timeline(self.moments)

    @property
    def loud_verdicts(self) -> tuple[VerdictRow, ...]:
        """All but not applicable, most urgent first, then by number."""
        rows = [row for row in self.verdicts if row.verdict != "not_applicable"]
        return tuple(sorted(rows, key=lambda row: (URGENCY.index(row.verdict), row.check)))

    @property
    def not_applicable(self) -> tuple[VerdictRow, ...]:
        return tuple(row for row in self.verdicts if row.verdict == "not_applicable")

    @property
    def raised_signs(self) -> tuple[VerdictRow, ...]:
        rows = [row for row in self.signs if row.verdict in {"raised", "not_verifiable"}]
        return tuple(sorted(rows, key=lambda row: (row.verdict != "raised", row.check)))

    @property
    def quiet_signs(self) -> tuple[VerdictRow, ...]:
        return tuple(row for row in self.signs if row.verdict not in {"raised", "not_verifiable"})

    @property
    def verdict_counts(self) -> str:
        """`1 deviation, 2 pending, 9 met (6 direct, 1 compensating), 5 not applicable`."""
        numbers = Counter(row.verdict for row in self.verdicts)
        bases = Counter(row.basis for row in self.verdicts if row.verdict == "met")
        parts = []
        for verdict in URGENCY:
            number = numbers[verdict]
            if not number:
                continue
            text = f"{number} {gettext(WORDS[verdict]).lower()}"
            if verdict == "deviation":
                text = count(number, "deviation")
            if verdict == "met" and set(bases) != {"direct"}:
                text += f" ({_by_basis(bases)})"
            parts.append(text)
        return ", ".join(parts)

    @property
    def sign_counts(self) -> str:
        numbers = Counter(row.verdict for row in self.signs)
        return ", ".join(
            f"{numbers[verdict]} {gettext(WORDS[verdict]).lower()}"
            for verdict in URGENCY
            if numbers[verdict]
        )


def _by_basis(bases: Counter[str]) -> str:
    return ", ".join(
        f"{bases[basis]} {word or 'direct'}" for basis, word in BASIS_WORDS.items() if bases[basis]
    )
