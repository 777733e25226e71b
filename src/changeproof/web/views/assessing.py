"""Answer the questions that a change raises."""

from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from changeproof.accounts.callers import permission_required
from changeproof.accounts.vocabulary import Permission
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger, ledger, now
from changeproof.web.directory import directory_of
from changeproof.web.pages.assess_page import ASKS, AssessPage, QuestionForm, choices_of, typed_of
from changeproof.web.pages.desk_page import MayNot
from changeproof.web.readings.change.files import files_of
from changeproof.web.readings.change.life_before import ANSWERS
from changeproof.web.readings.change.reading import find
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.entries import read_links, reasons_of
from changeproof.web.said import Said, heard, say_recorded
from changeproof.web.times import minute
from changeproof.web.views.desk import status_of
from changeproof.web.visibility import sees, signed_in
from changeproof.workflow import rulings
from changeproof.workflow.assessing import Answer, AssessChange, Verdict, assess, may_assess
from changeproof.workflow.attaching import ENDINGS
from changeproof.workflow.questions import TOPICS, Question, answers_digest, questions_on


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(Permission.CHANGE_READ, somewhere=True)
def assess_change(request: HttpRequest, change: str) -> HttpResponse:
    """The questions of one change; a POST answers those that were filled in."""
    held, account = ledger(), signed_in(request).account
    found = visible_change(request, held, change)
    typed = {key: str(value) for key, value in request.POST.items()}
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            command = AssessChange(found.change_id, _answers(typed), typed.get("content_digest"))
            done = assess(held, account, command)
        except Refusal as refused:
            refusal = refused
        else:
            say_recorded(request, done)
            return redirect("assess", found.change_id)
    return show_questions(request, held, found, typed, refusal)


def show_questions(
    request: HttpRequest,
    held: Ledger,
    found: Change,
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> HttpResponse:
    """The page, with what was typed and what is wrong with it."""
    said = heard(request) if refusal is None else Said()
    page = _page(held, signed_in(request).account, found, typed, refusal)
    page = replace(page, done=said.text, done_entry=said.entry)
    texts = [each.given for each in page.questions]
    if refusal is not None:
        texts += [refusal.where, refusal.why, refusal.cure]
    if page.may_not is not None:
        texts += [page.may_not.why, page.may_not.cure]
    directory_of(request).expect((), texts)
    return render(request, "assess.html", {"page": page}, status=status_of(refusal))


def visible_change(request: HttpRequest, held: Ledger, name: str) -> Change:
    """The change of this name, for a viewer who may see it. Raises Http404."""
    known = find(held, name)
    changes = held.store.by(Change, "change_id", [known]) if known else []
    systems = signed_in(request).systems(Permission.CHANGE_READ)
    if not changes or not sees(systems, changes[0].system):
        raise Http404
    return changes[0]


def _answers(typed: Mapping[str, str]) -> tuple[Answer, ...]:
    """Those topics of which something was said. Raises Refusal for words without an answer."""
    answers = []
    for topic in TOPICS:
        answer, items, reason = typed_of(typed, topic)
        if not (answer or items or reason):
            continue
        if answer not in ANSWERS:
            raise Refusal(
                gettext("The answers were not recorded."),
                where=topic,
                why=gettext("it says something, and not how it stands with it"),
                cure=gettext("Choose one of the three answers."),
            )
        named = tuple(each.strip() for each in items.split(",") if each.strip())
        answers.append(Answer(topic, cast(Verdict, answer), named, reason or None))
    return tuple(answers)


def _page(
    held: Ledger, account: str, change: Change, typed: Mapping[str, str], refusal: Refusal | None
) -> AssessPage:
    questions = questions_on(held.store, change.change_id, now())
    links = read_links(held, [one.given.event for one in questions if one.given])
    reasons = reasons_of(held, links)
    return AssessPage(
        change=change.change_id,
        title=title_of(held.text(change.title), change.change_id),
        url=reverse("assess", args=[change.change_id]),
        digest=answers_digest(questions),
        questions=tuple(_form(one, reasons, typed, refusal) for one in questions),
        refusal=refusal,
        may_not=_barred(held, account, change.change_id),
        files=files_of(held, change.change_id),
        endings=", ".join(ENDINGS),
        promise=gettext(
            "Recorded as {%(account)s}, one log entry an answer. An answer can be "
            "given anew; both stay on record."
        )
        % {"account": account},
    )


def _form(
    question: Question,
    reasons: Mapping[str, str],
    typed: Mapping[str, str],
    refusal: Refusal | None,
) -> QuestionForm:
    answer, items, reason = typed_of(typed, question.topic)
    label, asks = map(gettext, ASKS[question.topic])
    wrong = ""
    if refusal is not None and refusal.where == question.topic:
        wrong = f"{refusal.why[:1].upper()}{refusal.why[1:]}."
    return QuestionForm(
        topic=question.topic,
        label=label,
        asks=asks,
        because=question.because,
        given=_given(question, reasons),
        choices=choices_of(answer),
        items=items,
        reason=reason,
        wrong=wrong,
    )


def _given(question: Question, reasons: Mapping[str, str]) -> str:
    given = question.given
    if given is None:
        return ""
    parts = [ANSWERS[given.answer], given.items.replace(",", ", "), reasons.get(given.event, "")]
    who = gettext(" By {%(account)s}") % {"account": given.account} if given.account else ""
    when = f", {minute(given.assessed_at)}" if given.assessed_at is not None else ""
    return f"{': '.join(part for part in parts if part).rstrip('.')}.{who}{when}"


def _barred(held: Ledger, account: str, change: str) -> MayNot | None:
    try:
        may_assess(held, account, change, now())
    except rulings.MayNot as barred:
        why = f"{barred.why[:1].upper()}{barred.why[1:]}."
        return MayNot(gettext("You may not answer these questions."), why, barred.cure)
    return None
