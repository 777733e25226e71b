"""Something that only the person has, shown again at the moment of a decision (NIST 800-63B).

A code of an authenticator or a recovery code is taken with the decision itself; a passkey is shown
on allauth's own page, which the session remembers for some minutes and for one decision.
"""

import time
from typing import Any, get_args

from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest

from changeproof.accounts.models import User
from changeproof.events.refusal import Refusal
from changeproof.events.requests import Factor

GOOD_FOR = 5 * 60
"""Seconds for which the session remembers a factor."""
LONGEST_CODE = 40
_FACTORS: tuple[Factor, ...] = get_args(Factor)
_FIRST = "second_factor_set_up"
_SPENT = "second_factor_spent_at"


def has_factor(user: User) -> bool:
    """Whether they ever set one up."""
    held = Authenticator.objects.filter(user_id=user.pk).exclude(type="recovery_codes")
    return bool(held.exists())


def shown_here(request: HttpRequest) -> bool:
    """Whether it was shown in this session, at the sign-in or since, or the first set up."""
    records = get_authentication_records(request, request.user)
    by_factor = any(record["method"] == "mfa" for record in records)
    return by_factor or bool(request.session.get(_FIRST))


@receiver(authenticator_added)
def has_a_first_one(request: HttpRequest, user: User, **_: Any) -> None:
    """Whoever has none shows it by setting it up; a further one vouches for nobody."""
    held = Authenticator.objects.filter(user_id=user.pk).exclude(type="recovery_codes")
    if held.count() == 1:
        request.session[_FIRST] = True
        request.session.save()  # told after a commit: the request's own saving may be over


def factor_by_code(user: User, code: str) -> Factor:
    """Which factor this code is of, used up with it. Raises Refusal."""
    tidy = "".join(code.split())[:LONGEST_CODE]
    try:
        clear = check_rate_limit(user) if context.request is not None else None
    except ValidationError as error:
        why = "too many codes were tried"
        raise _refused(why, "Wait some minutes, then type the code that is shown.") from error
    for row in Authenticator.objects.filter(user_id=user.pk, type__in=("totp", "recovery_codes")):
        if row.wrap().validate_code(tidy):
            row.record_usage()
            if clear is not None:
                clear()
            return _factor(row.type)
    why = "it is not the code of your authenticator, or was used before"
    raise _refused(why, "Type the six digits that it shows now.")


def recent_factor(request: HttpRequest) -> Factor | None:
    """The factor shown in this session within the last minutes, that no decision has used."""
    spent = float(request.session.get(_SPENT, 0.0))
    for record in reversed(get_authentication_records(request, request.user)):
        fresh = max(spent, time.time() - GOOD_FOR) < record["at"]
        if fresh and record["method"] == "mfa" and record.get("reauthenticated"):
            return _factor(str(record.get("type")))
    return None


def spend_factor(request: HttpRequest) -> None:
    """What was shown until now serves no further decision."""
    request.session[_SPENT] = time.time()


def _factor(kind: str) -> Factor:
    return next(each for each in _FACTORS if each == kind)


def _refused(why: str, cure: str) -> Refusal:
    return Refusal("The second factor was not accepted.", where="code", why=why, cure=cure)
