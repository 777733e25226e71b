"""Facts that no forge tells: what desks, registers and trails say, as events."""

from typing import Any, TypeVar

from changeproof.events.event import Event
from tests.hard_cases.forge import Somebody, at

SHOP = "example/shop"
Of = TypeVar("Of", bound=Event)


def say(kind: type[Of], minute: float, actor: Somebody | None = None, /, **fields: Any) -> Of:
    """An event of that minute, by somebody or by nobody known."""
    about = "-".join(str(value) for value in fields.values())
    return kind(
        source="desk",
        delivery=f"{kind.__name__}-{minute}-{about}"[:400],
        occurred_at=at(minute),
        actor=actor.account if actor else None,
        **fields,
    )
