"""Rules set aside: what waits, what is in force, what ended; and the form that asks for one."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext, ngettext

from changeproof.events.refusal import Refusal
from changeproof.web.counting import count
from changeproof.web.pages.desk_page import FormPage, MayNot
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field

SOON = 14
"""Days before its end from which a waiver is announced."""


@dataclass(frozen=True)
class WaiverRow:
    """One waiver. `days_left` counts from now; None where it is not in force."""

    name: str
    check: str
    title: str  # of the check
    subject: str
    subject_url: str  # empty where the subject has no page
    reason: str
    compensation: str
    control: str
    requested_by: str  # an account
    begins_at: int
    ends_at: int
    outcome: str = ""  # waits, in force, refused, ended, taken back
    decided_by: str = ""
    decided_at: int | None = None
    said: str = ""  # with the decision
    days_left: int | None = None
    entry: EntryLink | None = None
    may_not: str = ""  # why the viewer may not grant it
    may_decide: bool = False

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= SOON


@dataclass(frozen=True)
class WaiversPage:
    """`waivers.html`."""

    waiting: tuple[WaiverRow, ...]
    in_force: tuple[WaiverRow, ...]
    past: tuple[WaiverRow, ...]
    may_request: bool
    waivable: tuple[tuple[str, str], ...]  # each with its title
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """What stands, in one line."""
        if not self.waivable and not self.in_force:
            return gettext("Policy lets no rule be set aside.")
        soon = sum(1 for row in self.in_force if row.ends_soon)
        held = count(len(self.in_force), "waiver")
        text = ngettext("%(held)s is in force", "%(held)s are in force", len(self.in_force)) % {
            "held": held
        }
        if soon and soon == len(self.in_force):
            text += ngettext(
                " and ends within %(days)s days", " and end within %(days)s days", soon
            ) % {"days": SOON}
        elif soon:
            text += ngettext(
                ", %(soon)s of them ends within %(days)s days",
                ", %(soon)s of them end within %(days)s days",
                soon,
            ) % {"soon": soon, "days": SOON}
        if self.waiting:
            text += ngettext(
                "; %(waiting)s waits for an answer",
                "; %(waiting)s wait for an answer",
                len(self.waiting),
            ) % {"waiting": len(self.waiting)}
        return f"{text}."

    def refused(self, refusal: Refusal) -> "WaiversPage":
        """The same page with what was refused."""
        return replace(self, refusal=refusal)


def waiver_form(
    url: str, waivable: Named, longest: str, typed: Typed, wrong: Typed, recorded_as: str
) -> FormPage:
    """Ask that a rule be set aside."""
    barred = None
    if not waivable:
        barred = MayNot(
            gettext("No rule can be set aside."),
            gettext("The policy in force names none that may be."),
            gettext("Whoever adopts policy adds it to waivers: checks."),
        )
    return FormPage(
        title=gettext("Ask for a waiver"),
        sentence=gettext(
            "A rule that cannot be met is set aside for a time, by somebody else, "
            "with an end and with what lowers the risk meanwhile."
        ),
        url=url,
        fields=(
            select_field(
                "check",
                gettext("Rule"),
                gettext("What is not to be asked for."),
                waivable,
                typed,
                wrong,
            ),
            text_field(
                "subject",
                gettext("For"),
                gettext("A change, system:NAME, vulnerability:NAME, or organisation."),
                typed,
                wrong,
            ),
            text_field(
                "ends",
                gettext("Until"),
                gettext("The last day, UTC. At most %(longest)s.") % {"longest": longest},
                typed,
                wrong,
                kind="date",
            ),
            area_field(
                "reason", gettext("Reason"), gettext("Why the rule cannot be met."), typed, wrong
            ),
            area_field(
                "compensation",
                gettext("What stands in"),
                gettext("What lowers the risk meanwhile, and who sees to it."),
                typed,
                wrong,
            ),
            text_field(
                "control",
                gettext("Control"),
                gettext("The compensating control's number in the matrix."),
                typed,
                wrong,
                is_required=False,
            ),
        ),
        button=gettext("Ask"),
        promise=gettext(
            "Recorded as %(recorded_as)s. It changes nothing until somebody else "
            "grants it. It cannot be undone; it can be refused, and what was granted "
            "can be taken back."
        )
        % {"recorded_as": recorded_as},
        may_not=barred,
        back=("waivers", gettext("Back to the waivers")),
    )
