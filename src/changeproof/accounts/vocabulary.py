"""What may be done here, by which role, under which scope: closed lists, spelled nowhere else."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import get_args

from changeproof.events.people import Role
from changeproof.events.refusal import WrongUsage


class Permission(StrEnum):
    """One kind of act or look. The values are also the narrowest scopes of an API token."""

    CHANGE_READ = "change:read"
    CHANGE_REQUEST = "change:request"
    CHANGE_ASSESS = "change:assess"  # answer its questions, attach files
    CHANGE_AUTHORIZE = "change:authorize"
    CHANGE_APPROVE = "change:approve"  # and decline
    CHANGE_CLOSE = "change:close"
    CHANGE_COMMENT = "change:comment"
    EMERGENCY_DECLARE = "emergency:declare"
    EMERGENCY_REVIEW = "emergency:review"
    WAIVER_REQUEST = "waiver:request"
    WAIVER_GRANT = "waiver:grant"  # and refuse, and take back
    ACCESS_GRANT = "access:grant"  # and end
    ACCESS_REVIEW = "access:review"  # open a review, and decide in it
    REVIEW_HOLD = "review:hold"  # look at a topic again, perform a control
    SYSTEM_DESCRIBE = "system:describe"
    GATE_ASK = "gate:ask"
    EVENTS_WRITE = "events:write"
    QUARANTINE_REPLAY = "quarantine:replay"
    LOG_READ = "log:read"
    SOURCE_READ = "source:read"
    SOURCE_MANAGE = "source:manage"
    ALERT_MANAGE = "alert:manage"
    ALERT_ACKNOWLEDGE = "alert:acknowledge"
    POLICY_READ = "policy:read"
    POLICY_ADOPT = "policy:adopt"
    POLICY_ACKNOWLEDGE = "policy:acknowledge"  # whoever acts by it
    AUDIT_PACK = "audit:pack"
    ACCOUNT_READ = "account:read"
    ACCOUNT_MANAGE = "account:manage"
    DIRECTORY_PROVISION = "directory:provision"  # by a token for this alone


READING = frozenset(
    {
        Permission.CHANGE_READ,
        Permission.LOG_READ,
        Permission.SOURCE_READ,
        Permission.POLICY_READ,
        Permission.ACCOUNT_READ,
    }
)

DEPUTIES_MAY = READING | {Permission.CHANGE_AUTHORIZE, Permission.CHANGE_APPROVE}
"""For what a deputy may use the roles of whoever is away."""

ROLES: tuple[Role, ...] = get_args(Role)

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    "requester": READING
    | {
        Permission.POLICY_ACKNOWLEDGE,
        Permission.CHANGE_REQUEST,
        Permission.CHANGE_ASSESS,
        Permission.CHANGE_CLOSE,
        Permission.CHANGE_COMMENT,
        Permission.EMERGENCY_DECLARE,
        Permission.WAIVER_REQUEST,
        Permission.GATE_ASK,
    },
    "approver": READING
    | {
        Permission.POLICY_ACKNOWLEDGE,
        Permission.ALERT_ACKNOWLEDGE,
        Permission.CHANGE_ASSESS,
        Permission.CHANGE_AUTHORIZE,
        Permission.CHANGE_APPROVE,
        Permission.CHANGE_COMMENT,
        Permission.EMERGENCY_REVIEW,
        Permission.WAIVER_REQUEST,
        Permission.ACCESS_REVIEW,
        Permission.REVIEW_HOLD,
        Permission.GATE_ASK,
    },
    "change_manager": READING
    | {
        Permission.POLICY_ACKNOWLEDGE,
        Permission.ALERT_ACKNOWLEDGE,
        Permission.CHANGE_REQUEST,
        Permission.CHANGE_ASSESS,
        Permission.CHANGE_AUTHORIZE,
        Permission.CHANGE_APPROVE,
        Permission.CHANGE_CLOSE,
        Permission.CHANGE_COMMENT,
        Permission.EMERGENCY_DECLARE,
        Permission.EMERGENCY_REVIEW,
        Permission.WAIVER_REQUEST,
        Permission.WAIVER_GRANT,
        Permission.ACCESS_GRANT,
        Permission.ACCESS_REVIEW,
        Permission.REVIEW_HOLD,
        Permission.SYSTEM_DESCRIBE,
        Permission.GATE_ASK,
        Permission.QUARANTINE_REPLAY,
        Permission.AUDIT_PACK,
    },
    "deployer": READING
    | {
        Permission.POLICY_ACKNOWLEDGE,
        Permission.ALERT_ACKNOWLEDGE,
        Permission.GATE_ASK,
        Permission.EVENTS_WRITE,
        Permission.CHANGE_COMMENT,
        Permission.EMERGENCY_DECLARE,
    },
    "auditor": READING | {Permission.AUDIT_PACK},  # reads; nothing it does enters the evidence
    "administrator": READING
    | {
        Permission.POLICY_ACKNOWLEDGE,
        Permission.ALERT_ACKNOWLEDGE,
        Permission.REVIEW_HOLD,
        Permission.SYSTEM_DESCRIBE,
        Permission.GATE_ASK,
        Permission.EVENTS_WRITE,
        Permission.QUARANTINE_REPLAY,
        Permission.SOURCE_MANAGE,
        Permission.ALERT_MANAGE,
        Permission.POLICY_ADOPT,
        Permission.AUDIT_PACK,
        Permission.ACCOUNT_MANAGE,
        Permission.DIRECTORY_PROVISION,
    },
}

SCOPE_GROUPS: Mapping[str, frozenset[Permission]] = {
    "all": frozenset(Permission),
    "read": READING,
    "ingest": frozenset({Permission.EVENTS_WRITE}),
    "gate": frozenset({Permission.GATE_ASK}),
}
SCOPES: tuple[str, ...] = (*SCOPE_GROUPS, *Permission)


def permissions_of_scopes(scopes: Iterable[str]) -> frozenset[Permission]:
    """What a token with these scopes may be used for. Raises Refusal for an unknown word."""
    allowed: set[Permission] = set()
    for scope in scopes:
        if scope in SCOPE_GROUPS:
            allowed |= SCOPE_GROUPS[scope]
        elif scope in Permission.__members__.values():
            allowed.add(Permission(scope))
        else:
            raise WrongUsage(
                "The scope is not known.",
                where=scope,
                why="a token's scope is one word of a closed list",
                cure=f"Use one of: {', '.join(SCOPES)}.",
            )
    return frozenset(allowed)


def role_named(word: str) -> Role:
    """The role a person typed; blanks and dashes stand for underscores. Raises Refusal."""
    tidy = word.strip().lower().replace("-", "_").replace(" ", "_")
    for role in ROLES:
        if role == tidy:
            return role
    raise WrongUsage(
        "The role is not known.",
        where=word,
        why="roles are a closed list",
        cure=f"Use one of: {', '.join(ROLES)}.",
    )
