"""Files beside a change: typed by their bytes, limited in size, kept by digest."""

from dataclasses import dataclass
from pathlib import PurePath

from changeproof.events.assessments import FileAttached
from changeproof.events.refusal import Refusal
from changeproof.ledger.assessments import Attachment
from changeproof.ledger.service import Ledger
from changeproof.workflow.assessing import may_assess
from changeproof.workflow.naming import find_change
from changeproof.workflow.recording import Done, acting
from changeproof.workflow.requesting import short_name

LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 50
_SIGNATURES: dict[str, tuple[str, bytes]] = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
}
_TEXTS = {
    ".txt": "text/plain",
    ".log": "text/plain",
    ".md": "text/markdown",
    ".csv": "text/csv",
    ".json": "application/json",
    ".sql": "application/sql",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
}
ENDINGS = tuple(sorted({*_SIGNATURES, *_TEXTS}))
"""What is taken: nothing that a browser or an office program would run."""


@dataclass(frozen=True, slots=True)
class AttachFile:
    """A file and the name that it had where it came from."""

    change: str
    name: str
    body: bytes


def attach(ledger: Ledger, actor: str, command: AttachFile, *, at: int | None = None) -> Done:
    """Keep a file beside a change. Raises Refusal, MayNot."""
    name = short_name("file", PurePath(command.name.replace("\\", "/")).name)
    refuse_size(len(command.body))
    media_type = typed(name, command.body)
    with acting(ledger, actor, at) as act:
        change = find_change(ledger, command.change)
        may_assess(ledger, actor, change, act.at)
        held = ledger.store.by(Attachment, "change_name", [change])
        if len(held) >= MOST_FILES:
            raise _refused(f"{MOST_FILES} files stand beside it already", "Link to the rest.")
        event = FileAttached(
            **act.header,
            change=change,
            digest=act.body(command.body),
            name=act.line("file", name),
            media_type=media_type,
            size=len(command.body),
        )
        return act.record(change, event, name=change)


def refuse_size(size: int) -> None:
    """Refuse a file that is empty or too large, before it is read where its size is told."""
    if size == 0:
        raise _refused("it is empty", "Choose the file again.")
    if size > LARGEST_FILE:
        why = f"it has {size:,} bytes; {LARGEST_FILE:,} are taken"
        raise _refused(why, "Shorten it, or link to it.")


def typed(name: str, body: bytes) -> str:
    """The media type that ending and bytes agree on. Raises Refusal where they do not."""
    ending = PurePath(name).suffix.lower()
    if ending in _SIGNATURES:
        media_type, signature = _SIGNATURES[ending]
        if body.startswith(signature):
            return media_type
        raise _refused(f"its bytes are not those of a {ending} file", "Save it in that format.")
    if ending not in _TEXTS:
        listed = ", ".join(ENDINGS)
        raise _refused(f"a name that ends in “{ending[:20]}” is not taken", f"Taken are: {listed}.")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise _refused("it is no text in UTF-8", "Save it as UTF-8 text.")
    return _TEXTS[ending]


def _refused(why: str, cure: str) -> Refusal:
    return Refusal("The file was not attached.", where="file", why=why, cure=cure)
