"""Private state: the secrets that sources sign with, and when each was last heard."""

from django.db import models


class Connection(models.Model):
    """A source that is connected. The secret authenticates its deliveries."""

    source = models.TextField(primary_key=True)
    secret = models.TextField()
    connected_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "intake_connection"

    def __str__(self) -> str:
        return self.source


class Heartbeat(models.Model):
    """When a source was last heard, and how many deliveries it gave."""

    source = models.TextField(primary_key=True)
    heard_at = models.BigIntegerField()
    deliveries = models.BigIntegerField(default=0)

    class Meta:
        db_table = "intake_heartbeat"

    def __str__(self) -> str:
        return self.source
