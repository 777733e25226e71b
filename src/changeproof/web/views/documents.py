"""Documents: the list, one of them, one version, the form, and the acts on what is in force."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import ROLES, Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import ledger, now
from changeproof.web.counting import thousands
from changeproof.web.directory import directory_of
from changeproof.web.pages.documents_page import (
    KINDS,
    OUTCOMES,
    DocumentFormPage,
    document_fields,
)
from changeproof.web.readings.desk.reading import may_not, may_systems
from changeproof.web.readings.documents_reading import (
    document_named,
    read_document,
    read_document_version,
    read_documents,
)
from changeproof.web.said import heard, say, say_named
from changeproof.web.times import DAY
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import signed_in
from changeproof.workflow.documents import (
    Acknowledge,
    PutInForce,
    ReviewDocument,
    WriteVersion,
    acknowledge,
    put_in_force,
    review_document,
    write_version,
)
from changeproof.workflow.recording import Done

_FIELDS = (
    *("document", "title", "kind", "system", "text", "reason"),
    *("review_days", "roles", "accounts", "acknowledge_days"),
)
_REVIEW = ("outcome", "reason")
_NOT_WRITTEN = gettext_noop("The version was not recorded.")
_NOT_DONE = gettext_noop("The act was not recorded.")


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def documents(request: HttpRequest) -> HttpResponse:
    """Every document, what is late first."""
    said = heard(request)
    page = replace(
        read_documents(ledger(), signed_in(request), now()), done=said.text, done_entry=said.entry
    )
    return render(request, "documents.html", {"page": page})


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def document(request: HttpRequest, document: str) -> HttpResponse:
    """What is in force, its versions, and who is to read it."""
    return _shown(request, document)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def document_version(request: HttpRequest, document: str, version: int) -> HttpResponse:
    """One version beside the one before it."""
    page = read_document_version(ledger(), signed_in(request), now(), document, version)
    if page is None:
        raise Http404
    directory_of(request).expect([page.shown.account])
    return render(request, "document_version.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def document_new(request: HttpRequest) -> HttpResponse:
    """Write a first version or, with `?document=`, the next one from what is in force."""
    held, caller = ledger(), signed_in(request)
    typed = {name: request.POST.get(name, "") for name in _FIELDS}
    after = request.POST.get("after", "")
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            done = write_version(held, caller.account, _command(typed, after))
            say_named(request, done)
            return redirect("document", document=typed["document"].strip().lower())
        except Refusal as refused:
            refusal = refused
    elif name := request.GET.get("document", ""):
        typed, after = _begun(request, name)
    barred = may_not(caller, Permission.CHANGE_REQUEST, gettext("You may not write a document."))
    systems = may_systems(held, caller, Permission.CHANGE_REQUEST)
    fields = document_fields(systems, list(ROLES), typed, _wrong(refusal, _FIELDS))
    page = DocumentFormPage(fields, typed["document"], after, caller.account, refusal)
    directory_of(request).expect([caller.account])
    status = 403 if barred is not None and refusal is not None else status_of(refusal)
    return render(request, "document_new.html", {"page": page, "may_not": barred}, status=status)


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def document_act(request: HttpRequest, document: str) -> HttpResponse:
    """Acknowledge what is in force, look at it again, or put a version in force."""
    typed = {name: request.POST.get(name, "") for name in _REVIEW}
    if not document_named(ledger(), signed_in(request), now(), document):
        raise Http404
    version, actor = request.POST.get("version", ""), signed_in(request).account
    try:
        done = _performed(actor, document, version, request.POST.get("act", ""), typed)
    except Refusal as refusal:
        return _shown(request, document, typed, refusal)
    say(
        request,
        gettext("%(document)s: %(note)s Entry %(entry)s of the log.")
        % {"document": document, "note": done.note, "entry": thousands(done.entry)},
        done.entry,
    )
    return redirect("document", document=document)


def _performed(actor: str, document: str, version: str, act: str, typed: dict[str, str]) -> Done:
    held = ledger()
    if act == "acknowledge":
        return acknowledge(held, actor, Acknowledge(document, version))
    if act == "in_force":
        return put_in_force(held, actor, PutInForce(document, version))
    outcome = _chosen("outcome", typed["outcome"], OUTCOMES, gettext(_NOT_DONE))
    return review_document(
        held, actor, ReviewDocument(document, version, cast(Any, outcome), typed["reason"])
    )


def _command(typed: dict[str, str], after: str) -> WriteVersion:
    return WriteVersion(
        document=typed["document"],
        title=typed["title"],
        kind=cast(Any, _chosen("kind", typed["kind"], KINDS, gettext(_NOT_WRITTEN))),
        system=typed["system"],
        text=typed["text"],
        reason=typed["reason"],
        after=after,
        review_days=_days("review_days", typed),
        roles=_listed_in(typed["roles"]),
        accounts=_listed_in(typed["accounts"]),
        acknowledge_days=_days("acknowledge_days", typed),
    )


def _begun(request: HttpRequest, name: str) -> tuple[dict[str, str], str]:
    """The next version's form, filled from what is in force."""
    held = ledger()
    found = document_named(held, signed_in(request), now(), name)
    if found is None:
        raise Http404
    shown = found.shown
    typed = {
        "document": found.name,
        "title": shown.title,
        "kind": shown.kind,
        "system": shown.system,
        "text": held.text(shown.text) or "",
        "reason": "",
        "review_days": _as_days(shown.review_every),
        "roles": ", ".join(found.roles),
        "accounts": ", ".join(found.accounts),
        "acknowledge_days": _as_days(shown.acknowledge_within),
    }
    return typed, found.in_force.document_version if found.in_force else ""


def _as_days(period: int | None) -> str:
    return "" if period is None else str(period // DAY)


def _days(field: str, typed: dict[str, str]) -> int | None:
    text = typed[field].strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        why = gettext("“%(text)s” is no whole number of days") % {"text": text[:40]}
        raise Refusal(
            gettext(_NOT_WRITTEN), where=field, why=why, cure=gettext("Write it such as 365.")
        )
    return int(text)


def _chosen(field: str, value: str, choices: Iterable[tuple[str, Any]], what: str) -> str:
    if value not in dict(choices):
        raise Refusal(
            what, where=field, why=gettext("it was not chosen"), cure=gettext("Choose one.")
        )
    return value


def _listed_in(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _wrong(refusal: Refusal | None, fields: Iterable[str]) -> dict[str, str]:
    if refusal is None or refusal.where not in fields:
        return {}
    return {refusal.where: f"{refusal.why[:1].upper()}{refusal.why[1:]}."}


def _shown(
    request: HttpRequest,
    name: str,
    typed: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    page = read_document(
        ledger(), signed_in(request), now(), name, typed or {}, _wrong(refusal, _REVIEW)
    )
    if page is None:
        raise Http404
    said = heard(request)
    page = replace(page, done=said.text, done_entry=said.entry, refusal=refusal)
    people = {row.account for row in page.versions} | {row.account for row in page.readers}
    told = [row.hindrance for row in page.versions]
    directory_of(request).expect([*people, page.recorded_as], told)
    return render(request, "document.html", {"page": page}, status=status_of(refusal))
