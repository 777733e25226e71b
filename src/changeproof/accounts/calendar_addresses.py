"""The private address of a person's calendar: 256 random bits, kept as a digest, one at a time.

Who has it reads what its person may see on the calendar, and nothing else; it signs nobody in.
"""

import secrets
from datetime import timedelta

from django.utils import timezone

from changeproof.accounts.callers import Caller
from changeproof.accounts.models import CalendarAddress, User
from changeproof.accounts.tokens import digest_of
from changeproof.accounts.vocabulary import Permission

_LONGEST_SECRET = 100  # characters; ours have 43
_READING_NOTED_EVERY = timedelta(hours=1)  # a write for each look would queue behind imports


def make_calendar_address(user: User) -> str:
    """The secret of a new address, shown this once; the address before it ends."""
    secret = secrets.token_urlsafe(32)
    CalendarAddress.objects.update_or_create(
        user=user,
        defaults={
            "digest": digest_of(secret),
            "created_at": timezone.now(),
            "last_read_at": None,
        },
    )
    return secret


def end_calendar_address(user: User) -> bool:
    """End it at once; whether there was one."""
    return bool(CalendarAddress.objects.filter(user=user).delete()[0])


def calendar_address_of(user: User) -> CalendarAddress | None:
    """What is kept of it: when it was made, and last read."""
    return CalendarAddress.objects.filter(user=user).first()


def calendar_reader(secret: str) -> Caller | None:
    """Whose calendar the address is, if they may still see one; None for any other text."""
    if len(secret) > _LONGEST_SECRET:
        return None
    # As with tokens: who times the look-up learns about a hash, not about a secret.
    found = (
        CalendarAddress.objects.select_related("user")
        .filter(digest=digest_of(secret), user__is_active=True)
        .first()
    )
    if found is None:
        return None
    caller = Caller(
        found.user.account, found.user.display_name, frozenset({Permission.CHANGE_READ})
    )
    if not caller.may_somewhere(Permission.CHANGE_READ):
        return None
    at = timezone.now()
    if found.last_read_at is None or at - found.last_read_at > _READING_NOTED_EVERY:
        CalendarAddress.objects.filter(pk=found.pk).update(last_read_at=at)
    return caller
