"""What an act came to, carried over the redirect that follows it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

_ACT = "act"  # others, such as the sign-in pages, leave messages too: they are not ours to show


@dataclass(frozen=True)
class Said:
    """One sentence, and the log entry that it speaks of."""

    text: str = ""
    entry: int | None = None


def say(request: HttpRequest, text: str, entry: int | None = None) -> None:
    """Leave a sentence for the next page."""
    request._changeproof_said = (text, entry)  # type: ignore[attr-defined]
    messages.success(request, text, extra_tags=f"{_ACT} {'' if entry is None else entry}".strip())


def said_in(request: HttpRequest) -> tuple[str, int | None] | None:
    """What was left while this request was answered."""
    found: tuple[str, int | None] | None = getattr(request, "_changeproof_said", None)
    return found


def heard(request: HttpRequest) -> Said:
    """The last sentence that an act left; it is gone then."""
    found = Said()
    for message in messages.get_messages(request):
        kind, _, entry = (message.extra_tags or "").partition(" ")
        if kind == _ACT:
            found = Said(str(message), int(entry) if entry.isdecimal() else None)
    return found
