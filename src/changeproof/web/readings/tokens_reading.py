"""Read API tokens for their page."""

from collections.abc import Collection
from datetime import datetime

from changeproof.accounts.callers import Caller
from changeproof.accounts.models import ApiToken, User
from changeproof.accounts.tokens import tokens_of
from changeproof.accounts.vocabulary import SCOPE_GROUPS, Permission
from changeproof.web.pages.tokens_page import ScopeChoice, TokenRow, TokensPage

MOST_SHOWN = 500
_HINTS = {
    "all": "All that your roles allow, now and later.",
    "read": "Look, change nothing.",
    "ingest": "Report builds, tests and deployments.",
    "gate": "Ask whether something may ship.",
}


def read_tokens(
    user: User, caller: Caller, at: datetime, chosen: Collection[str] = (), days: int = 30
) -> TokensPage:
    """The viewer's own tokens; everybody's for who manages accounts."""
    sees_all = caller.may(Permission.ACCOUNT_MANAGE)
    found = tokens_of(None if sees_all else user)
    return TokensPage(
        rows=tuple(_row(each, at) for each in found[:MOST_SHOWN]),
        wide=tuple(
            ScopeChoice(name, _HINTS[name], name in chosen)
            for name, permissions in SCOPE_GROUPS.items()
            if any(caller.may_somewhere(each) for each in permissions)
        ),
        narrow=tuple(
            ScopeChoice(each.value, "", each.value in chosen)
            for each in Permission
            if caller.may_somewhere(each)
        ),
        chosen_days=days,
        sees_all=sees_all,
    )


def _row(token: ApiToken, at: datetime) -> TokenRow:
    state = "good"
    if token.revoked_at is not None:
        state = "revoked"
    elif token.expires_at <= at:
        state = "ended"
    return TokenRow(
        number=token.pk,
        prefix=token.prefix,
        account=token.user.account,
        scopes=token.scopes.replace(" ", ", "),
        created_at=_microseconds(token.created_at),
        ends_at=_microseconds(token.expires_at),
        used_at=None if token.last_used_at is None else _microseconds(token.last_used_at),
        state=state,
    )


def _microseconds(time: datetime) -> int:
    return int(time.timestamp()) * 1_000_000
