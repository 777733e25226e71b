"""Where the link of a message leads: the decision that one person was asked for, not yet made."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from changeproof.accounts.callers import Caller, permission_required
from changeproof.accounts.second_factor import recent_factor
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.asked_links import Asked, LinkExpired, digest_asked, opened
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change
from changeproof.ledger.service import ledger
from changeproof.web.readings.desk.item import possible_acts, read_item
from changeproof.web.views.desk import shown_desk
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.rulings import MayNot


@require_safe
@permission_required(Permission.CHANGE_READ, somewhere=True)
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """The item as its own page opens it, with a word on what moved since the message was sent."""
    held, caller = ledger(), signed_in(request)
    try:
        question = _asked_of(caller, token)
    except Refusal as refusal:
        status = 403 if isinstance(refusal, MayNot) else 404
        status = 410 if isinstance(refusal, LinkExpired) else status
        return shown_desk(request, None, refusal, status)
    changes = held.store.by(Change, "change_id", [question.change])
    if not changes or not sees(caller.systems(Permission.CHANGE_READ), changes[0].system):
        raise Http404
    now_stands = digest_asked(held.store, changes[0], question.act)
    word: Refusal | None = None
    if question.act not in possible_acts(held, changes[0], caller):
        word = _decided(question)
    elif now_stands != question.digest:
        word = _moved(question, now_stands)
    item = read_item(
        held,
        caller,
        question.change,
        question.act,
        former_digest=question.digest if isinstance(word, ContentMoved) else "",
        shown_factor=recent_factor(request) or "",
    )
    return shown_desk(request, item, word, 200)


def _asked_of(caller: Caller, token: str) -> Asked:
    """What this caller is asked. Raises Refusal; MayNot where it asks somebody else."""
    question = opened(token)
    if question.account != caller.account:
        raise MayNot(
            gettext("This link asks somebody else."),
            why=gettext("a link of a message is for the person to whom it was sent"),
            cure=gettext("What waits for you stands on your own desk."),
        )
    return question


def _decided(question: Asked) -> Refusal:
    return Refusal(
        gettext("What you were asked waits no more."),
        where=question.change,
        why=gettext("it was decided or closed since the message was sent"),
        cure=gettext("Nothing is left to do, unless you see it otherwise."),
    )


def _moved(question: Asked, now_stands: str) -> ContentMoved:
    return ContentMoved(
        gettext("The content changed since you were asked."),
        where="content",
        why=gettext("you were asked about %(former)s, and now it is %(now)s")
        % {"former": question.digest[:12], "now": now_stands[:12]},
        cure=gettext("Look at what stands now, then decide about that."),
    )
