"""One item of the desk: what is known, what is decided, and whether the viewer may."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.accounts.callers import Caller
from changeproof.alerts.asked_links import digest_asked
from changeproof.alerts.needed import (
    APPROVE,
    AUTHORIZE,
    POST_REVIEW,
    RESOLVE,
    REVIEW,
    review_is_owed,
)
from changeproof.events.forges import is_pull
from changeproof.ledger.cases_read import cases_about
from changeproof.ledger.contents_read import shown_of
from changeproof.ledger.incidents import IncidentChange
from changeproof.ledger.joined import Change, Finding, SubjectJudged
from changeproof.ledger.production_acts import ProposedItem
from changeproof.ledger.requests import ChangeRequest, Emergency, PostReview
from changeproof.ledger.service import Ledger
from changeproof.web.counting import thousands
from changeproof.web.pages.cases_page import linked_field
from changeproof.web.pages.change_page import Act, Fact
from changeproof.web.pages.desk_page import (
    Decision,
    DecisionForm,
    Known,
    MayNot,
    OpenItem,
)
from changeproof.web.pages.fields import Typed
from changeproof.web.pages.review_fields import review_fields
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.desk.calendar import conflicts_told
from changeproof.web.readings.desk.own_words import (
    lapsed,
    may_comment,
    taking_back,
    with_factor,
)
from changeproof.web.readings.numbers import check_name
from changeproof.web.readings.reasons import parted
from changeproof.web.states import State, state, urgency
from changeproof.workflow.closed import closure_of
from changeproof.workflow.rulings import (
    Ruling,
    may_approve,
    may_authorize,
    may_close,
    may_resolve,
    may_review,
)

CLOSE, WITHDRAW, COMMENT = "close", "withdraw", "comment"
ACTS = (APPROVE, AUTHORIZE, REVIEW, RESOLVE, CLOSE, WITHDRAW, COMMENT)
LABELS = {
    APPROVE: gettext_noop("Approve or decline"),
    AUTHORIZE: gettext_noop("Authorize"),
    REVIEW: gettext_noop("Review afterwards"),
    RESOLVE: gettext_noop("Resolve the case"),
    CLOSE: gettext_noop("Close"),
    WITHDRAW: gettext_noop("Take back what you said"),
    COMMENT: gettext_noop("Comment"),
}
_HEADINGS = {
    APPROVE: gettext_noop("Your approval"),
    AUTHORIZE: gettext_noop("Your authorization"),
    REVIEW: gettext_noop("Your review afterwards"),
    RESOLVE: gettext_noop("How the case ends"),
    CLOSE: gettext_noop("How it ended"),
    WITHDRAW: gettext_noop("What you take back"),
    COMMENT: gettext_noop("Your comment"),
}
_PROMISES = {
    APPROVE: gettext_noop(
        "You approve this content and nothing else. A later push, build or setting voids it."
    ),
    AUTHORIZE: gettext_noop(
        "You say that work may begin. Going live needs an approval of the content."
    ),
    REVIEW: gettext_noop(
        "You looked at what came of it, and at what it skipped if it could not wait. The "
        "verdict at deployment stays."
    ),
    RESOLVE: gettext_noop("The case closes. The verdict at deployment stays."),
    CLOSE: gettext_noop("A closed change keeps its decisions; nothing is decided on it any more."),
    WITHDRAW: gettext_noop(
        "You no longer stand by it. What went live before stays judged by what you said."
    ),
    COMMENT: gettext_noop("It decides nothing; everybody who sees the change reads it."),
}
_WAYS_BACK = {
    APPROVE: gettext_noop("You can take it back until the change is closed; both stay on record."),
    AUTHORIZE: gettext_noop(
        "You can take it back until the change is closed; both stay on record."
    ),
    REVIEW: gettext_noop("This cannot be undone."),
    RESOLVE: gettext_noop(
        "This cannot be undone. The case comes back by itself where its cause does."
    ),
    CLOSE: gettext_noop("Cancelled or rejected, it can be reopened; implemented cannot be undone."),
    WITHDRAW: gettext_noop("This cannot be undone, but you can decide anew."),
    COMMENT: gettext_noop("This cannot be undone: to correct a comment, write another."),
}
_HINTS = {
    APPROVE: gettext_noop(
        "What did you look at? Needed to decline or to ask for changes; kept with it."
    ),
    AUTHORIZE: gettext_noop(
        "Optional; kept with the decision. Needed to decline or to ask for changes."
    ),
    REVIEW: gettext_noop("What was achieved against the aim, and what follows. Needed."),
    RESOLVE: gettext_noop("What was found, and how you know. Needed."),
    CLOSE: gettext_noop("Not recorded with a closing."),
    WITHDRAW: gettext_noop("What you see otherwise now. Needed."),
    COMMENT: gettext_noop("A line or more. No names of customers, no secrets: the log keeps it."),
}
_DECISIONS = {
    APPROVE: (
        Decision("approved", gettext_noop("Approve"), shows_digest=True),
        Decision("changes", gettext_noop("Ask for changes")),
        Decision("declined", gettext_noop("Decline")),
    ),
    AUTHORIZE: (
        Decision("authorized", gettext_noop("Authorize"), shows_digest=True),
        Decision("changes", gettext_noop("Ask for changes")),
        Decision("declined", gettext_noop("Decline")),
    ),
    REVIEW: (
        Decision("accepted", gettext_noop("Accept")),
        Decision("follow_up", gettext_noop("Accept with a follow-up")),
    ),
    RESOLVE: (
        Decision("linked", gettext_noop("Linked to that change")),
        Decision("adopted_late", gettext_noop("Adopt late")),
        Decision("reverted", gettext_noop("Reverted")),
        Decision("false_alarm", gettext_noop("False alarm")),
    ),
    CLOSE: (
        Decision("implemented", gettext_noop("Implemented")),
        Decision("cancelled", gettext_noop("Cancelled")),
        Decision("rejected", gettext_noop("Rejected")),
    ),
    COMMENT: (Decision("comment", gettext_noop("Comment")),),
}


UNAUTHORIZED = "signs/unauthorized_deployment"


def read_item(
    held: Ledger,
    caller: Caller,
    name: str,
    wanted: str = "",
    *,
    reason: str = "",
    typed: Typed | None = None,
    wrong: Typed | None = None,
    former_digest: str = "",
    shown_factor: str = "",
) -> OpenItem | None:
    """The item of a change, opened for the act `wanted` or the first that fits; None: no change."""
    changes = held.store.by(Change, "change_id", [name])
    if not changes:
        return None
    change = changes[0]
    possible = possible_acts(held, change, caller)
    act = wanted if wanted in possible else possible[0] if possible else ""
    findings = held.store.by(Finding, "subject", [name])
    standings = held.store.by(SubjectJudged, "subject", [name])
    verdict = (standings[0].verdict if standings else None) or "pending"
    title = title_of(held.text(change.title), name)
    may_not = None
    form = None
    if act:
        ruling = ruling_on(held, caller, change, act)
        if ruling.allowed:
            form = _form(held, caller, change, act, ruling, reason, former_digest)
            if act == REVIEW:
                said = known_incidents(held, name) if typed is None else typed
                form = replace(form, fields=review_fields(said, wrong or {}))
            if act == RESOLVE:
                form = replace(form, fields=(linked_field(typed or {}, wrong or {}),))
            if act == APPROVE and not ruling.compensating:
                form = with_factor(form, held, caller, name, ruling.on_behalf_of, shown_factor)
        else:
            may_not = MayNot(ruling.what, f"{_sentence(ruling.why)}", ruling.cure)
    return OpenItem(
        id=name,
        title=title,
        system=change.system,
        sentence=_first(findings, verdict),
        url=reverse("change", args=[name]),
        known=(*_known(findings), *_in_the_way(held, caller, name)),
        form=form,
        may_not=may_not,
        acts=tuple(
            Act(gettext(LABELS[each]), f"{reverse('desk_item', args=[name])}?act={each}")
            for each in possible
            if each != act
        ),
        nothing="" if act else gettext("Nothing can be decided on it any more: it is closed."),
    )


def possible_acts(held: Ledger, change: Change, caller: Caller | None = None) -> list[str]:
    """What can be decided on it now, the most urgent first, whoever may; with `caller`, what they
    said themselves can be taken back."""
    store, name = held.store, change.change_id
    acts = []
    case = cases_about(store, [name]).get(name)
    is_open = case is not None and case.ended is None
    is_urgent = case is not None and UNAUTHORIZED in case.checks
    if is_open and is_urgent:
        acts.append(RESOLVE)
    emergencies = store.by(Emergency, "change_name", [name])
    findings = {row.check_id: row for row in store.by(Finding, "subject", [name])}
    asked = findings.get(POST_REVIEW)
    is_asked = asked is not None and review_is_owed(asked.verdict, asked.reason)
    owed = bool(emergencies) or is_asked
    if owed and not store.by(PostReview, "change_name", [name]):
        acts.append(REVIEW)
    if is_open and not is_urgent and closure_of(store, name):
        acts.append(RESOLVE)
    if closure_of(store, name):
        return acts
    # An emergency is owed its authorization, wherever the change it names came from.
    requested = change.origin == "requested" or bool(emergencies)
    authorization = findings.get("cc8_1/02_authorization")
    if requested and (authorization is None or authorization.verdict == "pending"):
        acts.append(AUTHORIZE)
    if shown_of(store, name).contents:
        acts.append(APPROVE)
    if requested and AUTHORIZE not in acts:
        acts.append(AUTHORIZE)
    if change.origin == "requested":
        acts.append(CLOSE)
    if caller is not None and taking_back(held, caller, name):
        acts.append(WITHDRAW)
    if is_open and not is_urgent:
        acts.append(RESOLVE)
    return [*acts, COMMENT]


def known_incidents(held: Ledger, name: str) -> dict[str, str]:
    """What evidence fills in a review's form: the incidents known to be caused by the change."""
    rows = held.store.by(IncidentChange, "change_name", [name])
    caused = sorted({row.incident for row in rows if row.relation == "caused"})
    return {"incidents": ", ".join(caused)}


