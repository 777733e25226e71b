"""Plan a freeze: first what it would hold and who may pass, then the act."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.web.counting import listed, thousands
from changeproof.web.pages.freeze_page import FreezePage, HeldRow, freeze_fields
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.desk.reading import may_not, may_systems
from changeproof.web.said import say
from changeproof.web.views.days import time_typed
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow.closing import SetWindow, set_window
from changeproof.workflow.planning import Planned, conflicts, read_planned
from changeproof.workflow.requesting import Window, ordered_window

_FIELDS = ("system", "begins", "until", "reason")
_WHAT = gettext_noop("The freeze was not set.")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def freeze(request: HttpRequest) -> HttpResponse:
    """The form; a POST shows what it would hold, and a second one sets it."""
    held, caller, moment = ledger(), signed_in(request), now()
    typed = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    refusal: Refusal | None = None
    window: Window | None = None
    if request.method == "POST":
        try:
            window = ordered_window(
                "until",
                Window(
                    time_typed("begins", typed["begins"], gettext(_WHAT)),
                    time_typed("until", typed["until"], gettext(_WHAT)),
                ),
            )
            if request.POST.get("act") == "record":
                system = typed["system"] or None
                command = SetWindow("freeze", window, typed["reason"], system)
                done = set_window(held, caller.account, command)
                say(
                    request,
                    gettext("The freeze is entry %(entry)s of the log.")
                    % {"entry": thousands(done.entry)},
                    done.entry,
                )
                return redirect("desk")
        except Refusal as refused:
            refusal = refused
    wrong = {}
    if refusal is not None and refusal.where in _FIELDS:
        wrong = {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    page = FreezePage(
        freeze_fields(may_systems(held, caller, Permission.CHANGE_AUTHORIZE), typed, wrong),
        may_not(caller, Permission.CHANGE_AUTHORIZE, gettext("You may not set a freeze.")),
        refusal=refusal,
    )
    if window is not None:
        page = _previewed(held, caller, page, window, typed["system"], moment)
    return render(request, "freeze.html", {"page": page}, status=status_of(refusal))


def _previewed(
    held: Ledger, caller: Caller, page: FreezePage, window: Window, system: str, moment: int
) -> FreezePage:
    planned = Planned("", "freeze", system, window.begins_at, window.ends_at)
    there = read_planned(held.store, window.begins_at, window.ends_at)
    changes = [each for each in there if each.kind == "change"]
    caught = [each.one for each in conflicts([planned, *changes], {}) if each.other == planned]
    visible = caller.systems(Permission.CHANGE_READ)
    seen = [each for each in caught if sees(visible, each.system)]
    texts = held.texts({each.title for each in seen if each.title})
    roles = policy_at(held.store, moment).get("freeze_pass_roles", ())
    who = (
        f"{listed([role.replace('_', ' ') for role in roles])} may deploy, and a" if roles else "A"
    )
    return replace(
        page,
        is_previewed=True,
        held=tuple(
            HeldRow(
                each.name,
                title_of(texts.get(each.title or ""), each.name),
                each.system,
                each.begins_at,
                each.ends_at,
            )
            for each in seen
        ),
        hidden=len(caught) - len(seen),
        passing=gettext("%(who)s declared emergency passes. Each passage stays on record.")
        % {"who": who},
    )
