"""One person in a directory → AccountJoined for each of their accounts, PersonLeft.

Accounts are joined by what the directory vouches for: its own id, and the addresses that it
holds, as digests; never by a name (DESIGN.md section 6). Whoever has the same first address in
two directories is one person; the log holds neither the address nor the name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from changeproof.events.access import PersonLeft
from changeproof.events.event import Event
from changeproof.events.people import AccountJoined
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.identities import git_identity
from changeproof.sources.reading import Reading

_OF_A_FORGE = "users.noreply."


@dataclass(frozen=True, slots=True)
class Listed:
    """What a directory says of one person. Times are UTC microseconds.

    `account` is the directory's own; `addresses` are verified by it, the first one first;
    `elsewhere` are accounts in other systems (`github:user/583231`). `left_at` is bound where
    the directory only says that they are gone.
    """

    account: str
    addresses: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    stated_at: int | None = None
    joined_at: int | None = None
    left_at: int | None = None
    left_is_bound: bool = True


def told(reading: Reading, listed: Listed) -> Iterator[Event]:
    """The events of one person.

    A list without a date was true when it came: a later one may part whom an earlier one joined.
    """
    person = person_of(reading, listed)
    stated = listed.stated_at if listed.stated_at is not None else reading.delivery.received_at
    commits = [
        identity.account
        for address in listed.addresses
        if (identity := git_identity("", address, reading.pseudonyms)).account
        and identity.kind is None
    ]
    for account in dict.fromkeys((listed.account, *commits, *listed.elsewhere)):
        yield AccountJoined(
            **reading.header(stated, bound=True),
            account=str(account),
            person=person,
            # Theirs before the directory said so: what they wrote earlier was theirs too.
            effective_at=listed.joined_at if listed.joined_at is not None else 0,
        )
    if listed.left_at is not None:
        yield PersonLeft(
            **reading.header(listed.left_at, bound=listed.left_is_bound), person=person
        )


def person_of(reading: Reading, listed: Listed) -> str:
    """`person:` and a digest of their first address; without one, of the directory's own id."""
    known = listed.addresses[0] if listed.addresses else listed.account
    return person_of_address(reading.pseudonyms, known)


def person_of_address(pseudonyms: Pseudonyms, address: str) -> str:
    """The person whom a directory means by an address, in whichever it stands first."""
    return f"person:{pseudonyms.account(address).removeprefix('git:')}"


def address(text: object) -> str | None:
    """An e-mail address, lower-cased; None for what is none.

    None as well for the private address that a forge gives an account: nobody reads mail there, so
    that a directory repeats what somebody typed, and it would take that account from its owner.
    """
    if not isinstance(text, str):
        return None
    written = text.strip().lower()
    local, at, host = written.rpartition("@")
    if not at or not local or "." not in host or len(written) > 320 or " " in written:
        return None
    if host.startswith(_OF_A_FORGE):
        return None
    return written


def addresses(*texts: object) -> tuple[str, ...]:
    """Those of `texts` that are addresses, each once, in order."""
    return tuple(dict.fromkeys(found for text in texts if (found := address(text))))


def gone(reading: Reading, account: str) -> PersonLeft:
    """Whoever has this account has left; no time is stated, so they had by the receipt's."""
    received = reading.delivery.received_at
    return PersonLeft(**reading.header(received, bound=True), person=account)
