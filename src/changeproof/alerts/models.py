"""Private state: whom to tell, of what, how each wants to be told, and what waits to be told."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from changeproof.accounts.sealing import SealedTextField


class Channel(models.Model):
    """Where alerts go: `mail` to an address, `webhook` to a URL that takes JSON, or `service` to
    whatever apprise knows by its URL. `address` is a secret. Times are UTC microseconds."""

    name = models.TextField(unique=True)
    kind = models.TextField()
    address = SealedTextField()
    shown = models.TextField(default="")  # what may be shown of the address: a service, a host
    sent_at = models.BigIntegerField(null=True)  # the last message that got through
    told_at = models.BigIntegerField(null=True)  # the last at once, tests left out
    failed_at = models.BigIntegerField(null=True)  # the last attempt that did not
    failing_since = models.BigIntegerField(null=True)  # the first of those that follow each other
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
    """What one channel is told, and how often. An empty list takes everything.

    Outside its `hours` (null: it has none) another channel or the next route is told. The next
    route is told as well where nobody acknowledged within so many minutes (0: nobody is asked).
    """

    name = models.TextField(unique=True)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="routes")
    is_default = models.BooleanField(default=False)  # takes what no other route takes
    systems = models.JSONField(default=list)
    checks = models.JSONField(default=list)
    severities = models.JSONField(default=list)
    kinds = models.JSONField(default=list)
    rhythm = models.TextField(default="at_once")
    hours = models.JSONField(null=True)
    otherwise = models.ForeignKey(Channel, on_delete=models.SET_NULL, null=True, related_name="+")
    next_route = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    acknowledge_within = models.IntegerField(default=0)

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
    escalated_from = models.TextField(default="")  # the route by which nobody acknowledged it
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


class Awaited(models.Model):
    """One thing of which somebody is to say that they have seen it, before `due_at`.

    It is made when the thing is queued, so that one that never arrives is escalated too, and goes
    when anybody acknowledged it. `message` names what it was told with, `tried` the routes (by
    key) that were told before this one. Times are UTC microseconds.
    """

    message = models.TextField(db_index=True)
    case_id = models.TextField(db_index=True)
    subject = models.TextField()
    kind = models.TextField()
    system = models.TextField()
    check_id = models.TextField()
    severity = models.TextField()
    route = models.ForeignKey(Route, on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    tried = models.JSONField(default=list)
    told_at = models.BigIntegerField(null=True)
    due_at = models.BigIntegerField()
    escalated_at = models.BigIntegerField(null=True)

    class Meta:
        db_table = "alerts_awaited"
        indexes: ClassVar = [
            models.Index(fields=["escalated_at", "due_at"], name="alerts_unanswered")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["route", "case_id"], name="alerts_awaited_once")
        ]

    def __str__(self) -> str:
        return self.case_id
