"""Write a version of a document as a change, put it in force, acknowledge it, look at it again."""

import re
from dataclasses import dataclass
from typing import Literal

from changeproof.accounts.people import user_named
from changeproof.accounts.permissions import may_somewhere
from changeproof.accounts.vocabulary import Permission, role_named
from changeproof.events.documents import (
    DocumentKind,
    DocumentPutInForce,
    DocumentReviewed,
    DocumentVersionProposed,
)
from changeproof.events.event import sha256_hex
from changeproof.events.oversight import DocumentAcknowledged
from changeproof.events.production_acts import ItemProposed, ProductionActed
from changeproof.events.refusal import Refusal
from changeproof.ledger.acknowledged import POLICY
from changeproof.ledger.contents_read import text_artifact
from changeproof.ledger.documents import DocumentVersion
from changeproof.ledger.documents_read import StandingDocument, documents_at, version_number
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.workflow.carrying_out import lacks_approval, production_at
from changeproof.workflow.closed import closure_of
from changeproof.workflow.contents_shown import ContentMoved
from changeproof.workflow.naming import UnknownName, next_change
from changeproof.workflow.oversight import require_human
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import (
    RequestChange,
    requested,
    require_permission,
    short_name,
)
from changeproof.workflow.rulings import MayNot

NOTHING = sha256_hex(b"")
"""What stood before a first version."""
LONGEST_DOCUMENT = 100_000
MOST_READERS = 200
DAY = 86_400_000_000
MOST_DAYS = 3 * 366
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_TAKEN = {"new"}


@dataclass(frozen=True, slots=True)
class WriteVersion:
    """A text that is to hold. `after` is the version in force that its writer began from; empty
    where none was. Periods are days; None asks for no review, or leaves the reading without end.

    `roles` and `accounts` (or e-mail addresses) are to acknowledge it once it is in force.
    """

    document: str
    title: str
    kind: DocumentKind
    system: str
    text: str
    reason: str
    after: str = ""
    back_out: str | None = None
    review_days: int | None = None
    roles: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    acknowledge_days: int | None = None


@dataclass(frozen=True, slots=True)
class PutInForce:
    """Carry a version's change out."""

    document: str
    version: str


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """The actor read this version and agrees."""

    document: str
    version: str


@dataclass(frozen=True, slots=True)
class ReviewDocument:
    """Looked at again: it stays as it is, or a new version is to follow."""

    document: str
    version: str
    outcome: Literal["kept", "changed"]
    reason: str


def write_version(
    ledger: Ledger, actor: str, command: WriteVersion, *, at: int | None = None
) -> Done:
    """Record a version and the request for its change, which is decided like any other.

    Raises Refusal, MayNot.
    """
    with acting(ledger, actor, at) as act:
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, command.system, act.at)
        name = _document_name(command.document)
        found = documents_at(ledger.store, act.at, [name])
        held = found[0] if found else None
        _require_begun_from(command, held)
        number = max([0, *(version_number(each) for each in held.versions)] if held else [0]) + 1
        change = next_change(ledger.store, act.year)
        request = requested(act, change, _request(command, number))
        text = act.keep("text", command.text.replace("\r\n", "\n"), LONGEST_DOCUMENT)
        if text is None:
            raise _refused("text", "it is empty", "Write what is to hold.")
        before = held.in_force.text if held and held.in_force else None
        if text == before:
            raise _refused("text", "it is what is in force already", "Change what is to change.")
        version = DocumentVersionProposed(
            **act.header,
            document=name,
            document_version=str(number),
            change=change,
            system=request.system or "",
            kind=command.kind,
            title=short_name("title", command.title),
            text=text,
            review_every=_period("review_days", command.review_days),
            roles=tuple(sorted({role_named(each) for each in command.roles})),
            accounts=_readers(command.accounts),
            acknowledge_within=_period("acknowledge_days", command.acknowledge_days),
        )
        item = ItemProposed(
            **act.header,
            change=change,
            system=version.system,
            environment=production_at(ledger.store, act.at),
            item=_item(name),
            before_digest=before or NOTHING,
            after_digest=text,
        )
        note = f"Version {number} of {name}. It holds once {change} was approved and carried out."
        return act.record(change, request, version, item, name=change, note=note)


def put_in_force(ledger: Ledger, actor: str, command: PutInForce, *, at: int | None = None) -> Done:
    """Record that a version holds from now on. Raises Refusal, MayNot.

    Whoever does it is never the only one who approved: somebody else's yes to this very text
    stands.
    """
    with acting(ledger, actor, at) as act:
        held, version = _version(ledger.store, act.at, command.document, command.version)
        require_permission(ledger, actor, Permission.CHANGE_REQUEST, version.system, act.at)
        _require_next(held, version)
        _require_open(ledger.store, version)
        _require_approved(ledger.store, actor, version, act.at)
        acted = ProductionActed(
            **act.header,
            act=f"document/{version.document}/{version.document_version}",
            system=version.system,
            environment=production_at(ledger.store, act.at),
            kind="procedure",
            item=_item(version.document),
            before_digest=held.in_force.text if held.in_force else NOTHING,
            after_digest=version.text,
            change=version.change_name,
        )
        begun = DocumentPutInForce(
            **act.header,
            document=version.document,
            document_version=version.document_version,
            change=version.change_name,
        )
        note = f"Version {version.document_version} of {version.document} is in force."
        return act.record(version.change_name, begun, acted, name=version.document, note=note)


