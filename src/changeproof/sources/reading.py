"""What every translator shares: strict reading, event headers, the texts that go to contents."""

from typing import Any, TypeVar

import msgspec

from changeproof.events.event import sha256_hex
from changeproof.events.receipts import DeliverySeen
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms
from changeproof.sources.identities import Identity
from changeproof.sources.times import microseconds

Payload = TypeVar("Payload")


class Reading:
    """One delivery on its way to events: makes headers, gathers contents."""

    def __init__(self, source: str, delivery: Delivery, pseudonyms: Pseudonyms) -> None:
        self.source = source
        self.delivery = delivery
        self.pseudonyms = pseudonyms
        self.contents: list[bytes] = [delivery.body]

    def header(
        self,
        at: int | None,
        *accounts: Identity,
        actor: Identity | None = None,
        bound: bool = False,
    ) -> dict[str, Any]:
        """The fields that all events have. `accounts` are those that the event names.

        `bound` says that `at` is no time of the act but the latest that is stated.
        """
        named = (actor, *accounts) if actor else accounts
        return {
            "source": self.source,
            "delivery": self.delivery.id,
            "payload_digest": self.delivery.digest,
            "occurred_at": at,
            "time_basis": "none" if at is None else "bound" if bound else "stated",
            "actor": actor.account if actor else None,
            "account_kinds": {one.account: one.kind for one in named if one.account and one.kind},
        }

    def keep(self, text: str | None) -> str | None:
        """Put a text into contents; its digest."""
        if text is None:
            return None
        self.contents.append(text.encode())
        return sha256_hex(self.contents[-1])

    def seen(self, name: str, reason: str, repository: str | None = None) -> DeliverySeen:
        """No evidence of a change: counted, with the reason."""
        return DeliverySeen(**self.header(None), name=name, repository=repository, reason=reason)


def read(shape: type[Payload], body: bytes) -> Payload:
    """Decode JSON into `shape`. Raises MalformedPayload naming the field and the reason."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        why, _, place = str(error).partition(" - at `")
        raise MalformedPayload(why, where=place.removesuffix("`").removeprefix("$.")) from error
    except msgspec.DecodeError as error:
        raise MalformedPayload(f"it is no JSON: {error}") from error
    except (RecursionError, UnicodeError) as error:
        raise MalformedPayload(f"it is no JSON that can be read: {error}") from error


def stated_number(reading: Reading, option: str) -> int | None:
    """A number stated beside the body; None where none was. Raises MalformedPayload."""
    stated = dict(reading.delivery.options).get(option)
    if stated is None:
        return None
    if not (stated.isascii() and stated.isdecimal() and len(stated) <= 15):
        raise MalformedPayload("what is stated beside it is no number", where=option)
    return int(stated)


def time(text: str, where: str) -> int:
    """A time that the payload must state. Raises MalformedPayload."""
    found = microseconds(text)
    if found is None:
        raise MalformedPayload(
            f'"{text[:60]}" is no time between the years 1 and 2255', where=where
        )
    return found


def optional_time(text: str | None, where: str) -> int | None:
    """A time that may be null or absent. Raises MalformedPayload where it is no time."""
    return None if text is None else time(text, where)
