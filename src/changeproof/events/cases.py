"""A case's life after it was opened: who takes it on, what is said, what its cause was, what is
remembered so that its like opens none.

`CaseOpened` and `CaseResolved` stand in `events.acts`.
"""

from typing import Annotated, Literal

from pydantic import Field

from changeproof.events.event import (
    AccountId,
    Count,
    Digest,
    Event,
    Identifier,
    Microseconds,
    ShortText,
)

Cause = Literal["design_gap", "error", "omission", "override", "tool_failure", "intent"]
"""Why it came to a deviation (AT-C 205 asks for nature and cause)."""
Extent = Literal["isolated", "not_isolated", "unknown"]
"""Whether management found its like elsewhere; the auditor concludes for themselves."""


class CaseExtended(Event):
    """Further subjects with the cause that the case is about."""

    type: Literal["CaseExtended"] = "CaseExtended"
    case: Identifier
    subjects: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]
    check: Identifier


class CaseReopened(Event):
    """What the case was about came back after it had ended."""

    type: Literal["CaseReopened"] = "CaseReopened"
    case: Identifier
    subject: Identifier
    check: Identifier


class CaseTaken(Event):
    """`owner` sees to the case until `due_at`, which policy gave. The last one stands."""

    type: Literal["CaseTaken"] = "CaseTaken"
    case: Identifier
    owner: AccountId
    due_at: Microseconds


class CaseCommented(Event):
    """The actor said something about a case."""

    type: Literal["CaseCommented"] = "CaseCommented"
    case: Identifier
    text: Digest


class RevertAwaited(Event):
    """The actor had the change taken back: the case ends when that has been deployed."""

    type: Literal["RevertAwaited"] = "RevertAwaited"
    case: Identifier
    reason: Digest


class LikeSearched(Event):
    """The product looked for deviations like those of a case, in everything it judges.

    `checks` are those whose deviations were asked for, `population` how many subjects they
    judge, `found` the SHA-256 of the list of hits in the contents (one subject and check a line).
    """

    type: Literal["LikeSearched"] = "LikeSearched"
    case: Identifier
    query: Digest
    checks: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=100)]
    system: ShortText | None = None
    population: Count
    hits: Count
    found: Digest


class DeviationExplained(Event):
    """The company's account of a deviation, for the register. The last one stands; all are kept.

    `control` mitigated it, `control_test` says how that was tested. `response` is management's and
    examined by nobody.
    """

    type: Literal["DeviationExplained"] = "DeviationExplained"
    case: Identifier
    cause: Cause
    extent: Extent
    because: Digest
    exposure: Digest | None = None
    effect: Digest | None = None
    control: Identifier | None = None
    control_test: Digest | None = None
    response: Digest | None = None


class CaseRuleRequested(Event):
    """The actor asks that what is like a case opens none until `ends_at`; verdicts stay.

    `system` is a name; `path` and `account` are patterns (`*`, `?`) of what a change touches and
    of who made it. What is left out narrows nothing.
    """

    type: Literal["CaseRuleRequested"] = "CaseRuleRequested"
    rule: Identifier
    case: Identifier
    check: Identifier
    system: ShortText | None = None
    path: ShortText | None = None
    account: ShortText | None = None
    owner: AccountId
    ends_at: Microseconds
    reason: Digest


class CaseRuleAnswered(Event):
    """Somebody else approved or refused a rule; the first answer stands."""

    type: Literal["CaseRuleAnswered"] = "CaseRuleAnswered"
    rule: Identifier
    answer: Literal["approved", "refused"]
    reason: Digest | None = None


class CaseRuleEnded(Event):
    """The actor ended a rule before its time."""

    type: Literal["CaseRuleEnded"] = "CaseRuleEnded"
    rule: Identifier


class CaseExcluded(Event):
    """A rule kept a case from being opened for a subject."""

    type: Literal["CaseExcluded"] = "CaseExcluded"
    rule: Identifier
    subject: Identifier
    check: Identifier
