"""How an alert leaves the house: by mail, or as JSON to a URL."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import URLValidator, validate_email

from changeproof.alerts.messages import message_of
from changeproof.alerts.models import Channel
from changeproof.events.refusal import WrongUsage

KINDS = ("mail", "webhook")
TIMEOUT = 10.0


def add_channel(kind: str, address: str) -> Channel:
    """Tell this address of unauthorized changes and unreadable deliveries. Raises Refusal."""
    try:
        if kind == "mail":
            validate_email(address)
        elif kind == "webhook":
            URLValidator(schemes=["https", "http"])(address)
        else:
            raise ValidationError("unknown")
    except ValidationError as error:
        raise WrongUsage(
            "The channel was not added.",
            where=kind,
            why="the address does not fit the kind of channel",
            cure="Use mail with an e-mail address, or webhook with an https address.",
        ) from error
    channel, _ = Channel.objects.get_or_create(kind=kind, address=address)
    return channel


def deliver(channel: Channel, case: str, subject: str) -> None:
    """Send one alert; raises whatever the network raises."""
    message = message_of(case, subject, settings.REACH.url or "")
    if channel.kind == "mail":
        send_mail(
            subject=message.title,
            message=message.text,
            from_email=None,
            recipient_list=[channel.address],
        )
        return
    import httpx  # most commands send nothing: they do not wait for an HTTP client

    reply = httpx.post(channel.address, json=message.data, timeout=TIMEOUT)
    reply.raise_for_status()
