"""Private state: whom to tell, and what waits to be told."""

from typing import ClassVar

from django.db import models


class Channel(models.Model):
    """Where alerts go: `mail` to an address, `webhook` to a URL that takes JSON."""

    kind = models.TextField()
    address = models.TextField()

    class Meta:
        db_table = "alerts_channel"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "address"], name="alerts_one_channel")
        ]

    def __str__(self) -> str:
        return self.kind


class Outgoing(models.Model):
    """One case for one channel, until it was told or given up."""

    case_id = models.TextField()
    subject = models.TextField()
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE)
    attempts = models.IntegerField(default=0)
    next_at = models.BigIntegerField()

    class Meta:
        db_table = "alerts_outgoing"

    def __str__(self) -> str:
        return self.case_id
