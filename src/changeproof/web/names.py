"""Account identifiers become people, and identifiers become code, when a page is shown.

Reasons keep `{github:user/583231}` placeholders (DESIGN.md section 4, rule 5); the log and
the evidence tables never hold a name, so pages ask the directory at the last moment.
"""

import re
from collections.abc import Callable
from datetime import datetime

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from changeproof.web.times import MONTHS

NameOf = Callable[[str], str]

_ACCOUNT = re.compile(r"\{([a-z][a-z0-9_-]*:[^{}\s]+)\}")
_PIECE = re.compile(
    r"\{(?P<account>[a-z][a-z0-9_-]*:[^{}\s]+)\}"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<address>\b[a-z][a-z0-9_-]*:(?:repo/[0-9]+/pull/[0-9]+|https?://[^\s,;()<>]*[^\s,;.:()<>]))"
    r"|(?P<time>\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)"
    r"|(?P<digest>\bsha256:[0-9a-f]{8,64}\b)"
    r"|(?P<hash>\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,64}\b)"
)


def same(account: str) -> str:
    """The directory of an instance that knows nobody: the identifier itself."""
    return account


def filled(text: str, name_of: NameOf = same) -> str:
    """The text with each `{account}` replaced by a person's name, as plain text."""
    return _ACCOUNT.sub(lambda found: name_of(found[1]), text)


def short_digest(digest: str) -> str:
    """`sha256:9c1e02d7` and `4f2c91a`: enough to tell apart, copied whole from the title."""
    if digest.startswith("git:"):
        return digest[4:11]
    if digest.startswith("sha256:"):
        return digest[:15]
    if len(digest) >= 20 and re.fullmatch(r"[0-9a-f]+", digest):
        return digest[:12] if len(digest) == 64 else digest[:7]
    return digest


def code(text: str) -> SafeString:
    """A digest shown short; the whole of it where the pointer rests and for a copy."""
    short = short_digest(text)
    if short == text:
        return mark_safe(f"<code>{escape(text)}</code>")  # noqa: S308 - escaped here
    return mark_safe(  # noqa: S308 - escaped here
        f'<code title="{escape(text)}">{escape(short)}</code>'
    )


def _named(address: str) -> str:
    """What people call it, `#1184` or `INC-90`; the whole of it where the pointer rests."""
    last = address.rstrip("/").rpartition("/")[2]
    short = f"#{last}" if "/pull/" in address and last.isdigit() else last
    return f'<span title="{escape(address)}">{escape(short)}</span>'


def _time(text: str) -> str:
    """A time in a reason as pages print times; the reason's own spelling stays for machines."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return escape(text)
    words = f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M:%S} UTC"
    return f'<time datetime="{text}">{words}</time>'


def shown(text: str, name_of: NameOf = same) -> SafeString:
    """A reason as HTML: escaped, with names filled in, code and digests set as code."""
    pieces: list[str] = []
    rest = 0
    for found in _PIECE.finditer(text):
        pieces.append(escape(text[rest : found.start()]))
        if found["account"]:
            pieces.append(escape(name_of(found["account"])))
        elif found["time"]:
            pieces.append(_time(found["time"]))
        elif found["address"]:
            pieces.append(_named(found["address"]))
        elif found["code"]:
            pieces.append(f"<code>{escape(found['code'])}</code>")
        else:
            pieces.append(code(found[0]))
        rest = found.end()
    pieces.append(escape(text[rest:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
