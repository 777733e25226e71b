"""A role that decides, given by hand: asked for by one, confirmed by a second, or refused."""

from typing import Literal

from changeproof.events.event import AccountId, Digest, Event, Identifier, ShortText
from changeproof.events.people import Role


class RoleAsked(Event):
    """`account` is to hold `role`; on one system, or on all (null). Nothing is given before a
    second person confirms it; or, `alone`, it was given at once on the host, and a second person
    looks at it afterwards.
    """

    type: Literal["RoleAsked"] = "RoleAsked"
    asked: Identifier
    account: AccountId
    role: Role
    system: ShortText | None = None
    reason: Digest | None = None
    alone: bool = False


class VisitLinkMade(Event):
    """A link that lets its bearer in as `account`, once, for a first visit: `shown` to the actor,
    or `mailed` to the person's own address and shown to nobody. It ends those before it."""

    type: Literal["VisitLinkMade"] = "VisitLinkMade"
    account: AccountId
    way: Literal["shown", "mailed"]


class RoleConfirmed(Event):
    """A second person's yes. What was not given alone is given by it."""

    type: Literal["RoleConfirmed"] = "RoleConfirmed"
    asked: Identifier


class RoleRefused(Event):
    """A second person's no, or the asker's own: it is not given, or no longer held."""

    type: Literal["RoleRefused"] = "RoleRefused"
    asked: Identifier
    reason: Digest | None = None
