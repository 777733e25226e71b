"""The fields of the desk's forms: one place for labels and hints."""

from collections.abc import Sequence

from django.utils.translation import gettext

from changeproof.web.pages.desk_page import FormPage
from changeproof.web.pages.fields import (
    Named,
    Typed,
    area_field,
    select_field,
    system_field,
    text_field,
)


def emergency_form(
    url: str,
    systems: Sequence[str],
    authorizers: Named,
    typed: Typed,
    wrong: Typed,
    recorded_as: str,
    *,
    needs_incident: bool,
    needs_change: bool = False,
) -> FormPage:
    """Declare an emergency: reason, incident, scope, end; tests, approval and review follow.

    What is needed is what the policy in force asks for; who is locked needs the change that a
    change manager authorized.
    """
    return FormPage(
        title=gettext("Declare an emergency"),
        sentence=gettext(
            "It waits for nobody. Authorization, approval, tests and review stay "
            "owed, and the next emergency is locked for you until the review."
        ),
        url=url,
        fields=(
            area_field(
                "reason", gettext("Reason"), gettext("What is broken, and for whom."), typed, wrong
            ),
            text_field(
                "incident",
                gettext("Incident"),
                gettext("Its key or address; the policy in force asks for it.")
                if needs_incident
                else gettext("Its key or address."),
                typed,
                wrong,
                is_required=needs_incident,
            ),
            system_field(
                gettext("The emergency covers this system and no other."), systems, typed, wrong
            ),
            text_field(
                "minutes",
                gettext("Length in minutes"),
                gettext(
                    "From now, seven days at most. What is deployed after the end is not covered."
                ),
                {"minutes": "240", **typed},
                wrong,
                kind="number",
            ),
            select_field(
                "authorized_by",
                gettext("Asked to authorize it"),
                gettext(
                    "Somebody else, who then authorizes it themselves; until they do, it is owed."
                ),
                authorizers,
                typed,
                wrong,
                is_required=False,
            ),
            text_field(
                "change",
                gettext("Change"),
                gettext("The one that a change manager authorized.")
                if needs_change
                else gettext("One that is on record already; without it, one is requested."),
                typed,
                wrong,
                is_required=needs_change,
            ),
        ),
        button=gettext("Declare"),
        promise=gettext(
            "Recorded as %(recorded_as)s. It becomes a log entry at once. This "
            "cannot be undone: what it skips stays owed."
        )
        % {"recorded_as": recorded_as},
    )
