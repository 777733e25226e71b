"""Which stages a change passes, and what must be on record of it."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from changeproof.policy.values import Part, Risk, once

Stage = Literal[
    "request",
    "assess",
    "authorize",
    "design",
    "develop",
    "approve",
    "test",
    "deploy",
    "review",
    "close",
]
DocumentedPart = Literal[
    "requester",
    "authorizer",
    "implementer",
    "reason",
    "impact",
    "back_out",
    "result",
    "requirements",
    "design",
    "test_plan",
    "runbook",
    "release_note",
    "notice",
]
Category = Literal["security", "availability", "confidentiality", "privacy"]
ResilienceEvidence = Literal["capacity", "back_out", "backup", "failover"]


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    once(values, "the value")
    return values


Stages = Annotated[tuple[Stage, ...], Field(min_length=1), AfterValidator(_once)]
Documents = Annotated[tuple[DocumentedPart, ...], AfterValidator(_once)]
Categories = Annotated[tuple[Category, ...], Field(min_length=1), AfterValidator(_once)]
ResilienceEvidences = Annotated[tuple[ResilienceEvidence, ...], AfterValidator(_once)]


class LifeCycle(Part):
    """The stages of a change by its type, in the order in which they are passed."""

    normal: Stages = ("request", "authorize", "develop", "approve", "test", "deploy")
    standard: Stages = ("request", "develop", "test", "deploy")
    emergency: Stages = ("request", "develop", "deploy", "review")


_ALWAYS: Documents = ("requester", "implementer", "reason", "result")
_AT_HIGH_RISK: Documents = (
    "requester",
    "authorizer",
    "implementer",
    "reason",
    "impact",
    "back_out",
    "result",
)


class DocumentsByRisk(Part):
    """What must be on record of a change, by its risk."""

    low: Documents = _ALWAYS
    medium: Documents = _ALWAYS
    high: Documents = _AT_HIGH_RISK
    critical: Documents = _AT_HIGH_RISK

    def at(self, risk: Risk) -> tuple[DocumentedPart, ...]:
        """What must be on record at this risk."""
        parts: tuple[DocumentedPart, ...] = getattr(self, risk)
        return parts