def acknowledge(ledger: Ledger, actor: str, command: Acknowledge, *, at: int | None = None) -> Done:
    """Record that the actor read what is in force. Raises Refusal, MayNot for an auditor."""
    with acting(ledger, actor, at) as act:
        require_human(act)
        if not may_somewhere(actor, Permission.POLICY_ACKNOWLEDGE):
            raise MayNot(
                "It was not acknowledged.",
                where=command.document,
                why="you take no part in changes, and nothing that an auditor does is evidence",
                cure="Those whom the document names acknowledge it.",
            )
        for held in documents_at(ledger.store, act.at, [command.document]):
            system = held.shown.system
            require_permission(ledger, actor, Permission.CHANGE_READ, system, act.at)
        version = _current(ledger.store, act.at, command.document, command.version)
        event = DocumentAcknowledged(
            **act.header, document=command.document, document_version=version
        )
        return act.record("", event, name=command.document, note="Acknowledged.")


def review_document(
    ledger: Ledger, actor: str, command: ReviewDocument, *, at: int | None = None
) -> Done:
    """Record that somebody who may hold reviews of its system looked at a document again.

    Raises Refusal, MayNot.
    """
    with acting(ledger, actor, at) as act:
        version = _current(ledger.store, act.at, command.document, command.version)
        reason = act.needed("reason", command.reason, "Say what was looked at, and what was found.")
        [held] = documents_at(ledger.store, act.at, [command.document])
        require_permission(ledger, actor, Permission.REVIEW_HOLD, held.shown.system, act.at)
        require_human(act)
        event = DocumentReviewed(
            **act.header,
            document=command.document,
            document_version=version,
            outcome=command.outcome,
            reason=reason,
        )
        note = "Write the new version next." if command.outcome == "changed" else "It stays."
        return act.record("", event, name=command.document, note=note)


def hindrance(
    store: Store, actor: str, held: StandingDocument, version: DocumentVersion, at: int
) -> str:
    """Why `actor` cannot put this version in force now, in a sentence; empty where they can."""
    try:
        _require_next(held, version)
        _require_open(store, version)
        _require_approved(store, actor, version, at)
    except Refusal as refusal:
        return f"{refusal.why[:1].upper()}{refusal.why[1:]}. {refusal.cure}"
    return ""


def _request(command: WriteVersion, number: int) -> RequestChange:
    return RequestChange(
        title=f"{' '.join(command.title.split())[:150]}, version {number}",
        system=command.system,
        reason=command.reason,
        kind="procedure",
        back_out=command.back_out or (None if number == 1 else "Put the former text in force."),
    )


def _document_name(name: str) -> str:
    tidy = name.strip().lower()
    if tidy == POLICY:
        raise _refused("document", "the policy has pages of its own", "Put it forward there.")
    if not _NAME.fullmatch(tidy) or tidy in _TAKEN:
        raise _refused(
            "document",
            "a document is named by 1 to 60 small letters, digits and dashes",
            "Name it such as restore-runbook.",
        )
    return tidy


def _require_begun_from(command: WriteVersion, held: StandingDocument | None) -> None:
    current = held.in_force.document_version if held and held.in_force else ""
    if command.after != current:
        stands = f"version {current} is" if current else "none is"
        raise ContentMoved(
            "The version was not recorded.",
            where="text",
            why=f"it was begun from {command.after or 'nothing'}, and {stands} in force now",
            cure="Look at what is in force, and write it from there.",
        )


def _version(
    store: Store, at: int, document: str, number: str
) -> tuple[StandingDocument, DocumentVersion]:
    for held in documents_at(store, at, [document]):
        for version in held.versions:
            if version.document_version == number:
                return held, version
    raise UnknownName(
        "The document was not found.",
        where=f"{document} {number}"[:200],
        why="no document of this name has this version",
        cure="List them: changeproof document list",
    )


def _current(store: Store, at: int, document: str, number: str) -> str:
    """The version in force, which must be the one that was looked at."""
    held, _ = _version(store, at, document, number)
    current = held.in_force.document_version if held.in_force else ""
    if current != number:
        raise ContentMoved(
            "The act was not recorded.",
            where=document,
            why=f"version {current} is in force" if current else "no version is in force",
            cure="Read what is in force.",
        )
    return current


def _require_next(held: StandingDocument, version: DocumentVersion) -> None:
    if version not in held.proposed:
        raise _not_begun(
            version,
            "it is in force, or a later version is",
            "Write a new version; a former text may be its content.",
        )


def _require_open(store: Store, version: DocumentVersion) -> None:
    if closure_of(store, version.change_name):
        raise _not_begun(version, f"{version.change_name} is closed", "Write a new version.")


def _require_approved(store: Store, actor: str, version: DocumentVersion, at: int) -> None:
    why = lacks_approval(store, actor, version.change_name, text_artifact(version), at)
    if why:
        raise _not_begun(version, why, f"Have somebody else approve {version.change_name}.")


def _period(field: str, days: int | None) -> int | None:
    if days is None:
        return None
    if not 0 < days <= MOST_DAYS:
        raise _refused(
            field, f"{days} days are not between 1 and {MOST_DAYS:,}", "State fewer, or none."
        )
    return days * DAY


def _readers(accounts: tuple[str, ...]) -> tuple[str, ...]:
    if len(accounts) > MOST_READERS:
        why = f"it names {len(accounts)} people; {MOST_READERS} are taken"
        raise _refused("accounts", why, "Name a role.")
    try:
        return tuple(sorted({user_named(each).account for each in accounts}))
    except Refusal as unknown:
        raise _refused("accounts", f"{unknown.where}: {unknown.why}", unknown.cure) from unknown


def _item(document: str) -> str:
    return f"document/{document}"


def _refused(where: str, why: str, cure: str) -> Refusal:
    return Refusal("The version was not recorded.", where=where, why=why, cure=cure)


def _not_begun(version: DocumentVersion, why: str, cure: str) -> Refusal:
    return Refusal(
        "The version was not put in force.",
        where=f"{version.document} {version.document_version}",
        why=why,
        cure=cure,
    )
