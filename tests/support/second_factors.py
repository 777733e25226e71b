"""An authenticator as people carry one: RFC 6238, set up for a user, telling its code."""

from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)

from changeproof.accounts.models import User


class CarriedAuthenticator:
    """Holds the secret that was scanned: for `user` at once, or of a page that waits for a code."""

    def __init__(self, user: User | None = None, *, scanned: str = "") -> None:
        self._secret = scanned or generate_totp_secret()
        if user is not None:
            TOTP.activate(user, self._secret)

    def code(self) -> str:
        """What it shows now."""
        counter = next(iter(yield_hotp_counters_from_time()))
        return format_hotp_value(hotp_value(self._secret, counter))
