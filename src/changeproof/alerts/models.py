"""Private state: whom to tell, of what, how each wants to be told, and what waits to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Channel(models.Model):
    """Where alerts go: `mail` to an address, `webhook` to a URL that takes JSON, or `service` to
    whatever apprise knows by its URL. `address` is a secret. Times are UTC microseconds."""

    name = models.TextField(unique=True)
    kind = models.TextField()
    address = models.TextField()
    shown = models.TextField(default="")  # what may be shown of the address: a service, a host
    sent_at = models.BigIntegerField(null=True)  # the last message that got through
    told_at = models.BigIntegerField(null=True)  # the last at once, tests left out
    failed_at = models.BigIntegerField(null=True)  # the last attempt that did not
    trouble = models.TextField(default="")  # why; never with an address in it
    tested_at = models.BigIntegerField(null=True)  # when a test was last asked for

    class Meta:
        db_table = "alerts_channel"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "address"], name="alerts_one_channel")
        ]

    def __str__(self) -> str:
        return self.name


class Route(models.Model):
    """What one channel is told, and how often. An empty list takes everything."""

    name = models.TextField(unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="routes")
    is_default = models.BooleanField(default=False)  # takes what no other route takes
    systems = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    severities = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    rhythm = models.TextField(default="at_once")

    class Meta:
        db_table = "alerts_route"

    def __str__(self) -> str:
        return self.name


class Choice(models.Model):
    """How one person wants to be told of what waits for them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    rhythm = models.TextField()  # at_once, daily, none
    sent_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "alerts_choice"

    def __str__(self) -> str:
        return self.rhythm


class Outgoing(models.Model):
    """One thing to tell one channel or one person, until it was told or is let go.

    `given_up_at` marks a dead letter: it waits for somebody to send it again.
    """

    case_id = models.TextField()
    subject = models.TextField()
    kind = models.TextField(default="case")
    system = models.TextField(default="")
    check_id = models.TextField(default="")
    severity = models.TextField(default="")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True)
    recipient = models.TextField(default="")  # a person's account, where it goes to a person
    rhythm = models.TextField(default="at_once")
    attempts = models.IntegerField(default=0)
    queued_at = models.BigIntegerField(default=0)
    next_at = models.BigIntegerField()
    given_up_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "alerts_outgoing"
        indexes: ClassVar = [models.Index(fields=["given_up_at", "next_at"], name="alerts_due")]
        constraints: ClassVar = [
            # The same thing waits once, however often it is said.
            models.UniqueConstraint(
                fields=["channel", "rhythm", "case_id"],
                condition=models.Q(given_up_at=None, recipient=""),
                name="alerts_once_a_channel",
            ),
            models.UniqueConstraint(
                fields=["recipient", "case_id"],
                condition=models.Q(given_up_at=None) & ~models.Q(recipient=""),
                name="alerts_once_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.case_id
