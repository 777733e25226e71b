"""Work that was asked for and is done in the background: what waits, what failed, once more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.intake.jobs import try_again
from changeproof.web.readings.jobs_reading import read_jobs
from changeproof.web.said import heard, say
from changeproof.web.views.desk import status_of


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.SOURCE_MANAGE)
def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs, those that failed on top; a POST asks for one once more."""
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            try_again(request.POST.get("job", ""))
        except Refusal as refused:
            refusal = refused
        else:
            say(request, gettext("It waits to be done again."))
            return redirect("jobs")
    page = {"jobs": read_jobs(), "refusal": refusal, "done": heard(request).text}
    return render(request, "jobs.html", {"page": page}, status=status_of(refusal))
