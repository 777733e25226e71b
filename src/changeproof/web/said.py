"""What an act came to, carried over the redirect that follows it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from changeproof.web.counting import thousands
from changeproof.workflow.recording import Done

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


def say_recorded(request: HttpRequest, done: Done) -> None:
    """Leave for the next page that an act was recorded, and what to know of it."""
    say(request, recorded_entry(done), done.entry)


def say_named(request: HttpRequest, done: Done) -> None:
    """The same of what an act made, by its name."""
    say(request, named_entry(done), done.entry)


def recorded_entry(done: Done) -> str:
    """Which entry of the log holds the act, and what to know of it."""
    words = gettext("Recorded as entry %(entry)s of the log.") % {"entry": thousands(done.entry)}
    return f"{words} {done.note}".strip()


def named_entry(done: Done) -> str:
    """Which entry of the log holds what the act made, and what to know of it."""
    words = gettext("%(name)s is entry %(entry)s of the log.") % {
        "name": done.name,
        "entry": thousands(done.entry),
    }
    return f"{words} {done.note}".strip()


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
