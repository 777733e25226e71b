"""What people carry out by hand: the steps of a change, and how each went."""

from typing import Literal

from changeproof.events.event import Count, Digest, Event, Identifier, ShortText


class StepsPlanned(Event):
    """The actor says by which steps a change is carried out; a later plan replaces it.

    `text` holds them, a line each, `steps` of them. They were taken from `document`, or written.
    """

    type: Literal["StepsPlanned"] = "StepsPlanned"
    change: Identifier
    text: Digest
    steps: Count
    document: Identifier | None = None
    document_version: ShortText | None = None


class StepReported(Event):
    """The actor did a step, left it out, or failed at it; `reason` tells of it.

    `plan` is the text of the steps, of which this is number `step`, from 1 on. `link` and
    `attachment` (a file beside the change) show it.
    """

    type: Literal["StepReported"] = "StepReported"
    change: Identifier
    plan: Digest
    step: Count
    outcome: Literal["done", "failed", "skipped"]
    reason: Digest | None = None
    link: ShortText | None = None
    attachment: Digest | None = None


class StepFailureDecided(Event):
    """The actor decided after a failed step: go on, or back out."""

    type: Literal["StepFailureDecided"] = "StepFailureDecided"
    change: Identifier
    plan: Digest
    step: Count
    decision: Literal["go_on", "back_out"]
    reason: Digest | None = None
