"""Tells an open page whether to look again: an answer of a few bytes, or 304.

The server answers each page in a thread of its own and keeps none for readers who wait, so a page
asks (docs/decisions/0015-pages-ask-whether-they-are-old.md).
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.service import ledger
from changeproof.web.readings.live_reading import read_state
from changeproof.web.visibility import signed_in

_LONGEST_NAME = 500


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True, seated=True)
def live(request: HttpRequest) -> HttpResponseBase:
    """The state of `?change=NAME`, or without one of the record, as an ETag."""
    held, change = ledger(), request.GET.get("change", "")[:_LONGEST_NAME]
    state = read_state(held, signed_in(request), change)
    if state is None:
        raise Http404
    made: HttpResponse = JsonResponse({"state": state})
    tag = f'"{state}"'
    made["ETag"] = tag
    made["Cache-Control"] = "private, no-store"
    return get_conditional_response(request, etag=tag, response=made) or made
