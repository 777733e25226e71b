"""Cases: the list, one of them with its register, and the rules that remember."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.events.refusal import Refusal
from changeproof.ledger.cases_listed import NOBODY, SEVERITY, CaseFilter
from changeproof.web.counting import count, thousands
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.fields import Typed, area_field, select_field, text_field, worded
from changeproof.web.states import State

PER_PAGE = 50
STATES = (("open", "Open"), ("ended", "Ended"), ("all", "All"))
OUTCOMES = (
    ("linked", gettext_noop("Linked to a change that explains it")),
    ("adopted_late", gettext_noop("Adopted late")),
    ("reverted", gettext_noop("Reverted: your word, until it is seen in production")),
    ("false_alarm", gettext_noop("A false alarm")),
)
CAUSES = (
    ("design_gap", gettext_noop("Design gap: the control would not have caught it")),
    ("error", gettext_noop("Error: done wrongly")),
    ("omission", gettext_noop("Omission: left out")),
    ("override", gettext_noop("Override: somebody went around it")),
    ("tool_failure", gettext_noop("Tool failure")),
    ("intent", gettext_noop("Intent")),
)
EXTENTS = (
    ("isolated", gettext_noop("Isolated: its like was searched for")),
    ("not_isolated", gettext_noop("Not isolated")),
    ("unknown", gettext_noop("Not known yet")),
)


@dataclass(frozen=True)
class CaseRow:
    """One case in the list."""

    name: str
    title: str
    state: State
    subject: str
    about: str  # what the change is called; empty for a subject that is none
    more: int  # further subjects
    system: str
    owner: str  # an account; empty: nobody
    due_at: int | None
    is_late: bool
    opened_at: int
    outcome: str = ""
    severity: str = ""  # of the check that opened it


@dataclass(frozen=True)
class CasesPage:
    """`cases.html`."""

    filter: CaseFilter
    rows: tuple[CaseRow, ...]
    total: int
    checks: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]
    owners: tuple[str, ...] = ()  # accounts that own one
    may_give: bool = False  # the viewer may let somebody see to them
    next_query: str = ""
    severities: tuple[str, ...] = SEVERITY
    nobody: str = NOBODY
    states: tuple[tuple[str, str], ...] = STATES

    @property
    def sentence(self) -> str:
        """How many, in one line."""
        said = {"open": gettext("open"), "ended": gettext("ended"), "all": gettext("on record")}[
            self.filter.state
        ]
        return f"{count(self.total, 'case')} {said}."

    @property
    def is_narrowed(self) -> bool:
        return self.filter != CaseFilter()

    @property
    def csv_query(self) -> str:
        return query_of(self.filter, format="csv")

    @property
    def same_query(self) -> str:
        """The same filter, for what is done to several of them."""
        return query_of(self.filter)


def query_of(asked: CaseFilter, **more: str) -> str:
    """The address of the same list."""
    pairs = {
        "state": asked.state,
        "check": asked.check,
        "system": asked.system,
        "owner": asked.owner,
        "subject": asked.subject,
        "severity": asked.severity,
        **more,
    }
    return "?" + urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True)
class SubjectRow:
    """Something that a case is about, with what it missed."""

    subject: str
    url: str
    missed: tuple[tuple[str, str], ...]  # check and its words


@dataclass(frozen=True)
class Happening:
    """One thing that was said or done about a case."""

    at: int
    what: str
    who: str  # an account; empty: the product
    words: str = ""


@dataclass(frozen=True)
class SearchRow:
    """A search for the like of a case."""

    at: int
    who: str
    where: str
    population: int
    told: str  # "118 deviations of the same checks on 25 others"
    query: str
    found: tuple[str, ...]
    unshown: int  # hits beyond those in `found`


@dataclass(frozen=True)
class Form:
    """One act on a case."""

    act: str
    title: str
    hint: str
    fields: tuple[Field, ...]
    button: str


@dataclass(frozen=True)
class CasePage:
    """`case.html`."""

    name: str
    title: str
    state: State
    check: str
    check_title: str
    opened_at: int
    owner: str
    due_at: int | None
    is_late: bool
    ending: str
    ended_by: str
    linked: str
    subjects: tuple[SubjectRow, ...]
    total_subjects: int
    register: tuple[tuple[str, str], ...]
    searches: tuple[SearchRow, ...]
    happenings: tuple[Happening, ...]
    forms: tuple[Form, ...]
    why_not: str
    recorded_as: str
    refusal: Refusal | None = None
    refusal_field: str = ""
    refused_act: str = ""

    def refused(self, refusal: Refusal, act: str, field: str) -> "CasePage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal, refused_act=act, refusal_field=field)


@dataclass(frozen=True)
class RuleRow:
    """A rule that remembers."""

    name: str
    case: str
    check: str
    title: str
    scope: str
    owner: str
    requested_by: str
    answered_by: str
    reason: str
    ends_at: int
    outcome: str
    hits: int
    excluded: tuple[tuple[str, str, int], ...]  # subject, address, when
    may_not: str = ""
    may_decide: bool = False


@dataclass(frozen=True)
class RulesPage:
    """`case_rules.html`."""

    rows: tuple[RuleRow, ...]
    refusal: Refusal | None = None

    @property
    def sentence(self) -> str:
        """What stands, in one line."""
        held = sum(1 for row in self.rows if row.outcome == "in force")
        hits = sum(row.hits for row in self.rows)
        return ngettext(
            "%(number)s rule in force; %(cases)s kept from opening so far.",
            "%(number)s rules in force; %(cases)s kept from opening so far.",
            held,
        ) % {"number": thousands(held), "cases": count(hits, "case")}

    def refused(self, refusal: Refusal) -> "RulesPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


def linked_field(typed: Typed, wrong: Typed) -> Field:
    """The change that explains a case, on each form that ends one."""
    hint = gettext("The one that explains it; needed where it was linked to one, and only there.")
    return text_field("linked", gettext("Change"), hint, typed, wrong, is_required=False)


def forms_of(
    typed: Typed, wrong: Typed, checks: tuple[tuple[str, str], ...], *, is_open: bool
) -> tuple[Form, ...]:
    """What can be done with a case now, in the order in which it is done."""
    reason = area_field("reason", gettext("Reason"), gettext("Kept with the case."), typed, wrong)
    opened = (
        Form(
            "take",
            gettext("Take it on"),
            gettext(
                "You see to it until the time that policy gives. Somebody else can take "
                "it over: that undoes it."
            ),
            (),
            gettext("Take it on"),
        ),
        Form(
            "revert",
            gettext("Have it reverted"),
            gettext(
                "The case ends by itself when the revert has been deployed. Ending it "
                "otherwise undoes it."
            ),
            (
                area_field(
                    "revert_reason",
                    gettext("What is taken back"),
                    gettext("And how."),
                    typed,
                    wrong,
                ),
            ),
            gettext("Watch for the revert"),
        ),
        Form(
            "resolve",
            gettext("End it"),
            gettext(
                "The verdict at deployment stays as it was. This cannot be undone: it stays ended."
            ),
            (
                select_field(
                    "outcome", gettext("How it ended"), "", worded(OUTCOMES), typed, wrong
                ),
                linked_field(typed, wrong),
                reason,
            ),
            gettext("End the case"),
        ),
        _remember(typed, wrong, checks),
    )
    always = (
        Form(
            "search",
            gettext("Search for its like"),
            gettext(
                "The product looks through everything it judges, and records query and "
                "hits. This cannot be undone; it can be done again."
            ),
            (),
            gettext("Search everything"),
        ),
        _explain(typed, wrong),
        Form(
            "comment",
            gettext("Comment"),
            gettext("Everybody who sees the case reads it. This cannot be undone."),
            (area_field("text", gettext("Comment"), "", typed, wrong),),
            gettext("Comment"),
        ),
    )
    return (*(opened if is_open else ()), *always)


def _explain(typed: Typed, wrong: Typed) -> Form:
    def optional(name: str, label: str, hint: str) -> Field:
        return area_field(name, label, hint, typed, wrong, is_required=False)

    return Form(
        "explain",
        gettext("Fill in the register"),
        gettext("One record an event. The last one stands, so another corrects it; all are kept."),
        (
            select_field("cause", gettext("Cause"), "", worded(CAUSES), typed, wrong),
            select_field(
                "extent",
                gettext("Extent"),
                gettext("Isolated can be chosen once its like was searched for."),
                worded(EXTENTS),
                typed,
                wrong,
            ),
            area_field("because", gettext("What shows it"), "", typed, wrong),
            optional("exposure", gettext("Exposure"), gettext("What could have come of it.")),
            optional("effect", gettext("Effect"), gettext("What did come of it.")),
            text_field(
                "control",
                gettext("Mitigating control"),
                gettext("Its number in the matrix."),
                typed,
                wrong,
                is_required=False,
            ),
            optional("control_test", gettext("How that control was tested"), ""),
            optional(
                "response", gettext("Management's response"), gettext("Labelled as not examined.")
            ),
        ),
        gettext("Record it"),
    )


def _remember(typed: Typed, wrong: Typed, checks: tuple[tuple[str, str], ...]) -> Form:
    def narrowing(name: str, label: str, hint: str) -> Field:
        return text_field(name, label, hint, typed, wrong, is_required=False)

    return Form(
        "remember",
        gettext("Remember it as a rule"),
        gettext(
            "Its like opens no case until the rule ends. Somebody else approves it; "
            "no verdict changes, and all that it excludes is listed. It can be ended "
            "early."
        ),
        (
            select_field("check", gettext("Check"), "", checks, typed, wrong),
            narrowing(
                "system", gettext("System"), gettext("One of the three must narrow the rule.")
            ),
            narrowing(
                "path",
                gettext("Path"),
                gettext("A pattern of areas or items, such as shop/production/*."),
            ),
            narrowing(
                "account",
                gettext("Account"),
                gettext("A pattern of accounts, such as github:user/49*."),
            ),
            text_field(
                "end", gettext("Until"), gettext("The last day, UTC."), typed, wrong, kind="date"
            ),
            area_field(
                "rule_reason", gettext("Why"), gettext("Why its like needs no case."), typed, wrong
            ),
        ),
        gettext("Ask for the rule"),
    )
