"""One form for what becomes of a change beside the others: cancel, reopen, split, merge, link."""

from collections.abc import Callable, Mapping
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, ledger
from changeproof.web.pages.desk_page import Choice, Field, FormPage, MayNot
from changeproof.web.pages.fields import Typed, area_field, text_field
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.said import say_recorded
from changeproof.web.views.assessing import visible_change
from changeproof.web.views.desk_forms import shown_form
from changeproof.web.visibility import signed_in
from changeproof.workflow.closed import closure_of
from changeproof.workflow.recording import Done
from changeproof.workflow.relating import (
    CancelChange,
    Link,
    MergeDuplicate,
    RelateChanges,
    ReopenChange,
    SplitChange,
    cancel,
    merge,
    relate,
    reopen,
    split,
)

_LINKS = {
    "causes": gettext_noop("It causes the other"),
    "blocks": gettext_noop("It blocks the other"),
    "relates": gettext_noop("It has to do with the other"),
    "reverts": gettext_noop("It takes the other out"),
}
_OPEN = {
    "cancel": (
        gettext_noop("Cancel it"),
        gettext_noop("It will not be done. It can be opened again."),
    ),
    "merge": (
        gettext_noop("Merge it into the other"),
        gettext_noop("It asks for the same; it is cancelled."),
    ),
    "split": (
        gettext_noop("Split a part off"),
        gettext_noop("The part gets a number, and needs its own authorization."),
    ),
}
_CLOSED = {
    "reopen": (gettext_noop("Open it again"), gettext_noop("Its earlier decisions stay on record."))
}


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def arrange(request: HttpRequest, change: str) -> HttpResponse:
    """Cancel, reopen, split, merge or link one change."""
    held, caller = ledger(), signed_in(request)
    found = visible_change(request, held, change)
    typed = {name: request.POST.get(name, "") for name in ("act", "other", "title", "reason")}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = _done(held, caller.account, found.change_id, typed)
        except Refusal as refused:
            refusal = refused
        else:
            say_recorded(request, done)
            return redirect("desk")
    page = _page(held, caller, found, typed, refusal)
    return shown_form(request, page, refusal, _barred(caller, found))


def _done(held: Ledger, actor: str, change: str, typed: Typed) -> Done:
    reason, other = typed["reason"], typed["other"]
    acts: Mapping[str, Callable[[], Done]] = {
        "cancel": lambda: cancel(held, actor, CancelChange(change, reason)),
        "reopen": lambda: reopen(held, actor, ReopenChange(change, reason)),
        "split": lambda: split(held, actor, SplitChange(change, typed["title"], reason)),
        "merge": lambda: merge(held, actor, MergeDuplicate(change, _named(other), reason)),
    }
    act = typed["act"]
    if act in _LINKS:
        command = RelateChanges(change, _named(other), cast(Link, act), reason)
        return relate(held, actor, command)
    if act not in acts:
        raise Refusal(
            gettext("Nothing was recorded."),
            where="act",
            why=gettext("nothing was chosen; an empty answer is never a decision"),
            cure=gettext("Choose what is to happen."),
        )
    return acts[act]()


def _named(other: str) -> str:
    if other.strip():
        return other
    raise Refusal(
        gettext("The act was not recorded."),
        where="other",
        why=gettext("it names no other change"),
        cure=gettext("Write its number, ticket or pull request."),
    )


def _page(
    held: Ledger, caller: Caller, change: Change, typed: Typed, refusal: Refusal | None
) -> FormPage:
    wrong = {}
    if refusal is not None:
        field = refusal.where if refusal.where in {"act", "other", "title", "reason"} else "act"
        field = "other" if refusal.where == typed["other"] != "" else field
        wrong = {field: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}
    lifted = _CLOSED if closure_of(held.store, change.change_id) else _OPEN
    offered = [(name, *map(gettext, words)) for name, words in lifted.items()]
    offered += [(name, gettext(words), "") for name, words in _LINKS.items()]
    choices = tuple(
        Choice(name, label, typed["act"] == name, detail) for name, label, detail in offered
    )
    hint = gettext("Its number, ticket or pull request; needed to merge or link.")
    return FormPage(
        title=gettext("Arrange: %(title)s")
        % {"title": title_of(held.text(change.title), change.change_id)},
        sentence=gettext(
            "What becomes of this change beside others. Each stands on both changes' pages."
        ),
        url=reverse("arrange", args=[change.change_id]),
        fields=(
            Field(
                "act",
                gettext("What is to happen"),
                "",
                wrong=wrong.get("act", ""),
                kind="radios",
                choices=choices,
            ),
            text_field("other", gettext("The other change"), hint, typed, wrong, is_required=False),
            text_field(
                "title",
                gettext("Title of the part"),
                gettext("Needed to split."),
                typed,
                wrong,
                is_required=False,
            ),
            area_field(
                "reason", gettext("Reason"), gettext("Kept with it, and shown."), typed, wrong
            ),
        ),
        button=gettext("Record it"),
        promise=gettext(
            "Recorded as %(display_name)s. It becomes a log entry at once. A "
            "cancelled change can be reopened; what was linked, split or merged "
            "stays so."
        )
        % {"display_name": caller.display_name},
    )


def _barred(caller: Caller, change: Change) -> MayNot | None:
    needed = (Permission.CHANGE_REQUEST, Permission.CHANGE_CLOSE)
    if any(caller.may(each, change.system) for each in needed):
        return None
    return MayNot(
        gettext("You may not arrange this change."),
        gettext("None of your roles holds %(permission)s or %(other)s on %(system)s.")
        % {"permission": needed[0].value, "other": needed[1].value, "system": change.system},
        gettext("Ask a requester or change manager."),
    )
