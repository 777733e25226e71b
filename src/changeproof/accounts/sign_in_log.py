"""Who came in, how, and who did not: one operational line each, with accounts and no address."""

import logging
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def came_in(request: Any, user: Any, **_: Any) -> None:
    """By which methods, as the library notes them; a link notes none."""
    methods = {str(each.get("method")) for each in get_authentication_records(request, user)}
    logger.info("%s signed in by %s", user, ", ".join(sorted(methods)) or "a link")


@receiver(user_logged_out)
def went_out(user: Any, **_: Any) -> None:
    if user is not None:
        logger.info("%s signed out", user)


@receiver(user_login_failed)
def stayed_out(**_: Any) -> None:
    """Which address was typed is nobody's business but the typist's."""
    logger.warning("a sign-in by password failed")


@receiver(password_changed)
@receiver(password_reset)
def has_another_password(user: Any, **_: Any) -> None:
    logger.info("%s has another password", user)


@receiver(authenticator_added)
def has_another_factor(user: Any, authenticator: Any, **_: Any) -> None:
    logger.info("%s added a second factor: %s", user, authenticator.type)


@receiver(authenticator_removed)
def lost_a_factor(user: Any, authenticator: Any, **_: Any) -> None:
    logger.info("%s removed a second factor: %s", user, authenticator.type)
