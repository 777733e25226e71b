"""`assess.html`: the questions that a change raises, with the answers that stand."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.change_page import AttachedFile
from changeproof.web.pages.desk_page import Choice, MayNot

LABELS = (
    ("addressed", "Addressed"),
    ("not_affected", "Not affected"),
    ("rejected", "Speaks against the change"),
)
ASKS = {
    "objectives": ("Objectives", "Which promises and needs does it touch?"),
    "systems": ("Systems", "Which systems does it reach, its own included?"),
    "data": ("Data", "Which classes of data does it touch?"),
    "risk": ("Risk", "How risky is it: low, medium, high or critical?"),
    "risk_after": ("Risk afterwards", "How risky was it, looking back?"),
    "design": ("Design", "How is it built, and what else was weighed?"),
    "availability": ("Availability", "What keeps the system up: capacity, backup, failover?"),
    "confidentiality": ("Confidentiality", "How is confidential data kept so while it is built?"),
    "privacy": ("Privacy", "Which personal data does it touch, and what protects it?"),
    "privacy_design": ("Privacy by design", "Is any processing of personal data new, and needed?"),
    "test_data": ("Test data", "Was it tested without production data?"),
    "acceptance": ("Acceptance", "Did its users test it, and agree?"),
    "vendor": ("Vendor", "Was the vendor assessed?"),
    "side_effects": ("Side effects", "What else could change with it?"),
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
    return tuple(Choice(value, label, value == chosen) for value, label in LABELS)


def typed_of(typed: Mapping[str, str], topic: str) -> tuple[str, str, str]:
    """Answer, items and reason as they were typed for one topic."""
    parts = ("answer", "items", "reason")
    first, second, third = (typed.get(f"{part}-{topic}", "").strip() for part in parts)
    return first, second, third
