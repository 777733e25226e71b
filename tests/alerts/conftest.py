"""An empty instance, a small company, a mail server and an HTTP receiver that are real."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from changeproof.ledger.service import Ledger, ledger
from changeproof.site.mail import Mail
from tests.support.receivers import Mailbox, Receiver, http_receiver, smtp_server
from tests.web.conftest import company

__all__ = ["company"]


@pytest.fixture
def opened(instance: object) -> Ledger:
    return ledger()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """On this machine, which a setting allows."""
    settings.ALERT_NETWORKS = (ip_network("127.0.0.0/8"),)
    with http_receiver() as running:
        yield running


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """The instance's mail server."""
    with smtp_server() as running:
        settings.MAIL = Mail(configured=True)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield running
