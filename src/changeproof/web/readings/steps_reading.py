"""The steps of a change, read for their page."""

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.documents_read import documents_at
from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger
from changeproof.ledger.steps_read import StepsStanding, StepStanding, steps_of
from changeproof.web.pages.fields import Typed
from changeproof.web.pages.steps_page import (
    STATES,
    WORDS,
    StepActRow,
    StepRow,
    StepsPage,
    decision_fields,
    plan_fields,
    report_fields,
)
from changeproof.web.readings.change.files import files_of
from changeproof.web.readings.changes_reading import title_of
from changeproof.web.readings.entries import Links, linked, read_links
from changeproof.web.visibility import sees
from changeproof.workflow.steps import hindrance


def read_steps(
    held: Ledger, caller: Caller, moment: int, change: Change, typed: Typed, wrong: Typed
) -> StepsPage:
    """The page, with the form of whatever comes next."""
    name, system = change.change_id, change.system
    found = steps_of(held.store, name)
    files = files_of(held, name)
    may_plan = caller.may(Permission.CHANGE_REQUEST, system)
    is_next = found is not None and bool(found.current or _retry(found))
    why = hindrance(held, caller.account, change, moment) if found is not None and is_next else ""
    if is_next and not caller.may(Permission.CHANGE_COMMENT, system):
        why = gettext("None of your roles holds %(permission)s on %(system)s.") % {
            "permission": Permission.CHANGE_COMMENT.value,
            "system": system,
        }
    plan = found.plan if found is not None else None
    return StepsPage(
        change=name,
        title=title_of(held.text(change.title) if change.title else None, name),
        system=system,
        rows=_rows(held, found, name) if found is not None else (),
        is_planned=found is not None,
        source=gettext("%(document)s, version %(document_version)s")
        % {"document": plan.document, "document_version": plan.document_version}
        if plan is not None and plan.document
        else "",
        failed=found.failed if found is not None else 0,
        backs_out=found.backs_out if found is not None else False,
        plan_fields=plan_fields(_documents(held, caller, moment), typed, wrong)
        if may_plan and (found is None or not found.is_begun)
        else (),
        report_fields=report_fields([(each.digest, each.name) for each in files], typed, wrong)
        if is_next and not why
        else (),
        decision_fields=decision_fields(typed, wrong)
        if found is not None and found.failed and caller.may(Permission.CHANGE_AUTHORIZE, system)
        else (),
        hindrance=why,
        recorded_as=caller.account,
    )


def _retry(found: StepsStanding) -> bool:
    """Whether a step that failed may be tried again: it was decided to go on."""
    ended = found.failed or found.backs_out
    return not ended and any(each.outcome == "failed" for each in found.steps)


def _documents(held: Ledger, caller: Caller, moment: int) -> list[tuple[str, str]]:
    visible = caller.systems(Permission.CHANGE_READ)
    return [
        (
            each.name,
            gettext("%(title)s, version %(document_version)s")
            % {"title": each.shown.title, "document_version": each.shown.document_version},
        )
        for each in documents_at(held.store, moment)
        if each.in_force is not None and sees(visible, each.shown.system)
    ]


def _rows(held: Ledger, found: StepsStanding, change: str) -> tuple[StepRow, ...]:
    acts = [each for step in found.steps for each in step.acts]
    links = read_links(held, {each.event for each in acts})
    texts = held.texts({found.plan.text, *(each.reason for each in acts if each.reason)})
    text = texts.get(found.plan.text)
    lines = (
        text.split("\n") if text is not None else [gettext("(no longer kept)")] * len(found.steps)
    )
    return tuple(
        StepRow(
            number=step.number,
            text=line,
            state=STATES[step.outcome],
            acts=_said(step, change, texts, links),
            is_current=step.number == found.current,
        )
        for step, line in zip(found.steps, lines, strict=True)
    )


def _said(
    step: StepStanding, change: str, texts: dict[str, str], links: Links
) -> tuple[StepActRow, ...]:
    return tuple(
        StepActRow(
            words=str(WORDS[each.outcome]),
            account=each.account or "",
            at=each.acted_at,
            reason=texts.get(each.reason or "", ""),
            link=each.link or "",
            file_url=reverse("attachment", args=[each.attachment, change])
            if each.attachment
            else "",
            entry=next(iter(linked(links, [each.event])), None),
        )
        for each in step.acts
    )
