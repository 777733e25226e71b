"""Files beside a change: taken in by a form, given out as downloads alone."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.assessments import Attachment
from changeproof.ledger.service import ledger
from changeproof.web.counting import thousands
from changeproof.web.said import say
from changeproof.web.views.assessing import show_questions, visible_change
from changeproof.web.visibility import signed_in
from changeproof.workflow.attaching import AttachFile, attach, refuse_size

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
"""A body from outside runs nothing, even where a browser is led to show it."""


@require_POST
@permission_required(Permission.CHANGE_READ, somewhere=True)
def attach_file(request: HttpRequest, change: str) -> HttpResponse:
    """Keep one file beside a change."""
    held, account = ledger(), signed_in(request).account
    found = visible_change(request, held, change)
    file: UploadedFile[bytes] | None = request.FILES.get("file")
    try:
        refuse_size(0 if file is None else file.size or 0)
        name, body = ("", b"") if file is None else (file.name or "", file.read())
        done = attach(held, account, AttachFile(found.change_id, name, body))
    except Refusal as refusal:
        return show_questions(request, held, found, {}, refusal)
    say(
        request,
        gettext("Attached: entry %(entry)s of the log.") % {"entry": thousands(done.entry)},
        done.entry,
    )
    return redirect("assess", found.change_id)


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def attachment(request: HttpRequest, digest: str, change: str) -> HttpResponse:
    """A file of a change that the viewer may see, as a download; never shown in place."""
    held = ledger()
    found = visible_change(request, held, change)
    rows = held.store.by(Attachment, "change_name", [found.change_id])
    row = next((each for each in rows if each.digest == digest), None)
    body = held.log.content(digest) if row is not None else None
    if row is None or body is None:
        raise Http404
    response = HttpResponse(body, content_type="application/octet-stream")
    name = held.text(row.name) or f"{digest[:12]}.bin"
    response.headers["Content-Disposition"] = _disposition(name)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _disposition(name: str) -> str:
    """RFC 6266: always an attachment."""
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"
