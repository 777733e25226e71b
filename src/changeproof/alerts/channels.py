"""Channels: added, taken away, and how a message leaves the house by one."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import URLValidator, validate_email

from changeproof.alerts.fence import outside_only
from changeproof.alerts.messages import Message
from changeproof.alerts.models import Channel, Route
from changeproof.alerts.services import NotTaken, send_by_service, service_at, service_name
from changeproof.alerts.signatures import signed_headers, signing_secret
from changeproof.events.event import canonical
from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.ledger.service import now

KINDS: Mapping[str, str] = {
    "mail": "an e-mail address",
    "webhook": "an address that takes JSON",
    "service": "a chat, paging or push service (apprise)",
}
TIMEOUT = 10.0
_LONGEST_NAME = 100


def add_channel(kind: str, address: str, name: str = "") -> Channel:
    """Tell this address what no other route takes. Asked for again it is the same channel.

    Raises Refusal.
    """
    address = address.strip()
    _examine(kind, address)
    found = Channel.objects.filter(kind=kind, address=address).first()
    if found is not None:
        return found
    called = _free_name(name.strip(), kind)
    channel = Channel.objects.create(
        kind=kind, address=address, name=called, shown=_shown(kind, address)
    )
    if not Route.objects.filter(name=called).exists():
        Route.objects.create(name=called, channel=channel, is_default=True)
    return channel


def channel_named(name: str) -> Channel:
    """The channel that is called so. Raises Refusal."""
    found = Channel.objects.filter(name=name).first()
    if found is None:
        raise Refusal(
            "Nothing was done.",
            where=name[:60],
            why="no channel is called so",
            cure="Choose one of the list: changeproof alerts list",
        )
    return found


def deliver(channel: Channel, message: Message) -> None:
    """Send one message; raises whatever the network raises."""
    if channel.kind == "mail":
        mail(channel.address, message)
        return
    with outside_only(settings.ALERT_NETWORKS):
        if channel.kind == "service":
            send_by_service(channel.address, message.title, message.text)
            return
        import httpx  # most commands send nothing: they do not wait for an HTTP client

        body = canonical(message.data)
        headers = signed_headers(
            signing_secret(channel, settings.SECRET_KEY), body, now() // 1_000_000
        )
        reply = httpx.post(
            channel.address,
            content=body,
            headers={"Content-Type": "application/json", **headers},
            timeout=TIMEOUT,
        )
    if not reply.is_success:
        raise NotTaken(f"it answered {reply.status_code}")


def sends_mail() -> bool:
    """Whether the instance names a mail server."""
    return bool(settings.MAIL.configured)


def mail(address: str, message: Message) -> None:
    """Send by the mail server that the instance names. Raises NotTaken where it names none."""
    if not sends_mail():
        raise NotTaken("no mail server is named: set CHANGEPROOF_SMTP")
    EmailMessage(
        subject=" ".join(message.title.split()),
        body=message.text,
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()


def _examine(kind: str, address: str) -> None:
    if kind == "service":
        service_at(address)
        return
    try:
        if kind == "mail":
            validate_email(address)
        elif kind == "webhook":
            # Without TLS whoever listens reads along: good enough inside networks of our own.
            schemes = ["https", "http"] if settings.ALERT_NETWORKS else ["https"]
            URLValidator(schemes=schemes)(address)
        else:
            raise ValidationError("unknown")
    except ValidationError as error:
        raise WrongUsage(
            "The channel was not added.",
            where=kind,
            why="the address does not fit the kind of channel",
            cure="Use mail with an e-mail address, webhook with an https address, or service with"
            " an apprise URL.",
        ) from error


def _shown(kind: str, address: str) -> str:
    """What may be shown of where it leads: never more than the service or host."""
    if kind == "mail":
        return address
    return urlsplit(address).hostname or "" if kind == "webhook" else service_name(address)


def _free_name(wanted: str, kind: str) -> str:
    if wanted:
        if len(wanted) > _LONGEST_NAME or not wanted.isprintable():
            why = f"it has over {_LONGEST_NAME} characters, or some that cannot be printed"
            raise WrongUsage(
                "The channel was not added.", where="name", why=why, cure="Shorten the name."
            )
        if Channel.objects.filter(name=wanted).exists():
            why = "another channel is called so"
            raise WrongUsage(
                "The channel was not added.", where=wanted, why=why, cure="Choose another name."
            )
        return wanted
    taken = set(Channel.objects.values_list("name", flat=True))
    names = (kind if number == 1 else f"{kind} {number}" for number in range(1, len(taken) + 2))
    return next(each for each in names if each not in taken)
