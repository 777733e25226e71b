"""What was thought of a change before it was made, and the documents that go with it."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from changeproof.events.event import Count, Digest, Event, Identifier, ShortText

Topic = Literal[
    "objectives",
    "systems",
    "data",
    "risk",
    "risk_after",
    "design",
    "availability",
    "confidentiality",
    "privacy",
    "privacy_design",
    "test_data",
    "acceptance",
    "vendor",
    "side_effects",
]
Named = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^,]*$")]
"""A short name without a comma: lists of such names are kept in one cell."""


class ChangeAssessed(Event):
    """The actor answered one question about a change (CC8.1, points 1, 3, 4, 15 to 18).

    `answer` says how it stands with the topic; `items` names what it is about: the objectives
    touched, the systems reached, the rating (`low` to `critical`) for `risk` and `risk_after`.
    """

    type: Literal["ChangeAssessed"] = "ChangeAssessed"
    change: Identifier
    topic: Topic
    answer: Literal["addressed", "not_affected", "rejected"]
    items: tuple[Named, ...] = ()
    reason: Digest | None = None


class ChangeDocumented(Event):
    """A part of a change's documentation, as it then was; its text stands in contents."""

    type: Literal["ChangeDocumented"] = "ChangeDocumented"
    change: Identifier
    part: Literal[
        "requirements",
        "design",
        "impact",
        "back_out",
        "test_plan",
        "runbook",
        "release_note",
        "notice",
        "result",
    ]
    digest: Digest


class FileAttached(Event):
    """The actor put a file beside a change: its body by digest, its name as a text in contents.

    `media_type` is what its bytes show it to be; `size` is in bytes.
    """

    type: Literal["FileAttached"] = "FileAttached"
    change: Identifier
    digest: Digest
    name: Digest
    media_type: ShortText
    size: Count


class TotalsRecorded(Event):
    """A measure of data (`rows`, `balance`) before or after a change that moves or alters it."""

    type: Literal["TotalsRecorded"] = "TotalsRecorded"
    change: Identifier
    measure: Identifier
    moment: Literal["before", "after"]
    value: ShortText
