"""Where a database stands, who acted in it, and what they named as their reason."""

import re
from typing import Any

from changeproof.sources.delivery import MalformedPayload, Pseudonyms
from changeproof.sources.facts import option, revision_in
from changeproof.sources.identities import NOBODY, Identity
from changeproof.sources.messages import claims
from changeproof.sources.reading import Reading
from changeproof.sources.times import microseconds

OPTIONS = ("system", "environment", "change", "revision", "pipeline_users", "since")

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,9})?) ?(UTC|GMT|Z|[+-]\d\d(?::?\d\d)?)",
    re.ASCII,
)


def place(reading: Reading) -> dict[str, Any]:
    """System and environment, as the operator states them. Raises MalformedPayload without."""
    system = option(reading.delivery, "system")
    if system is None:
        raise MalformedPayload("no database says whose it is: state it", where="option system")
    return {
        "system": system,
        "environment": option(reading.delivery, "environment") or "production",
    }


def instant(written: str, where: str) -> int:
    """As databases write times. Raises MalformedPayload: a zone's short name tells no instant."""
    found = _TIME.fullmatch(written.strip())
    if found is None:
        raise MalformedPayload(
            f"{written[:40]!r} is no instant (set log_timezone to UTC, or export with an offset)",
            where=where,
        )
    zone = found[3]
    if zone in ("UTC", "GMT"):
        zone = "Z"
    elif len(zone) == 3:
        zone += ":00"
    elif len(zone) == 5:
        zone = f"{zone[:3]}:{zone[3:]}"
    at = microseconds(f"{found[1]}T{found[2]}{zone}")
    if at is None:
        raise MalformedPayload(f"{written[:40]!r} is no instant that we hold", where=where)
    return at


def database_identity(user: str | None, reading: Reading, pseudonyms: Pseudonyms) -> Identity:
    """`database:user/…`: a pseudonym, for a role may bear a person's name."""
    if not user:
        return NOBODY
    machines = (option(reading.delivery, "pipeline_users") or "").split(",")
    account = f"database:user/{pseudonyms.login(user)}"
    if user in {each.strip() for each in machines}:
        return Identity(account, "service")
    return Identity(account, None)


def reason_named(reading: Reading, said: str | None = None) -> str | None:
    """The change that the actor names: a whole revision or a ticket in `said`, else the options."""
    if revision := revision_in(said):
        return f"git:{revision}"
    if said and (tickets := claims(said).tickets):
        return tickets[0]
    if change := option(reading.delivery, "change"):
        return change
    stated = option(reading.delivery, "revision")
    revision = revision_in(stated)
    if stated and revision is None:
        raise MalformedPayload("it is no whole commit hash", where="option revision")
    return f"git:{revision}" if revision else None
