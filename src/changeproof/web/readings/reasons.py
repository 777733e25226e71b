"""A finding's reason in its parts: `What happened. Why: … Cure: …`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """What was found, why it matters, what would cure it; the last two may be empty."""

    what: str
    why: str = ""
    cure: str = ""


def parted(text: str) -> Reason:
    """The parts of a reason as checks write it."""
    rest, _, cure = text.partition(" Cure: ")
    what, _, why = rest.partition(" Why: ")
    return Reason(what.strip(), why.strip(), cure.strip())
