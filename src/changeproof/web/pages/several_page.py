"""Several cases given to one person, one rule set aside for several: the forms, with a preview."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from changeproof.web.pages.desk_page import Choice, Field, FormPage
from changeproof.web.pages.fields import Named, Typed, area_field, select_field, text_field

CHOSEN = "chosen"
_NAMED = 5


@dataclass(frozen=True)
class Candidate:
    """One that could be chosen, or why it could not."""

    name: str
    title: str
    detail: str = ""
    why: str = ""


def give_cases_form(
    url: str,
    candidates: Sequence[Candidate],
    owners: Named,
    chosen: Sequence[str],
    typed: Typed,
    wrong: Typed,
    form: str,
) -> FormPage:
    """Let one person see to several cases."""
    return FormPage(
        title=_("Give several cases to somebody"),
        sentence=_counted(candidates),
        url=url,
        fields=(
            _boxes(_("Cases"), candidates, chosen, wrong),
            select_field(
                "owner",
                _("Who sees to them"),
                _("By when follows from the policy, for each by itself."),
                owners,
                typed,
                wrong,
            ),
        ),
        button=_("Give the chosen"),
        promise=_("Each becomes a log entry at once. Giving it to somebody else later undoes it."),
        hidden=(("form", form),),
        back=("cases", _("Back to the cases")),
    )


def ask_waivers_form(
    url: str,
    check: str,
    title: str,
    longest: str,
    candidates: Sequence[Candidate],
    chosen: Sequence[str],
    typed: Typed,
    wrong: Typed,
    form: str,
) -> FormPage:
    """Ask that one rule be set aside for several that wait for it."""
    until = _("The last day, UTC. At most %(longest)s.") % {"longest": longest}
    return FormPage(
        title=_("Set one rule aside for several: %(rule)s") % {"rule": title},
        sentence=f"{_counted(candidates)} "
        + _("Only what is not due yet can be covered: what was missed stays as it was judged."),
        url=url,
        fields=(
            _boxes(_("For"), candidates, chosen, wrong),
            text_field("ends", _("Until"), until, typed, wrong, kind="date"),
            area_field("reason", _("Reason"), _("Why the rule cannot be met."), typed, wrong),
            area_field(
                "compensation",
                _("What stands in"),
                _("What lowers the risk meanwhile, and who sees to it."),
                typed,
                wrong,
            ),
        ),
        button=_("Ask for the chosen"),
        promise=_(
            "One request each, which changes nothing until somebody else grants it. It cannot be "
            "undone; it can be refused."
        ),
        hidden=(("form", form), ("check", check)),
        back=("waivers", _("Back to the waivers")),
    )


def grant_waivers_form(
    url: str,
    candidates: Sequence[Candidate],
    chosen: Sequence[str],
    typed: Typed,
    wrong: Typed,
    form: str,
) -> FormPage:
    """Grant several as they were asked for."""
    return FormPage(
        title=_("Grant several waivers"),
        sentence=_counted(candidates),
        url=url,
        fields=(
            _boxes(_("Waivers"), candidates, chosen, wrong),
            area_field(
                "reason", _("Reason"), _("It stands with each."), typed, wrong, is_required=False
            ),
        ),
        button=_("Grant the chosen"),
        promise=_("Each becomes a log entry at once, and can be taken back from then on."),
        hidden=(("form", form),),
        back=("waivers", _("Back to the waivers")),
    )


def _counted(candidates: Sequence[Candidate]) -> str:
    number = sum(not each.why for each in candidates)
    if not number:
        return _("Nothing here can be chosen.")
    return _("%(count)d can be chosen; nothing is chosen for you.") % {"count": number}


def _boxes(
    label: str, candidates: Sequence[Candidate], chosen: Sequence[str], wrong: Typed
) -> Field:
    refused = [each for each in candidates if each.why]
    hint = "; ".join(f"{each.title}: {each.why}" for each in refused[:_NAMED])
    if len(refused) > _NAMED:
        hint += _("; and %(count)d more") % {"count": len(refused) - _NAMED}
    return Field(
        CHOSEN,
        label,
        _("Left out: %(which)s.") % {"which": hint} if hint else "",
        "",
        wrong.get(CHOSEN, ""),
        kind="boxes",
        choices=tuple(
            Choice(each.name, each.title, each.name in chosen, each.detail)
            for each in candidates
            if not each.why
        ),
    )
