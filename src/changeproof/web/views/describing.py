"""Describe a system in the register: a new one, or anew."""

from collections.abc import Iterable, Mapping
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger
from changeproof.ledger.systems_known import known_systems
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.system_page import SystemForm, place_fields, system_groups
from changeproof.web.readings.desk.reading import may_not
from changeproof.web.readings.system_form_reading import (
    OnRecord,
    owners_to_choose,
    read_described,
    systems_to_choose,
)
from changeproof.web.said import say
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow.registering import (
    MOST_ENVIRONMENTS,
    PURPOSES,
    Category,
    DescribeSystem,
    Environment,
    Purpose,
    describe_system,
)

_FIELDS = (
    "system",
    "owner",
    "in_scope",
    "objectives",
    "data_classes",
    "categories",
    "depends_on",
    "version_pattern",
)
_EMPTY_PLACES = 2
"""Rows for further environments; after saving there are more."""
_PLACE = ("environment", "purpose", "boundary")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def system_describe(request: HttpRequest) -> HttpResponse:
    """The form of `?system=NAME`, or of a new one; a POST describes it."""
    held, caller = ledger(), signed_in(request)
    asked = request.POST.get("known", request.GET.get("system", ""))[:500]
    if asked and asked not in known_systems(held.store):
        raise Http404
    if asked and not sees(caller.systems(Permission.CHANGE_READ), asked):
        raise Http404
    on_record = read_described(held, asked)
    if request.method != "POST":
        return _shown(request, asked, on_record, None)
    typed = {name: "\n".join(request.POST.getlist(name)) for name in _FIELDS}
    typed["system"] = asked or typed["system"]
    places = tuple(_typed_places(request))
    said = OnRecord(typed, places, request.POST.get("based_on", ""))
    try:
        done = describe_system(held, caller.account, _command(said))
    except Refusal as refusal:
        return _shown(request, asked, said, refusal)
    say(
        request,
        gettext("%(name)s is described, by entry %(entry)s of the log. %(note)s")
        % {"name": done.name, "entry": thousands(done.entry), "note": done.note},
        done.entry,
    )
    return redirect("systems")


def _typed_places(request: HttpRequest) -> Iterable[Mapping[str, str]]:
    for number in range(1, MOST_ENVIRONMENTS + 1):
        row = {name: request.POST.get(f"{name}-{number}", "").strip() for name in _PLACE}
        if any(row.values()):
            yield row


def _command(said: OnRecord) -> DescribeSystem:
    typed = said.typed
    return DescribeSystem(
        system=typed["system"],
        owner=typed["owner"] or None,
        in_scope=typed["in_scope"] != "no",
        objectives=_lines(typed["objectives"]),
        data_classes=_lines(typed["data_classes"]),
        categories=cast(tuple[Category, ...], _lines(typed["categories"])),
        depends_on=_lines(typed["depends_on"]),
        environments=tuple(
            Environment(
                each["environment"], cast(Purpose, each["purpose"]), each["boundary"] or None
            )
            for each in said.places
        ),
        version_pattern=typed["version_pattern"] or None,
        based_on=said.event or None,
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.splitlines() if each.strip())


def _shown(
    request: HttpRequest, asked: str, said: OnRecord, refusal: Refusal | None
) -> HttpResponse:
    held, caller = ledger(), signed_in(request)
    where = refusal.where if refusal is not None else ""
    wrong = {}
    if refusal is not None:
        wrong = {where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    rows = (*said.places, *({} for _ in range(_EMPTY_PLACES)))[:MOST_ENVIRONMENTS]
    owners = owners_to_choose(said.typed.get("owner", ""))
    systems = [each for each in systems_to_choose(held, caller) if each != asked]
    page = SystemForm(
        system=asked,
        groups=system_groups(owners, systems, said.typed, wrong, is_new=not asked),
        places=tuple(
            place_fields(
                number, PURPOSES, row, wrong.get("environments", "") if number == 1 else ""
            )
            for number, row in enumerate(rows, 1)
        ),
        based_on=said.event,
        recorded_as=caller.account,
        refusal=refusal,
        may_not=may_not(
            caller, Permission.SYSTEM_DESCRIBE, gettext("You may not describe systems.")
        ),
    )
    told = [refusal.why, refusal.cure] if refusal is not None else []
    directory_of(request).expect([caller.account], told)
    return render(request, "system_describe.html", {"page": page}, status=status_of(refusal))
