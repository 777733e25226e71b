"""How templates print times, counts, digests and reasons."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from changeproof.web import counting, names, times
from changeproof.web.readings.changes_reading import reference_of

register = template.Library()


def _time(microseconds: int, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', times.machine(microseconds), text)


@register.filter
def utc_time(microseconds: int | None) -> str:
    """`14 Mar 2026, 09:26 UTC`, or nothing where no time is known."""
    return "" if microseconds is None else _time(microseconds, times.minute(microseconds))


@register.filter
def utc_second(microseconds: int | None) -> str:
    """`14 Mar 2026, 09:26:03 UTC`, where order decides."""
    return "" if microseconds is None else _time(microseconds, times.second(microseconds))


@register.filter
def utc_day(microseconds: int | None) -> str:
    """`14 Mar 2026`."""
    return "" if microseconds is None else _time(microseconds, times.day(microseconds))


@register.filter
def iso_day(microseconds: int) -> str:
    """For `<input type=date>`."""
    return times.iso_day(microseconds)


@register.filter
def utc_clock(microseconds: int | None) -> str:
    """`09:26:03`, under a heading that names the day."""
    return "" if microseconds is None else _time(microseconds, times.clock(microseconds))


@register.filter
def machine_time(microseconds: int) -> str:
    """RFC 3339, for an attribute that a script reads."""
    return times.machine(microseconds)


@register.filter
def length_of_time(microseconds: int) -> str:
    """`2 d 4 h`."""
    return times.duration(microseconds)


@register.filter
def thousands(number: int) -> str:
    """`1,288`."""
    return counting.thousands(number)


@register.filter
def counted(number: int, word: str) -> str:
    """`{{ 3|counted:"deviation" }}` is `3 deviations`."""
    return counting.count(number, word)


@register.filter
def digest(text: str) -> SafeString:
    """A digest or revision, shown short."""
    return names.code(text)


@register.filter
def breakable(text: str) -> SafeString:
    """An identifier that may break after its slashes."""
    parts = text.split("/")
    return format_html(
        "<code>{}</code>",
        SafeString("/<wbr>".join(str(format_html("{}", part)) for part in parts)),
    )


@register.filter
def reference(name: str) -> str:
    """What people call a change, short: `#7`, `4f2c91a`, `CHG-2026-0142`."""
    return reference_of(name)


@register.simple_tag(takes_context=True)
def reason(context: dict[str, Any], text: str) -> SafeString:
    """A reason, with the names of the accounts it mentions, as the viewer may see them."""
    frame = context.get("frame")
    return names.shown(text, frame.name_of if frame else names.same)


@register.simple_tag(takes_context=True)
def person(context: dict[str, Any], account: str) -> str:
    """The name of one account."""
    frame = context.get("frame")
    return frame.name_of(account) if frame else account
