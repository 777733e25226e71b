"""A finding's reason in its parts: `What happened. Why: … Cure: …`."""

from dataclasses import dataclass

_STAYS = ("; the deviation stays on record", ". The deviation stays on record")


@dataclass(frozen=True)
class Reason:
    """What was found, why it matters, what would cure it; the last two may be empty."""

    what: str
    why: str = ""
    cure: str = ""

    @property
    def to_do(self) -> str:
        """The cure as something to do, without what stays whatever is done."""
        text = self.cure.rstrip(".")
        for stays in _STAYS:
            text = text.removesuffix(stays)
        return text[:1].upper() + text[1:]


def parted(text: str) -> Reason:
    """The parts of a reason as checks write it."""
    rest, _, cure = text.partition(" Cure: ")
    what, _, why = rest.partition(" Why: ")
    return Reason(what.strip(), why.strip(), cure.strip())