def ruling_on(held: Ledger, caller: Caller, change: Change, act: str) -> Ruling:
    """Whether the viewer may, said before the click."""
    name = change.change_id
    if act == APPROVE:
        return may_approve(held, caller.account, name)
    if act == AUTHORIZE:
        return may_authorize(held, caller.account, name)
    if act == REVIEW:
        return may_review(held, caller.account, name)
    if act == CLOSE:
        return may_close(held, caller.account, name)
    if act == WITHDRAW:
        return Ruling(True)
    if act == COMMENT:
        return may_comment(caller, change)
    return may_resolve(held, caller.account, name)


def _form(
    held: Ledger,
    caller: Caller,
    change: Change,
    act: str,
    ruling: Ruling,
    reason: str,
    former_digest: str,
) -> DecisionForm:
    sealed, digest = _sealed(held, change, act)
    promise = gettext(_PROMISES[act])
    if ruling.on_behalf_of:
        promise += gettext(
            " You decide in the place of {%(on_behalf_of)s}, and the record says so."
        ) % {"on_behalf_of": ruling.on_behalf_of}
    if ruling.compensating:
        promise += gettext(" Nobody else can: it is recorded as a compensating review.")
    return DecisionForm(
        url=f"{reverse('desk_item', args=[change.change_id])}?act={act}",
        heading=gettext(_HEADINGS[act]),
        sealed=tuple(sealed),
        content_digest=digest,
        decisions=taking_back(held, caller, change.change_id)
        if act == WITHDRAW
        else _DECISIONS[act],
        recorded_as=caller.account,
        promise=promise,
        way_back=gettext(_WAYS_BACK[act]),
        reason=reason,
        reason_hint=gettext(_HINTS[act]),
        former_digest=former_digest if former_digest != digest else "",
        asks_reason=act != CLOSE,
        reason_label=gettext("Comment") if act == COMMENT else gettext("Reason"),
        lapsed=lapsed(held, change.change_id) if act == APPROVE else (),
    )


