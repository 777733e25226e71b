"""Who may reach production: what is held, the reviews of it, and the forms that change it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import thousands
from changeproof.web.pages.desk_page import FormPage
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field, worded
from changeproof.web.pages.waivers_page import SOON

KINDS = (
    ("deploy", gettext_noop("Deploy")),
    ("break_glass", gettext_noop("Break glass")),
    ("write", gettext_noop("Write to the repository")),
    ("administer_pipeline", gettext_noop("Administer the pipeline")),
    ("administer_protection", gettext_noop("Administer protection")),
)
BACK = ("access", "Back to access")


@dataclass(frozen=True)
class AccessRow:
    """One access that is held. `name` is the event of its first grant."""

    name: str
    account: str
    may: str
    system: str
    environment: str  # empty: all
    held_from: int
    ends_at: int | None
    days_left: int | None  # None where no end was agreed
    granted_by: str
    reason: str
    may_end: bool = False
    may_not: str = ""  # why the viewer may not decide about it in a review

    @property
    def is_over(self) -> bool:
        """Past its agreed end, and not removed."""
        return self.days_left is not None and self.days_left < 0

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON


@dataclass(frozen=True)
class DecidedRow:
    """What was said of one access in a review."""

    account: str
    may: str
    environment: str
    outcome: str  # kept, revoked
    decided_by: str
    decided_at: int
    reason: str


@dataclass(frozen=True)
class ReviewRow:
    """A review in the list."""

    name: str
    system: str
    opened_at: int
    due_at: int
    waiting: int
    kept: int
    revoked: int
    is_late: bool = False

    @property
    def is_open(self) -> bool:
        return bool(self.waiting)


@dataclass(frozen=True)
class AccessPage:
    """`access.html`."""

    rows: tuple[AccessRow, ...]
    reviews: tuple[ReviewRow, ...]
    may_grant: bool
    may_review: bool
    done: str = ""
    done_entry: int | None = None

    @property
    def open_reviews(self) -> tuple[ReviewRow, ...]:
        return tuple(row for row in self.reviews if row.is_open)

    @property
    def past_reviews(self) -> tuple[ReviewRow, ...]:
        return tuple(row for row in self.reviews if not row.is_open)

    @property
    def sentence(self) -> str:
        """What is held, and what ends."""
        if not self.rows:
            return gettext("Nobody’s access is on record.")
        text = ngettext(
            "%(number)s access is held", "%(number)s accesses are held", len(self.rows)
        ) % {"number": thousands(len(self.rows))}
        over = sum(1 for row in self.rows if row.is_over)
        soon = sum(1 for row in self.rows if row.ends_soon)
        if soon:
            text += ngettext(
                ", %(soon)s of them ends within %(days)s days",
                ", %(soon)s of them end within %(days)s days",
                soon,
            ) % {"soon": soon, "days": SOON}
        if over:
            text += ngettext(
                "; %(over)s is past the agreed end", "; %(over)s are past the agreed end", over
            ) % {"over": over}
        endless = sum(1 for row in self.rows if row.ends_at is None)
        if endless:
            text += ngettext(
                "; %(endless)s has no agreed end", "; %(endless)s have no agreed end", endless
            ) % {"endless": endless}
        return f"{text}."


@dataclass(frozen=True)
class AccessReviewPage:
    """`access_review.html`."""

    review: ReviewRow
    waiting: tuple[AccessRow, ...]
    decided: tuple[DecidedRow, ...]
    may_review: bool
    chosen: tuple[str, ...] = ()  # `NAME keep`, what was chosen before a refusal
    reason: str = ""
    refusal: Refusal | None = None

    def refused(self, refusal: Refusal, chosen: Sequence[str], reason: str) -> "AccessReviewPage":
        """The same page with what was refused, and what was typed."""
        return replace(self, refusal=refusal, chosen=tuple(chosen), reason=reason)

    @property
    def decidable(self) -> bool:
        """Whether the viewer may decide about one of them at least."""
        return self.may_review and any(not row.may_not for row in self.waiting)


def grant_form(
    url: str, systems: Sequence[str], typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Let an account reach a system, for a reason and a time."""
    return FormPage(
        title=gettext("Grant access"),
        sentence=gettext(
            "For a reason, until a day, by somebody else than its holder. What is on "
            "record here is what the checks read; the platform opens the door."
        ),
        url=url,
        fields=(
            text_field(
                "account",
                gettext("Who"),
                gettext(
                    "An e-mail address of somebody here, or an account such as github:user/583231."
                ),
                typed,
                wrong,
            ),
            select_field("kind", gettext("May"), "", worded(KINDS), typed, wrong),
            select_field("system", gettext("System"), "", _named(systems), typed, wrong),
            text_field(
                "environment",
                gettext("Environment"),
                gettext("Left open, all of them."),
                typed,
                wrong,
                is_required=False,
            ),
            text_field(
                "ends",
                gettext("Until"),
                gettext("The last day, UTC; a year at most."),
                typed,
                wrong,
                kind="date",
            ),
            area_field(
                "reason", gettext("Reason"), gettext("What it is needed for."), typed, wrong
            ),
        ),
        button=gettext("Grant"),
        promise=gettext(
            "Recorded as %(recorded_as)s, who grants and approves it. It can be ended early."
        )
        % {"recorded_as": recorded_as},
        back=BACK,
    )


def end_form(
    url: str, grant: str, held: str, typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Take an access back; `held` says which and whose."""
    return FormPage(
        title=gettext("End access"),
        sentence=gettext(
            "%(held)s From now on a deployment by this account is one without a "
            "right. Remove it at the platform too."
        )
        % {"held": held},
        url=url,
        fields=(area_field("reason", gettext("Reason"), gettext("Why it ends."), typed, wrong),),
        button=gettext("End it"),
        promise=gettext(
            "Recorded as %(recorded_as)s. This cannot be undone; it can be granted again."
        )
        % {"recorded_as": recorded_as},
        hidden=(("grant", grant),),
        back=BACK,
    )


def review_form(
    url: str, systems: Sequence[str], typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Open a review of who may do what on a system."""
    return FormPage(
        title=gettext("Review access"),
        sentence=gettext(
            "Every access to the system that is held now is kept or revoked, by "
            "somebody else than its holder. The result is evidence."
        ),
        url=url,
        fields=(
            select_field("system", gettext("System"), "", _named(systems), typed, wrong),
            text_field(
                "due",
                gettext("By"),
                gettext("The last day, UTC; two weeks from now unless said."),
                typed,
                wrong,
                kind="date",
                is_required=False,
            ),
        ),
        button=gettext("Open the review"),
        promise=gettext("Recorded as %(recorded_as)s. This cannot be undone.")
        % {"recorded_as": recorded_as},
        back=BACK,
    )


def _named(systems: Sequence[str]) -> Named:
    return [(name, name) for name in systems]
