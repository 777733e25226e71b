"""Drafts: private until they are sent; sent twice, recorded once."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from changeproof.events.refusal import Refusal
from changeproof.intake.writer import wake
from changeproof.ledger.service import Ledger, now
from changeproof.workflow.models import Draft
from changeproof.workflow.recording import Done

MOST_DRAFTS = 20
LONGEST_DRAFT = 100_000
"""Characters of all fields together, as JSON."""
KEPT_DONE = 7 * 24 * 3600 * 1_000_000
"""How long it is remembered that a form was recorded, so that sending it again does nothing."""
_NAME = re.compile(r"[0-9a-f]{32}")


class DraftMoved(Refusal):
    """The draft was saved elsewhere since this page was made (HTTP 409)."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft as it stands; `version` goes back with the next save."""

    draft: str
    said: Mapping[str, str]
    version: int
    saved_at: int


def new_draft() -> str:
    """The name of a form that nobody has saved yet."""
    return secrets.token_hex(16)


def save_draft(
    ledger: Ledger, account: str, form: str, name: str, said: Mapping[str, str], version: int
) -> Saved:
    """Keep what was typed; nothing goes into the log. Raises Refusal, DraftMoved."""
    text = json.dumps(dict(said), ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        raise _unsaved(
            f"it has {len(text):,} characters; {LONGEST_DRAFT:,} are kept", "Shorten it."
        )
    _named(name)
    with ledger.writing():
        held = Draft.objects.filter(draft=name).first()
        if held is None:
            _room(account)
            held = Draft(draft=name, account=account, form=form, version=version)
        if held.account != account or held.form != form:
            raise _unsaved("it is somebody else's, or another form's", "Begin a new one.")
        if held.done:
            raise _unsaved("it was recorded already", "Begin a new one.")
        if held.version != version:
            raise DraftMoved(
                "The draft was not saved.",
                where="draft",
                why="it was saved from another window since this page was opened",
                cure="Open the draft again; what you typed here is not in it.",
            )
        held.said, held.version, held.saved_at = text, version + 1, now()
        held.save()
    return _saved(held)


def draft_named(account: str, form: str, name: str) -> Saved | None:
    """A draft of this account; None where there is none that is still one."""
    held = Draft.objects.filter(draft=name, account=account, form=form, done="").first()
    return None if held is None else _saved(held)


def drafts_of(account: str, form: str) -> list[Saved]:
    """What this account has not sent yet, the last saved first."""
    rows = Draft.objects.filter(account=account, form=form, done="").order_by("-saved_at", "draft")
    return [_saved(row) for row in rows]


def discard_draft(account: str, name: str) -> None:
    """Forget a draft; one that was recorded stays known."""
    Draft.objects.filter(draft=name, account=account, done="").delete()


def once(ledger: Ledger, account: str, form: str, name: str, record: Callable[[], Done]) -> Done:
    """Do what a form asks for, unless it was done: then what came of it the first time."""
    if not name:
        return record()
    _named(name)
    with ledger.writing():
        held = Draft.objects.filter(draft=name).first()
        if held is not None and (held.account, held.form) != (account, form):
            raise _unsaved("it is somebody else's, or another form's", "Open the form again.")
        if held is not None and held.done:
            return Done(**json.loads(held.done))
        done = record()
        fresh = held or Draft(draft=name, account=account, form=form)
        fresh.said, fresh.saved_at, fresh.done = "{}", now(), json.dumps(asdict(done))
        fresh.save()
        Draft.objects.filter(saved_at__lt=now() - KEPT_DONE).exclude(done="").delete()
    wake()
    return done


def _room(account: str) -> None:
    if Draft.objects.filter(account=account, done="").count() >= MOST_DRAFTS:
        raise _unsaved(f"you have {MOST_DRAFTS} drafts already", "Discard one of them, or send it.")


def _named(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise _unsaved("the form's own number is missing or altered", "Open the form again.")


def _saved(row: Draft) -> Saved:
    return Saved(row.draft, json.loads(row.said), row.version, row.saved_at)


def _unsaved(why: str, cure: str) -> Refusal:
    return Refusal("The draft was not saved.", where="draft", why=why, cure=cure)
