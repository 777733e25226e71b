"""What we asked a system for: a population counts only with its retrieval."""

from typing import Literal

from changeproof.events.event import Count, Digest, Event, Identifier, ShortText

Ending = Literal[
    "no next page", "total reached", "short page", "said to be the last", "unchanged", "one object"
]
"""How we know that it was all. `short page`: the last held no more rows. `unchanged`: the system
says that each page is as it was when we last read it; rows and digest are those of that reading."""


class ListRetrieved(Event):
    """We asked a system for a list, and read it to its end.

    `scope` is what was asked about (`github:repo/1`, `jira:acme.atlassian.net`), `query` the path
    and its parameters, without any secret. `rows` were received on `pages` pages; `stated_total`
    is what the system says there are. `reply` is the SHA-256 of the pages' digests, one a line,
    each page's body is in contents, unless passwords may stand in it. `occurred_at` is when we
    asked.
    """

    type: Literal["ListRetrieved"] = "ListRetrieved"
    scope: Identifier
    items: ShortText
    query: ShortText
    pages: Count
    rows: Count
    stated_total: Count | None = None
    ending: Ending
    reply: Digest


class ListRefused(Event):
    """We asked a system for a list that may be left out, and were not let.

    What it would have told is unseen until a `ListRetrieved` of the same `scope` and `items`.
    `status` is the answer's (HTTP), `cure` what would let us. Told once for as long as it lasts;
    `occurred_at` is when we asked.
    """

    type: Literal["ListRefused"] = "ListRefused"
    scope: Identifier
    items: ShortText
    query: ShortText
    status: Count
    reason: ShortText
    cure: ShortText
