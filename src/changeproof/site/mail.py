"""Mail is sent only where somebody named a server."""

import os
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Mail:
    """Django's mail settings; `configured` is false where no server was named."""

    configured: bool = False
    backend: str = "django.core.mail.backends.dummy.EmailBackend"
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False
    sender: str = "changeproof@localhost"


def mail_settings() -> Mail:
    """From `CHANGEPROOF_SMTP` (smtp:// with STARTTLS, smtps://) and `CHANGEPROOF_MAIL_FROM`."""
    address = urlsplit(os.environ.get("CHANGEPROOF_SMTP", ""))
    if not address.hostname:
        return Mail()
    tls = address.scheme == "smtps"
    return Mail(
        configured=True,
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=address.hostname,
        port=address.port or (465 if tls else 587),
        user=unquote(address.username or ""),
        password=unquote(address.password or ""),
        starttls=not tls,
        tls=tls,
        sender=os.environ.get("CHANGEPROOF_MAIL_FROM") or f"changeproof@{address.hostname}",
    )
