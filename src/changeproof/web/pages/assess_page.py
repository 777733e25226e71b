"""`assess.html`: the questions that a change raises, with the answers that stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.change_page import AttachedFile
from changeproof.web.pages.desk_page import Choice, MayNot

LABELS = (
    ("addressed", gettext_noop("Addressed")),
    ("not_affected", gettext_noop("Not affected")),
    ("rejected", gettext_noop("Speaks against the change")),
)
ASKS = {
    "objectives": (
        gettext_noop("Objectives"),
        gettext_noop("Which promises and needs does it touch?"),
    ),
    "systems": (
        gettext_noop("Systems"),
        gettext_noop("Which systems does it reach, its own included?"),
    ),
    "data": (gettext_noop("Data"), gettext_noop("Which classes of data does it touch?")),
    "risk": (gettext_noop("Risk"), gettext_noop("How risky is it: low, medium, high or critical?")),
    "risk_after": (
        gettext_noop("Risk afterwards"),
        gettext_noop("How risky was it, looking back?"),
    ),
    "design": (gettext_noop("Design"), gettext_noop("How is it built, and what else was weighed?")),
    "availability": (
        gettext_noop("Availability"),
        gettext_noop("What keeps the system up: capacity, backup, failover?"),
    ),
    "confidentiality": (
        gettext_noop("Confidentiality"),
        gettext_noop("How is confidential data kept so while it is built?"),
    ),
    "privacy": (
        gettext_noop("Privacy"),
        gettext_noop("Which personal data does it touch, and what protects it?"),
    ),
    "privacy_design": (
        gettext_noop("Privacy by design"),
        gettext_noop("Is any processing of personal data new, and needed?"),
    ),
    "test_data": (
        gettext_noop("Test data"),
        gettext_noop("Was it tested without production data?"),
    ),
    "acceptance": (gettext_noop("Acceptance"), gettext_noop("Did its users test it, and agree?")),
    "vendor": (gettext_noop("Vendor"), gettext_noop("Was the vendor assessed?")),
    "side_effects": (gettext_noop("Side effects"), gettext_noop("What else could change with it?")),
}


@dataclass(frozen=True)
class QuestionForm:
    """One question: why it is asked, what was answered, and the fields for an answer."""

    topic: str
    label: str
    asks: str
    because: str  # empty: only offered
    given: str  # the answer that stands, in words; may hold {account} placeholders
    choices: tuple[Choice, ...]
    items: str = ""
    reason: str = ""
    wrong: str = ""

    @property
    def is_open(self) -> bool:
        return bool(self.because) and not self.given


@dataclass(frozen=True)
class AssessPage:
    """The page of one change's questions."""

    change: str
    title: str
    url: str
    digest: str
    questions: tuple[QuestionForm, ...]
    refusal: Refusal | None = None
    may_not: MayNot | None = None
    promise: str = ""
    files: tuple[AttachedFile, ...] = ()
    endings: str = ""
    done: str = ""
    done_entry: int | None = None

    @property
    def asked(self) -> tuple[QuestionForm, ...]:
        return tuple(each for each in self.questions if each.because)

    @property
    def offered(self) -> tuple[QuestionForm, ...]:
        return tuple(each for each in self.questions if not each.because)

    @property
    def sentence(self) -> str:
        number = sum(each.is_open for each in self.questions)
        if number:
            return ngettext(
                "%(number)s question open, of %(asked)s that are asked.",
                "%(number)s questions open, of %(asked)s that are asked.",
                number,
            ) % {"number": thousands(number), "asked": len(self.asked)}
        if self.asked:
            return gettext("Every question that is asked has an answer; a later one replaces it.")
        return gettext(
            "Neither policy nor the register of systems asks anything; answers are welcome."
        )

    @property
    def refusal_field(self) -> str:
        return next((f"q-{each.topic}" for each in self.questions if each.wrong), "")


def choices_of(chosen: str) -> tuple[Choice, ...]:
    """The answers to choose from; none is chosen beforehand."""
    return tuple(Choice(value, gettext(label), value == chosen) for value, label in LABELS)


def typed_of(typed: Mapping[str, str], topic: str) -> tuple[str, str, str]:
    """Answer, items and reason as they were typed for one topic."""
    parts = ("answer", "items", "reason")
    first, second, third = (typed.get(f"{part}-{topic}", "").strip() for part in parts)
    return first, second, third
