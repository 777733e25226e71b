"""What a review afterwards is asked, beside its reason: the fields of its form."""

from django.utils.translation import gettext, gettext_noop

from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Field
from changeproof.web.pages.fields import Typed, area_field, select_field, text_field, worded

ACHIEVED = (
    ("achieved", gettext_noop("Achieved")),
    ("partly", gettext_noop("Partly achieved")),
    ("not_achieved", gettext_noop("Not achieved")),
)
BACK_OUT = (
    ("not_needed", gettext_noop("Not needed")),
    ("used", gettext_noop("Used, and it held")),
    ("failed", gettext_noop("Used, and it failed")),
)
_FIELDS = ("achieved", "back_out", "incidents", "lessons", "follow_ups")


def review_fields(typed: Typed, wrong: Typed) -> tuple[Field, ...]:
    """Achieved against expected, the way back, incidents, lessons, what follows."""
    return (
        select_field(
            "achieved",
            gettext("Against what was expected"),
            gettext("The reason that it was requested for stands above."),
            worded(ACHIEVED),
            typed,
            wrong,
            is_required=False,
        ),
        select_field(
            "back_out",
            gettext("The way back"),
            "",
            worded(BACK_OUT),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "incidents",
            gettext("Incidents it caused"),
            gettext("Their keys, with commas between; each is linked to the change."),
            typed,
            wrong,
            is_required=False,
        ),
        area_field(
            "lessons",
            gettext("Lessons"),
            gettext("What to do otherwise."),
            typed,
            wrong,
            is_required=False,
        ),
        text_field(
            "follow_ups",
            gettext("Changes that follow"),
            gettext("On record already, with commas between."),
            typed,
            wrong,
            is_required=False,
        ),
    )


def wrong_at(refusal: Refusal) -> dict[str, str]:
    """The field that a refusal names, with what is wrong with it."""
    if refusal.where not in _FIELDS:
        return {}
    return {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
