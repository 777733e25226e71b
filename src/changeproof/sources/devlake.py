"""Raw REST replies as Apache DevLake keeps them: CSV, one reply a row, JSON in the column `data`.

Each row is read by what it is, by the translator of the system that its address (`url`) names.
A row that cannot be read is said so, and stops none behind it.
"""

import csv
import io
import re
from collections import Counter
from dataclasses import replace

from changeproof.events.event import Event, sha256_hex
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.github import translate_github
from changeproof.sources.gitlab import translate_gitlab
from changeproof.sources.guards import LARGEST_PAYLOAD, guard_json
from changeproof.sources.jira.translate import translate_jira
from changeproof.sources.kinds import Glimpse, Kind, Translator
from changeproof.sources.reading import Reading

csv.field_size_limit(LARGEST_PAYLOAD)

_COLUMNS = frozenset({"params", "data", "url", "input", "created_at"})
_GITLAB = re.compile(r"https?://([^/?#\s]+)/api/v4/(?:projects/([0-9]{1,15})(?:[/?]|$))?")
_SYSTEMS: tuple[tuple[str, re.Pattern[str], Translator], ...] = (
    ("gitlab", _GITLAB, translate_gitlab),
    ("github", re.compile(r"https?://[^/]+/(?:api/v3/)?(?:repos|users|orgs)/"), translate_github),
    ("jira", re.compile(r"https?://[^?]+/rest/"), translate_jira),
)
_OTHERS = "of this system no reply is read; its webhooks are"


def is_devlake(glimpse: Glimpse) -> bool:
    """Whether a payload is such a file, by the names in its first line."""
    first = (
        glimpse.body[:500]
        .lstrip(b"\xef\xbb\xbf\r\n")
        .partition(b"\n")[0]
        .decode("utf-8", "replace")
    )
    return {name.strip().strip('"') for name in first.split(",")} >= _COLUMNS


def translate_devlake(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload where it is no such file."""
    try:
        text = delivery.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error
    if "\0" in text:
        raise MalformedPayload("it holds a NUL")
    rows = csv.DictReader(io.StringIO(text.lstrip("\r\n"), newline=""))
    events: list[Event] = []
    contents: list[bytes] = []
    seen: Counter[tuple[str, str]] = Counter()
    reading = Reading("devlake", delivery, pseudonyms)
    try:
        if "data" not in (rows.fieldnames or ()):
            raise MalformedPayload('it has no column "data"', where="line 1")
        for row in rows:
            told = _row(delivery, pseudonyms, row, seen)
            events += told.events
            contents += told.contents
    except csv.Error as error:
        raise MalformedPayload(f"it is no CSV: {error}", where=f"line {rows.line_num}") from error
    for (name, reason), count in sorted(seen.items()):
        events.append(reading.seen(name, f"{count} of its rows: {reason}"[:500]))
    if not events:
        events.append(reading.seen("devlake", "it has no rows"))
    only_seen = all(isinstance(event, DeliverySeen) for event in events)
    ignored = (
        next(event.reason for event in events if isinstance(event, DeliverySeen))
        if (only_seen)
        else None
    )
    return Translation(tuple(events), (*reading.contents, *contents), ignored)


def _row(
    delivery: Delivery,
    pseudonyms: Pseudonyms,
    row: dict[str, str],
    seen: Counter[tuple[str, str]],
) -> Translation:
    """What one reply tells; what is only seen is counted instead."""
    address, body = row.get("url") or "", (row.get("data") or "").encode()
    found = next((one for one in _SYSTEMS if one[1].match(address)), None)
    if found is None:
        seen["reply", _OTHERS] += 1
        return Translation(())
    name, _, translator = found
    stated = dict(delivery.options)
    if place := _GITLAB.match(address):
        stated |= {"host": place[1], **({"project": place[2]} if place[2] else {})}
    inner = replace(
        delivery,
        kind=name,
        id=sha256_hex(body),  # as if the reply had come by itself
        body=body,
        name=None,
        options=tuple(sorted(stated.items())),
    )
    try:
        guard_json(body)
        told = translator(inner, pseudonyms)
    except MalformedPayload as refused:
        where = f" ({refused.where})" if refused.where else ""
        seen[name, f"it cannot be read{where}: {refused.why}"] += 1
        return Translation(())
    for event in told.events:
        if isinstance(event, DeliverySeen):
            seen[name, event.reason] += 1
    evidence = tuple(event for event in told.events if not isinstance(event, DeliverySeen))
    return Translation(evidence, told.contents if evidence else ())


KINDS = (
    Kind(
        "devlake",
        "Apache DevLake's raw replies",
        translate_devlake,
        fits=is_devlake,
        json=False,
        of_record=True,
        options=("repository", "system"),
    ),
)