def _sealed(held: Ledger, change: Change, act: str) -> tuple[list[Fact], str]:
    """The object of the decision, and the digest that is posted back."""
    if act == APPROVE:
        shown = shown_of(held.store, change.change_id)
        facts = []
        for content in shown.contents:
            number = content.implementation.rpartition("/")[2]
            label = (
                gettext("Pull request %(number)s") % {"number": number}
                if is_pull(content.implementation)
                else gettext("Work")
            )
            facts.append(Fact(label, content.implementation, is_identifier=True))
            if content.revision:
                facts.append(Fact(gettext("Revision"), content.revision, is_identifier=True))
            if content.artifact:
                facts.append(Fact(gettext("Artifact"), content.artifact, is_identifier=True))
        return facts, shown.digest
    facts = [
        Fact(gettext("Change"), change.change_id, is_identifier=True),
        Fact(gettext("System"), change.system),
    ]
    requests = held.store.by(ChangeRequest, "change_name", [change.change_id])
    if not requests:
        return facts, digest_asked(held.store, change, act)
    request = requests[0]
    texts = held.texts({text for text in (request.reason, request.back_out) if text})
    facts.append(Fact(gettext("Risk"), request.risk or gettext("not rated")))
    facts.append(
        Fact(gettext("Reason"), texts.get(request.reason or "", gettext("no longer kept")))
    )
    if request.back_out:
        facts.append(
            Fact(gettext("Back-out plan"), texts.get(request.back_out, gettext("no longer kept")))
        )
    facts += _settings(held, change.change_id)
    return facts, digest_asked(held.store, change, act)


