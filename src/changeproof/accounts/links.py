"""One-time sign-in links: for the operator's first look, and for somebody who was just added."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from changeproof.accounts.models import SignInLink, User
from changeproof.accounts.tokens import digest_of

LIFE = timedelta(minutes=30)


def create_sign_in_link(user: User, address: str = "", life: timedelta = LIFE) -> str:
    """A link that signs `user` in once. `address` is the server's, as a browser reaches it."""
    at = timezone.now()
    SignInLink.objects.filter(expires_at__lt=at).delete()
    SignInLink.objects.filter(user=user, used_at=None).delete()  # the last one alone is good
    secret = secrets.token_urlsafe(32)
    SignInLink.objects.create(user=user, digest=digest_of(secret), expires_at=at + life)
    base = (address or settings.REACH.url or "http://localhost:8000").rstrip("/")
    return base + reverse("sign_in_link", args=[secret])


def waiting_link(secret: str) -> SignInLink | None:
    """The link, if it can still be used."""
    return (
        SignInLink.objects.select_related("user")
        .filter(
            digest=digest_of(secret),
            used_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )


def use_link(secret: str) -> User | None:
    """Use it up; the user whom it signs in, or None. Of two at once, one gets in."""
    link = waiting_link(secret)
    if link is None:
        return None
    used = SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now())
    return link.user if used else None
