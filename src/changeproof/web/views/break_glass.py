"""Uses of the glass: each stands here until somebody else looked at it, and its review after."""

from typing import Literal, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.readings.break_glass_reading import read_uses
from changeproof.web.said import heard, say
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.break_glass import ReviewUse, review_use

_OUTCOMES = ("justified", "not_justified")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.ACCOUNT_READ)
def break_glass(request: HttpRequest) -> HttpResponse:
    """All uses, those that wait on top; a POST reviews one."""
    held, caller = ledger(), signed_in(request)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = review_use(held, caller.account, _command(request))
        except Refusal as refused:
            refusal = refused
        else:
            say(
                request,
                gettext("%(name)s: its review is entry %(entry)s of the log.")
                % {"name": done.name, "entry": thousands(done.entry)},
                done.entry,
            )
            return redirect("break_glass")
    said = heard(request)
    rows = read_uses(held, now())
    people = [who for row in rows for who in (row.used_by, row.account, row.reviewed_by) if who]
    directory_of(request).expect(people)
    page = {
        "rows": rows,
        "waiting": sum(1 for row in rows if not row.outcome),
        "may_review": caller.may(Permission.ACCOUNT_MANAGE),
        "refusal": refusal,
        "said": said,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "break_glass.html", {"page": page}, status=status_of(refusal))


def _command(request: HttpRequest) -> ReviewUse:
    outcome = request.POST.get("outcome", "")
    if outcome not in _OUTCOMES:
        raise Refusal(
            gettext("The review was not recorded."),
            where="outcome",
            why=gettext("no button was pressed; an empty answer is never a verdict"),
            cure=gettext("Choose one of the buttons."),
        )
    stated = cast(Literal["justified", "not_justified"], outcome)
    return ReviewUse(request.POST.get("use", ""), stated, request.POST.get("reason", ""))