def _in_the_way(held: Ledger, caller: Caller, name: str) -> list[Known]:
    """What is planned at the same time, before anybody says yes."""
    return [
        Known(State("pending", gettext("Conflict")), told)
        for told in conflicts_told(held, caller, name)
    ]


def _settings(held: Ledger, name: str) -> list[Fact]:
    """What it asks to set: authorizing the change authorizes these contents."""
    rows = held.store.by(ProposedItem, "change_name", [name])
    texts = held.texts({d for row in rows for d in (row.before_digest, row.after_digest) if d})
    facts = []
    for row in rows:
        now = texts.get(row.before_digest or "", f"`{(row.before_digest or 'not said')[:12]}`")
        after = texts.get(row.after_digest or "", f"`{(row.after_digest or '')[:12]}`")
        facts.append(Fact(gettext("Sets %(item)s") % {"item": row.item}, f"{now} → {after}"))
    return facts


def _known(findings: Sequence[Finding]) -> Iterator[Known]:
    """The points, most urgent first; what does not apply is left out."""
    rows = [
        row
        for row in findings
        if row.check_id.startswith("cc8_1/") and row.verdict != "not_applicable"
    ]
    for row in sorted(rows, key=lambda row: (urgency(row.verdict), row.check_id)):
        name = check_name(row.check_id)
        yield Known(state(row.verdict, basis=row.basis), f"{name.name}: {parted(row.reason).what}")


def _first(findings: Sequence[Finding], verdict: str) -> str:
    urgent = [
        row for row in findings if row.check_id.startswith("cc8_1/") and row.verdict == verdict
    ]
    if not urgent:
        return gettext("It came in and waits to be judged.")
    if verdict == "met":
        return ngettext(
            "%(number)s point met; nothing is missing that was judged here.",
            "%(number)s points met; nothing is missing that was judged here.",
            len(urgent),
        ) % {"number": thousands(len(urgent))}
    return parted(min(urgent, key=lambda row: row.check_id).reason).what


def _sentence(text: str) -> str:
    tidy = text.rstrip(".")
    return f"{tidy[:1].upper()}{tidy[1:]}." if tidy else ""
