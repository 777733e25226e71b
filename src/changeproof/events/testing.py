"""Tests, checks and builds that ran on a revision."""

from typing import ClassVar, Literal

from changeproof.events.event import (
    Count,
    Digest,
    Event,
    Identifier,
    Microseconds,
    Revision,
    ShortText,
)

Conclusion = Literal["passed", "failed", "skipped", "neutral", "cancelled"]
Attestation = Literal["unverified", "verified", "failed"]
"""Whether the signature of the statement that an event was read from holds against the builders
that the company pins. `failed`: it should have held, or is no expected builder's."""


class TestsRun(Event):
    """A named suite or check ended on `revision`. Every run is kept: the first red stays.

    `poster` is the app or system that posted it: a check of the required name posted by
    another does not count.
    """

    __test__ = False  # pytest: an event, no test class

    type: Literal["TestsRun"] = "TestsRun"
    run: Identifier
    attempt: Count = 1
    revision: Revision | None
    repository: Identifier | None = None
    name: ShortText
    poster: ShortText | None = None
    conclusion: Conclusion
    started_at: Microseconds | None = None
    total: Count | None = None
    failed: Count | None = None
    report: Digest | None = None
    attestation: Attestation | None = None
    attested: ShortText | None = None

    later: ClassVar[tuple[str, ...]] = ("attestation", "attested")


class ArtifactBuilt(Event):
    """A build made `artifact` (a digest) out of `revision`.

    `builder` is who says so, by the id that its provenance states. `read_from` is where
    `revision` was read, where no build stated it: the image's own label or a report's options.
    `attested` is by which pinned builder the signature is, or why it is not verified.
    """

    later: ClassVar[tuple[str, ...]] = ("builder", "attestation", "attested", "read_from")

    type: Literal["ArtifactBuilt"] = "ArtifactBuilt"
    artifact: Identifier
    revision: Revision | None = None
    repository: Identifier | None = None
    name: ShortText | None = None
    builder: ShortText | None = None
    attestation: Attestation | None = None
    attested: ShortText | None = None
    read_from: Literal["label", "report"] | None = None
