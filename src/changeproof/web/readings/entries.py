"""Events as links to their log entries, many at once."""

import json
from collections.abc import Collection, Iterable

from changeproof.ledger.service import Ledger
from changeproof.log.database import Question
from changeproof.web.pages.entry_link import EntryLink

SOURCE_NAMES = {
    "github": "GitHub",
    "gitlab": "GitLab",
    "gerrit": "Gerrit",
    "bitbucket": "Bitbucket",
    "gitea": "Gitea",
    "gogs": "Gogs",
    "azure-devops": "Azure DevOps",
    "git": "git",
    "jira": "Jira",
    "junit": "JUnit",
    "cdevents": "CDEvents",
    "events": "Own events",
    "desk": "desk",
    "monitor": "monitor",
    "policy": "policy",
    "controls": "control matrix",
}

Links = dict[str, EntryLink]


def source_name(source: str) -> str:
    """What people call a source."""
    kind, _, rest = source.partition(":")
    return SOURCE_NAMES.get(kind, kind) + (f" {rest}" if rest else "")


def read_links(held: Ledger, events: Collection[str]) -> Links:
    """The log entry of each of these events; unknown ones are left out."""
    if not any(events):
        return {}
    asked = asked_links(held, events)
    rows = held.database.execute(asked.sql, asked.parameters)
    links = {}
    for event, position, entry in rows:
        whole = json.loads(bytes(entry))
        said = whole["event"]
        links[event] = EntryLink(
            position,
            source_name(said["source"]),
            event,
            said["type"],
            whole["received_at"],
            said.get("reason") or "",
        )
    return links


def asked_links(held: Ledger, events: Collection[str]) -> Question:
    """What `read_links` asks of the database."""
    among, values = held.store.among("event_id", {event for event in events if event})
    return Question(f"SELECT event_id, position, entry FROM log_entry WHERE {among}", (values,), 3)


def reasons_given(links: Links) -> set[str]:
    """The texts that `reasons_of` will ask for."""
    return {link.reason for link in links.values() if link.reason}


def reasons_of(held: Ledger, links: Links) -> dict[str, str]:
    """What was said with these events, by event; what is no longer kept is left out."""
    given = {event: link.reason for event, link in links.items() if link.reason}
    texts = held.texts(given.values())
    return {event: texts[digest] for event, digest in given.items() if digest in texts}


def linked(links: Links, events: Iterable[str]) -> tuple[EntryLink, ...]:
    """The links of these events, in order of the log, each once."""
    found = {links[event].index: links[event] for event in events if event in links}
    return tuple(found[index] for index in sorted(found))


def listed(evidence: str) -> list[str]:
    """The event ids of a finding or join: comma separated."""
    return [event for event in evidence.split(",") if event]
