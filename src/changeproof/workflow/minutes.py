"""The minutes of a meeting of the board as text: made from the record, and from nothing else."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from changeproof.ledger.joined import Change
from changeproof.ledger.service import Ledger
from changeproof.workflow.board_meetings import AgendaItem, Meeting

OUTCOMES: Mapping[str, str] = {
    "granted": "Granted",
    "refused": "Refused",
    "not_decided": "Not decided",
}
FORMS: Mapping[str, str] = {"seated": "seated", "by_page": "votes by page"}


def minutes(
    meeting: Meeting,
    titles: Mapping[str, str],
    texts: Mapping[str, str],
    name: Callable[[str], str],
) -> str:
    """Who was called, and of each change in `titles` who voted how and why; `texts` by digest."""
    lines = [
        f"Advisory board, {meeting.name}",
        f"{FORMS[meeting.form]}, {_utc(meeting.begins_at)} to {_utc(meeting.ends_at)}",
        f"Chair: {name(meeting.chair)}",
        f"Members: {', '.join(name(each) for each in meeting.members)}",
    ]
    for number, item in enumerate((each for each in meeting.items if each.change in titles), 1):
        lines += ["", f"{number}. {item.change}: {titles[item.change]}", *_item(item, texts, name)]
    hidden = sum(1 for each in meeting.items if each.change not in titles)
    if hidden:
        lines += ["", f"{hidden} more on systems that you may not see."]
    return "\n".join(lines) + "\n"


def texts_of(ledger: Ledger, meeting: Meeting) -> tuple[dict[str, str], dict[str, str]]:
    """The titles of all its changes, by change, and the reasons of its votes, by digest."""
    names = {item.change for item in meeting.items}
    digests = {
        row.change_id: row.title or "" for row in ledger.store.by(Change, "change_id", names)
    }
    reasons = {vote.reason for item in meeting.items for vote in item.votes if vote.reason}
    texts = ledger.texts({*reasons, *(each for each in digests.values() if each)})
    titles = {name: texts.get(digests.get(name, ""), name) for name in names}
    return titles, {each: " ".join(texts[each].split()) for each in reasons if each in texts}


def _item(item: AgendaItem, texts: Mapping[str, str], name: Callable[[str], str]) -> list[str]:
    lines = []
    for vote in item.votes:
        why = texts.get(vote.reason or "")
        said = f"{name(vote.account or '')} {_spoken(vote.vote)}"
        lines.append(f"   {said}{f': {why}' if why else ''}")
    lines += [f"   {name(each)} may not vote on their own change" for each in sorted(item.barred)]
    tally = item.tally
    lines.append(
        f"   {tally.in_favour} for, {tally.opposed} against, {tally.abstained} abstained;"
        f" quorum {tally.quorum}"
    )
    lines.append(f"   {OUTCOMES[item.decision.outcome] if item.decision else 'Open'}")
    return lines


def _spoken(vote: str) -> str:
    return "abstained" if vote == "abstain" else f"voted {vote}"


def _utc(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1_000_000, UTC):%d %b %Y, %H:%M UTC}"
