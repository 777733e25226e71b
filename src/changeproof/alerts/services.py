"""Chat, paging and push services by their apprise URL: `slack://…`, `workflows://…`, `ntfys://…`.

Such a URL is a secret. apprise writes it into its own log lines, so the settings let none of them
through; of what it says after a failure the status alone is kept.
"""

import logging
import re
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from changeproof.events.refusal import Refusal, WrongUsage

if TYPE_CHECKING:  # it takes half a second to load, which no command but these should pay
    from apprise import AppriseAsset
    from apprise.plugins import NotifyBase

_LOCAL = frozenset(
    ("syslog", "dbus", "qt", "glib", "kde", "gnome", "macosx", "windows", "blink1", "vapid")
)
"""They speak to this machine, or keep their keys in its files."""
_MAIL = frozenset(("mailto", "mailtos", "deltachat", "deltachats"))
_FROM_FILES = frozenset(
    ("template", "keyfile", "subfile", "attach", "pgp", "pgppub", "pgpprv", "config", "store")
)
"""What these name is read from this machine's files, and sent."""
_WEAKER = frozenset(("verify", "redirect", "cto", "rto", "retry", "wait"))
"""Certificates are verified, nothing is redirected, nobody is waited for longer than we say."""
_STATUS = re.compile(r"error=([0-9]{3})\b")
_SECONDS = 10.0


class NotTaken(Exception):
    """The service did not take the message; the text says why, without any address."""


def service_at(url: str) -> "NotifyBase":
    """The service behind an apprise URL. Raises Refusal; the URL is not repeated in it."""
    from apprise import Apprise
    from apprise.plugins import NotifyBase

    scheme, found, _ = url.strip().partition("://")
    scheme = scheme.lower()
    if not found or scheme in _LOCAL or not scheme.isalnum():
        raise _refused(
            "it is no address of a service that can be reached over the network",
            "Write it as apprise does, like pagerduty://KEY@TOKEN, or slack:// with three tokens.",
        )
    if scheme in _MAIL:
        raise _refused("it is an e-mail address", "Use the kind mail with the bare address.")
    service = Apprise.instantiate(url.strip(), asset=_asset(), suppress_exceptions=True)
    if not isinstance(service, NotifyBase):
        raise _refused(
            f"{scheme}:// is not known, or a part of the address is missing or misshapen",
            "See how it is written: https://appriseit.com/services/",
        )
    settings = _settings_in(url)
    if barred := sorted(settings & (_FROM_FILES | _WEAKER)):
        raise _refused(
            f"its setting {barred[0]} is not taken: it reads files, or makes sending unsafe",
            f"Leave {barred[0]}=… out.",
        )
    return service


def service_name(url: str) -> str:
    """What people call the service: `Slack`."""
    return str(service_at(url).service_name)


def send_by_service(url: str, title: str, text: str) -> None:
    """Send one message. Raises NotTaken, with what the service answered."""
    from apprise import NotifyFormat

    service = service_at(url)
    heard = _Heard()
    logger = logging.getLogger("apprise")
    logger.addHandler(heard)
    try:
        taken = service.notify(body=text, title=title, body_format=NotifyFormat.TEXT)
    finally:
        logger.removeHandler(heard)
    if not taken:
        raise NotTaken(
            f"it answered {heard.status}"
            if heard.status
            else "the service did not take the message"
        )


class _Heard(logging.Handler):
    """Listens for the status that a service answered; keeps nothing else."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.status = ""

    def emit(self, record: logging.LogRecord) -> None:
        found = _STATUS.search(record.getMessage())
        if found is not None:
            self.status = found[1]


def _settings_in(url: str) -> set[str]:
    _, _, query = url.partition("?")
    return {name.lower().lstrip("+-:") for name, _ in parse_qsl(query, keep_blank_values=True)}


@cache
def _asset() -> "AppriseAsset":
    from apprise import AppriseAsset

    return AppriseAsset(
        app_id="Changeproof",
        app_desc="Changeproof",
        secure_logging=True,
        http_redirects=False,
        service_timeout=_SECONDS,
    )


def _refused(why: str, cure: str) -> Refusal:
    return WrongUsage("The channel was not added.", where="service", why=why, cure=cure)
