"""Documents, read for their pages."""

from dataclasses import replace

from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.permissions import holder_of
from changeproof.accounts.readers import Obliged, obliged_to_read
from changeproof.accounts.vocabulary import Permission
from changeproof.ledger.documents import DocumentVersion
from changeproof.ledger.documents_read import StandingDocument, documents_at
from changeproof.ledger.service import Ledger
from changeproof.web.pages.documents_page import (
    DocumentPage,
    DocumentRow,
    DocumentsPage,
    DocumentVersionPage,
    ReaderRow,
    VersionRow,
    review_fields,
)
from changeproof.web.pages.fields import Typed
from changeproof.web.readings.entries import linked, read_links
from changeproof.web.readings.text_difference import difference
from changeproof.web.visibility import sees
from changeproof.workflow.documents import hindrance


def read_documents(held: Ledger, caller: Caller, moment: int) -> DocumentsPage:
    """Those on systems that the viewer may see; what is late stands first."""
    visible = caller.systems(Permission.CHANGE_READ)
    rows = [
        _row(each, obliged_to_read(held.store, each, moment), caller, moment)
        for each in documents_at(held.store, moment)
        if sees(visible, each.shown.system)
    ]
    return DocumentsPage(
        rows=tuple(sorted(rows, key=lambda row: (not (row.is_overdue or row.late), row.name))),
        may_write=caller.may_somewhere(Permission.CHANGE_REQUEST),
    )


def read_document(
    held: Ledger, caller: Caller, moment: int, name: str, typed: Typed, wrong: Typed
) -> DocumentPage | None:
    """One document; None where the viewer may see none of this name."""
    document = document_named(held, caller, moment, name)
    if document is None:
        return None
    system = document.shown.system
    readers = obliged_to_read(held.store, document, moment)
    links = read_links(held, {each.event for each in document.versions})
    may_write = caller.may(Permission.CHANGE_REQUEST, system)
    may_review = document.in_force is not None and caller.may(Permission.REVIEW_HOLD, system)
    versions = []
    for each in document.versions:
        row = _version(document, each)
        why = ""
        if row.is_waiting:
            why = (
                hindrance(held.store, caller.account, document, each, moment)
                if may_write
                else gettext("None of your roles holds %(permission)s on %(system)s.")
                % {"permission": Permission.CHANGE_REQUEST.value, "system": system}
            )
        entry = next(iter(linked(links, [each.event])), None)
        versions.append(replace(row, hindrance=why, entry=entry))
    return DocumentPage(
        row=_row(document, readers, caller, moment),
        text=held.text(document.shown.text),
        versions=tuple(versions),
        readers=tuple(
            ReaderRow(each.account, each.due_at, each.acknowledged_at, _late(each, moment))
            for each in readers
        ),
        may_write=may_write,
        review_fields=review_fields(typed, wrong) if may_review else (),
        recorded_as=caller.account,
    )


def read_document_version(
    held: Ledger, caller: Caller, moment: int, name: str, number: int
) -> DocumentVersionPage | None:
    """One version beside the one that was in force, or was written, before it."""
    document = document_named(held, caller, moment, name)
    if document is None:
        return None
    at = next(
        (
            place
            for place, each in enumerate(document.versions)
            if each.document_version == str(number)
        ),
        None,
    )
    if at is None:
        return None
    version, earlier = document.versions[at], document.versions[at + 1 :]
    begun = {each for each, _ in document.since}
    former = next((each for each in earlier if each.document_version in begun), None)
    former = former or next(iter(earlier), None)
    texts = held.texts({version.text, *([former.text] if former else [])})
    text, before = texts.get(version.text), texts.get(former.text) if former else None
    return DocumentVersionPage(
        name=name,
        title=version.title,
        shown=_version(document, version),
        digest=version.text,
        is_kept=text is not None,
        before=former.document_version if former and before is not None else "",
        lines=tuple(difference(before or "", text or "")) if text is not None else (),
    )


def document_named(held: Ledger, caller: Caller, moment: int, name: str) -> StandingDocument | None:
    """One that the viewer may see."""
    visible = caller.systems(Permission.CHANGE_READ)
    found = documents_at(held.store, moment, [name])
    return next((each for each in found if sees(visible, each.shown.system)), None)


def _row(
    document: StandingDocument, readers: list[Obliged], caller: Caller, moment: int
) -> DocumentRow:
    shown, due = document.shown, document.review_due
    waiting = [each for each in readers if each.acknowledged_at is None]
    own = holder_of(caller.account)
    return DocumentRow(
        name=document.name,
        title=shown.title,
        kind=shown.kind,
        system=shown.system,
        version=document.in_force.document_version if document.in_force else "",
        in_force_from=document.in_force_from,
        review_due=due,
        is_overdue=due is not None and due < moment,
        unread=len(waiting),
        late=sum(_late(each, moment) for each in waiting),
        asks_you=any(each.person == own for each in waiting),
        waiting=tuple(each.document_version for each in document.proposed),
    )


def _version(document: StandingDocument, version: DocumentVersion) -> VersionRow:
    begun = {each for each, _ in document.since}
    waiting = version in document.proposed
    if document.in_force == version:
        standing = "in force"
    elif version.document_version in begun:
        standing = "was in force"
    else:
        standing = "waits" if waiting else "never in force"
    return VersionRow(
        version=version.document_version,
        change=version.change_name,
        account=version.account or "",
        written_at=version.stated_at,
        standing=standing,
        is_waiting=waiting,
    )


def _late(each: Obliged, moment: int) -> bool:
    return each.due_at is not None and (each.acknowledged_at or moment) > each.due_at
