"""Private state: the secrets that sources sign with."""

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
