"""What the verifier says: each step with its outcome, and what all of it shows and does not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["holds", "differs", "not_checked"]

SHOWS = (
    "Every byte of the file is as it was when it was signed.",
    "Every entry is in the log that the checkpoint commits to.",
    "The evidence follows from the entries, and the findings from the evidence and the checks.",
)
DOES_NOT_SHOW = (
    "That the sources told the truth, or that they told all.",
    "That nothing was left out before it reached the log.",
    "That the log shown to you is the log shown to others: compare its root with one from"
    " elsewhere.",
    "An opinion: findings are results of tests; what they mean is for the service auditor.",
)
FETCH = (
    "The log's key and an earlier checkpoint, from somebody who does not depend on the issuer of"
    " this pack: changeproof log key, /log/checkpoint.",
    "A list of merged pull requests and deployments of the period from the forge and the pipeline"
    " themselves; compare counts and identifiers with population/changes.csv, both ways.",
    "Some pull requests, reviews and test runs, by their identifiers, field by field.",
    "Branch protection and the list of who may deploy, as the systems show them to you.",
    "What runs in production now, and whether population and log hold it.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `says` in a sentence what was looked at; `problems` name what differs."""

    name: str
    outcome: Outcome
    says: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All steps, top to bottom. Sound when none differs; a step not checked is named."""

    file: str
    steps: tuple[Step, ...]
    facts: dict[str, str] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    shows: tuple[str, ...] = SHOWS
    does_not_show: tuple[str, ...] = DOES_NOT_SHOW
    fetch_yourself: tuple[str, ...] = FETCH

    @property
    def is_sound(self) -> bool:
        return all(step.outcome != "differs" for step in self.steps)

    def lines(self) -> Iterator[str]:
        """The report as a person reads it in a terminal."""
        marks = {"holds": "✓", "differs": "✕", "not_checked": "–"}
        for step in self.steps:
            yield f"{marks[step.outcome]} {step.name}: {step.says}"
            for problem in step.problems:
                yield f"    {problem}"
        yield ""
        yield from (f"! {notice}" for notice in self.notices)
        if self.is_sound:
            yield "This shows:"
            yield from (f"  {each}" for each in self.shows)
        else:
            yield f"It does not hold: {', '.join(self.failed)}."
        yield "It does not show:"
        yield from (f"  {each}" for each in self.does_not_show)
        yield "To test the sources, fetch for yourself:"
        yield from (f"  {each}" for each in self.fetch_yourself)

    @property
    def failed(self) -> tuple[str, ...]:
        """The names of the steps that differ."""
        return tuple(step.name for step in self.steps if step.outcome == "differs")
