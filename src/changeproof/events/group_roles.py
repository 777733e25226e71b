"""Which group of a sign-on or directory gives which role: put forward, adopted, ended."""

from typing import Literal

from changeproof.events.event import Count, Digest, Event, Identifier, ShortText
from changeproof.events.people import Role


class GroupRoleProposed(Event):
    """Members of `group` at `provider` are to hold `role`; on one system, or on all (null).

    `provider` is in whose name roles are given then: `scim:directory`, `oidc:okta`. Nothing is
    given before the mapping is adopted.
    """

    type: Literal["GroupRoleProposed"] = "GroupRoleProposed"
    mapping: Identifier
    provider: Identifier
    group: ShortText
    role: Role
    system: ShortText | None = None
    reason: Digest | None = None


class GroupRoleAdopted(Event):
    """The mapping holds from now on. One that gives a deciding role is adopted by a second
    person."""

    type: Literal["GroupRoleAdopted"] = "GroupRoleAdopted"
    mapping: Identifier


class GroupRoleEnded(Event):
    """The mapping gives nothing any more; or, where nobody adopted it yet, it was refused."""

    type: Literal["GroupRoleEnded"] = "GroupRoleEnded"
    mapping: Identifier
    reason: Digest | None = None


class GroupRolesPinned(Event):
    """What the file on the machine says of groups was another when the server began; who wrote it
    there is known to nobody here. The text stands in contents."""

    type: Literal["GroupRolesPinned"] = "GroupRolesPinned"
    pinned: Digest
    mappings: Count
