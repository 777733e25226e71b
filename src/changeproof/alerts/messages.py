"""What an alert says: of one thing, or of many that came within a short time.

To a channel it names things by their identifiers: what people wrote stays inside, behind its link.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from changeproof.alerts.needed import UNAUTHORIZED
from changeproof.alerts.notices import Kind, Notice
from changeproof.ledger.protection_gaps import GAP
from changeproof.ledger.silences import SILENCE

QUARANTINE = "quarantine:"
EMERGENCY = "emergency:"
BREAK_GLASS = "break_glass:"
GIVEN_ALONE = "ROL-"
"""How the names of roles begin that were asked for, or given by one person on the host."""
ASKED_ROLE = "role:"
DUE = "due:"
WEEK = "week:"
ALERT_PATH = "alert_path:"
_LISTED = 20
"""Things that a message names; the rest it counts."""
_IN_DATA = 100


@dataclass(frozen=True, slots=True)
class Message:
    """One message: a line, some more, and the same as data."""

    title: str
    text: str
    data: dict[str, Any]


def message_of(
    notices: Sequence[Notice],
    base: str,
    digest: str = "",
    *,
    acknowledge: str = "",
    unacknowledged: str = "",
) -> Message:
    """One message of all of these, at least one. `base` is the server's address, `digest` what
    the rhythm is called, where it is one, `acknowledge` the link by which somebody says that they
    have seen it, `unacknowledged` the route by which nobody said so."""
    message = _of_all(notices, base, digest)
    title, text, data = message.title, message.text, dict(message.data)
    if unacknowledged:
        title = title.replace("Changeproof: ", "Changeproof: nobody acknowledged: ", 1)
        text += f"Nobody acknowledged it by the route {unacknowledged}.\n"
        data |= {"title": title, "unacknowledged": unacknowledged}
    if acknowledge:
        text += f"Acknowledge  {acknowledge}\n"
        data["acknowledge"] = acknowledge
    return Message(title, text, data)


def _of_all(notices: Sequence[Notice], base: str, digest: str) -> Message:
    if len(notices) == 1 and not digest:
        return _of_one(notices[0], base)
    shown = [_of_one(each, base) for each in notices[:_LISTED]]
    lead = _title_of_many(notices)
    title = f"Changeproof: {f'{digest}: ' if digest else ''}{lead}"
    more = len(notices) - len(shown)
    blocks = [_counted(notices), *("\n".join(_line(each)) for each in shown)]
    if more:
        blocks.append(f"And {more:,} more: {base}/desk")
    data = {
        "count": len(notices),
        "title": title,
        "alerts": [_of_one(each, base).data for each in notices[:_IN_DATA]],
        "more": max(0, len(notices) - _IN_DATA),
        "see": f"{base}/desk",
    }
    return Message(title, "\n\n".join(block for block in blocks if block) + "\n", data)


def to_person(waiting: Sequence[tuple[str, str]], base: str, *, is_digest: bool) -> Message:
    """What waits for one person, as (words, path of its page): each link opens a page, and what is
    decided is decided there, by whoever is signed in and was asked."""
    count = len(waiting)
    lead = "1 decision waits for you" if count == 1 else f"{count:,} decisions wait for you"
    title = f"Changeproof: {'today: ' if is_digest else ''}{lead}"
    lines = [f"{words}\n{base}{path}" for words, path in waiting[:_LISTED]]
    if count > _LISTED:
        lines.append(f"And {count - _LISTED:,} more: {base}/desk")
    lines.append("The links open pages and change nothing; they are for you alone.")
    lines.append(f"Be told less: {base}/account/told")
    return Message(title, "\n\n".join(lines) + "\n", {})


def _of_one(notice: Notice, base: str) -> Message:
    return _KINDS[notice.kind](notice, base)


def _of_case(notice: Notice, base: str) -> Message:
    see = f"{base}/cases/{quote(notice.case, safe=':/')}"
    return Message(
        f"Changeproof: {cause_of(notice)}",
        f"Check   {notice.check} ({notice.severity})\nAbout   {notice.subject}\n"
        f"Case    {notice.case}\nSee     {see}\n",
        {
            "case": notice.case,
            "about": notice.subject,
            "check": notice.check,
            "severity": notice.severity,
            "system": notice.system,
            "see": see,
        },
    )


def cause_of(notice: Notice) -> str:
    """What a case began with, in words."""
    if notice.case.startswith(SILENCE):
        return "a source fell silent"
    if notice.case.startswith(GAP):
        return "protection was off"
    if notice.check == UNAUTHORIZED:
        return "a change was deployed that nobody authorized"
    what = "a sign was raised" if notice.check.startswith("signs/") else "a deviation was found"
    return f"{what}: {notice.check}"


def _of_finding(notice: Notice, base: str) -> Message:
    see = _page_of(notice.subject, base)
    what = "a sign was raised" if notice.check.startswith("signs/") else "a deviation was found"
    return Message(
        f"Changeproof: {what}: {notice.check}",
        f"Check   {notice.check} ({notice.severity})\nChange  {notice.subject}\nSee     {see}\n",
        {
            "case": notice.case,
            "change": notice.subject,
            "check": notice.check,
            "severity": notice.severity,
            "see": see,
        },
    )


def _of_quarantine(notice: Notice, base: str) -> Message:
    see = f"{base}/sources#quarantine"
    return Message(
        "Changeproof: deliveries came that could not be read",
        f"{notice.subject}\nThey are kept whole; what turns on them is not verifiable until they"
        f" are read.\nSee     {see}\n",
        {"case": notice.case, "sign": "quarantine", "said": notice.subject, "see": see},
    )


def _of_escalation(notice: Notice, base: str) -> Message:
    see = f"{base}/desk/{quote(notice.subject, safe=':/')}"
    return Message(
        "Changeproof: a decision is late",
        f"Change  {notice.subject}\nSystem  {notice.system}\nSee     {see}\n",
        {"case": notice.case, "change": notice.subject, "kind": "escalation", "see": see},
    )


def _of_emergency(notice: Notice, base: str) -> Message:
    name = notice.case.removeprefix(EMERGENCY)
    see = _page_of(name, base)
    return Message(
        f"Changeproof: emergency {name} was declared",
        f"{notice.subject}\nSystem  {notice.system}\nSee     {see}\n",
        {
            "case": notice.case,
            "kind": "emergency",
            "system": notice.system,
            "said": notice.subject,
            "see": see,
        },
    )


def _of_break_glass(notice: Notice, base: str) -> Message:
    name, see = notice.case.removeprefix(BREAK_GLASS), f"{base}/break-glass"
    if name.startswith(GIVEN_ALONE):
        see = f"{base}/people"
        return Message(
            f"Changeproof: one person gave a role that decides: {name}",
            f"Somebody on the host gave it, and no second person was asked.\nSee     {see}\n",
            {"case": notice.case, "kind": "break_glass", "said": notice.subject, "see": see},
        )
    return Message(
        f"Changeproof: the glass was broken: {name}",
        f"Somebody on the host made an administrator for some hours.\nSee     {see}\n",
        {"case": notice.case, "kind": "break_glass", "said": notice.subject, "see": see},
    )


def _of_due(notice: Notice, base: str) -> Message:
    see = f"{base}/desk"
    return Message(
        "Changeproof: what ends or falls due soon",
        f"{notice.subject}\nSee     {see}\n",
        {"case": notice.case, "kind": "due", "said": notice.subject, "see": see},
    )


def _of_week(notice: Notice, base: str) -> Message:
    see = f"{base}/"
    return Message(
        "Changeproof: what the week was",
        f"{notice.subject}\nExact counts, no opinion. A later cure changes no verdict at"
        f" deployment.\nSee     {see}\n",
        {"case": notice.case, "kind": "week", "said": notice.subject, "see": see},
    )


def _of_alert_path(notice: Notice, base: str) -> Message:
    see = f"{base}/alerts"
    return Message(
        "Changeproof: alerts do not arrive",
        f"{notice.subject}\nWhat it should have told is kept, tried again, and listed.\n"
        f"See     {see}\n",
        {"case": notice.case, "kind": "alert_path", "said": notice.subject, "see": see},
    )


def _of_test(notice: Notice, base: str) -> Message:
    see = f"{base}/alerts"
    return Message(
        "Changeproof: a test, nothing is wrong",
        f"Alerts reach this place. {notice.subject}\nSee     {see}\n",
        {"case": notice.case, "kind": "test", "said": notice.subject, "see": see},
    )


_KINDS: dict[Kind, Callable[[Notice, str], Message]] = {
    "case": _of_case,
    "finding": _of_finding,
    "quarantine": _of_quarantine,
    "escalation": _of_escalation,
    "needs_you": _of_escalation,
    "emergency": _of_emergency,
    "break_glass": _of_break_glass,
    "due": _of_due,
    "week": _of_week,
    "alert_path": _of_alert_path,
    "test": _of_test,
}
_PLURALS: dict[Kind, str] = {
    "case": "cases were opened",
    "finding": "deviations and signs",
    "quarantine": "times deliveries could not be read",
    "escalation": "decisions are late",
    "needs_you": "decisions wait",
    "emergency": "emergencies were declared",
    "break_glass": "uses of the glass",
    "due": "lists of what ends or falls due soon",
    "week": "weeks",
    "alert_path": "channels do not arrive",
    "test": "tests",
}


def _title_of_many(notices: Sequence[Notice]) -> str:
    kinds = {each.kind for each in notices}
    if len(notices) == 1:
        return _of_one(notices[0], "").title.removeprefix("Changeproof: ")
    if len(kinds) == 1:
        return f"{len(notices):,} {_PLURALS[kinds.pop()]}"
    return f"{len(notices):,} things to know of"


def _counted(notices: Sequence[Notice]) -> str:
    """`payments 9,000, search 1,000`: where it came from, the most first."""
    systems = Counter(each.system for each in notices if each.system).most_common(_LISTED)
    return ", ".join(f"{system} {count:,}" for system, count in systems)


def _line(message: Message) -> list[str]:
    return [message.title.removeprefix("Changeproof: "), message.text.rstrip("\n")]


def _page_of(subject: str, base: str) -> str:
    return f"{base}/changes/{quote(subject, safe=':/')}"
