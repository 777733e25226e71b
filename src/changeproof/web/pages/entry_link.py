"""A reference to a log entry: every piece of evidence leads to its proof."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EntryLink:
    """`index` is the entry's place in the log; `source` is said beside it where it helps."""

    index: int
    source: str = ""
    event: str = ""  # the event's id
    what: str = ""  # "RevisionReviewed"
    received_at: int | None = None
    reason: str = ""  # the digest of the words that it was said with
