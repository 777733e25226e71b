"""API tokens: 256 random bits, kept as a digest, with scopes and an end."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from changeproof.accounts.models import ApiToken, User
from changeproof.accounts.vocabulary import permissions_of_scopes
from changeproof.events.refusal import Refusal, WrongUsage

MARK = "changeproof_"
"""So that secret scanners and people recognise one that leaked."""

SHOWN = 6  # characters of the secret that lists show
DEFAULT_LIFE = timedelta(days=1)
LONGEST_LIFE = timedelta(days=366)
MOST_LIVE = 50
"""Tokens of one account that are good at the same time."""
_USE_NOTED_EVERY = timedelta(minutes=10)  # a write for each request would queue behind imports
_LONGEST_TIME = 40  # characters; what is longer is neither a duration nor a time
_DURATION = re.compile(r"([0-9]{1,5})\s*(m|h|d|w)", re.IGNORECASE)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def create_token(
    user: User,
    scopes: Collection[str] = ("all",),
    expires_at: datetime | None = None,
) -> str:
    """A new token for `user`, shown this once. Without an end it lives one day.

    It can never do more than its user's roles allow at the time of use. Raises Refusal for an
    unknown scope, an end that is past or over a year away, and beyond MOST_LIVE at once.
    """
    if not scopes:
        raise WrongUsage(
            "The token was not made.",
            where="scope",
            why="a token without a scope is good for nothing",
            cure="Name a scope, or leave --scope out for all.",
        )
    permissions_of_scopes(scopes)
    live = user.api_tokens.filter(revoked_at=None, expires_at__gt=timezone.now()).count()
    if live >= MOST_LIVE:
        raise Refusal(
            "The token was not made.",
            where=user.account,
            why=f"{live} tokens of this account are good already",
            cure="Revoke those that nothing uses any more.",
        )
    created_at = timezone.now()
    end = expires_at or created_at + DEFAULT_LIFE
    if not created_at < end <= created_at + LONGEST_LIFE:
        raise WrongUsage(
            "The token was not made.",
            where=end.isoformat(timespec="seconds"),
            why="its end is past" if end <= created_at else "it would live longer than a year",
            cure="Name an end within the next 366 days, like 30d.",
        )
    token = MARK + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        prefix=token.removeprefix(MARK)[:SHOWN],
        digest=digest_of(token),
        scopes=" ".join(sorted(set(scopes))),
        created_at=created_at,
        expires_at=end,
    )
    return token


def authenticate_token(token: str) -> ApiToken | None:
    """The token's record if it is good now; None for any other text."""
    if not token.startswith(MARK):
        return None
    digest = digest_of(token)
    # The look-up by digest tells nothing of use: who times it learns about a hash, not a secret.
    found = ApiToken.objects.select_related("user").filter(digest=digest).first()
    at = timezone.now()
    if found is None or not hmac.compare_digest(found.digest, digest):
        return None
    if found.revoked_at is not None or found.expires_at <= at or not found.user.is_active:
        return None
    if found.last_used_at is None or at - found.last_used_at > _USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=at)
    return found


def revoke_token(user: User, prefix: str) -> int:
    """End the user's tokens that begin so; how many there were."""
    good = user.api_tokens.filter(prefix=prefix.removeprefix(MARK)[:SHOWN], revoked_at=None)
    return good.update(revoked_at=timezone.now())


def tokens_of(user: User | None = None) -> list[ApiToken]:
    """The user's tokens, or everybody's, the latest first; without their secrets, as kept."""
    found = ApiToken.objects.select_related("user").order_by("-created_at", "-pk")
    return list(found if user is None else found.filter(user=user))


def end_token(number: int, user: User | None = None) -> ApiToken:
    """End one token by its number, of this user or of anybody. Raises Refusal."""
    mine = ApiToken.objects.select_related("user").filter(pk=number)
    found = (mine if user is None else mine.filter(user=user)).first()
    if found is None:
        raise Refusal(
            "The token was not revoked.",
            where=str(number),
            why="there is no such token that is yours to revoke",
            cure="Look at the list again.",
        )
    ApiToken.objects.filter(pk=found.pk, revoked_at=None).update(revoked_at=timezone.now())
    found.refresh_from_db()
    return found


def digest_of(secret: str) -> str:
    """SHA-256; enough for 256 random bits, which nobody can try through."""
    return hashlib.sha256(secret.encode()).hexdigest()


def expiry_of(text: str, at: datetime | None = None) -> datetime:
    """When `30d`, `12h`, a date or an RFC 3339 time is. Raises Refusal for other words."""
    moment = at or timezone.now()
    wanted = text.strip()
    duration = _DURATION.fullmatch(wanted) if len(wanted) <= _LONGEST_TIME else None
    if duration is not None:
        return moment + timedelta(**{_UNITS[duration[2].lower()]: int(duration[1])})
    try:
        stated = datetime.fromisoformat(wanted if len(wanted) <= _LONGEST_TIME else "")
    except ValueError as error:
        raise WrongUsage(
            "The time was not understood.",
            where=text[:200],
            why="it is neither a duration nor a time",
            cure="Write 12h, 30d, 2026-12-31 or 2026-12-31T12:00:00Z.",
        ) from error
    return stated if stated.tzinfo else stated.replace(tzinfo=UTC)
