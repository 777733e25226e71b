"""Private state: the secrets that sources sign with, and how sources are asked."""

from django.db import models

from changeproof.accounts.sealing import SealedTextField


class Connection(models.Model):
    """A source that delivers by webhook: `kind`, or `kind/name` where there are several.

    The secret authenticates its deliveries; `options` go with each of them. `handshakes` holds the
    secrets that the system made when it shook hands, one a line, by which it signs from then on.
    """

    source = models.TextField(primary_key=True)
    secret = SealedTextField()
    handshakes = SealedTextField(default="")
    options = models.JSONField(default=dict)
    connected_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "intake_connection"

    def __str__(self) -> str:
        return self.source


class ListCursor(models.Model):
    """Up to when one list of a source that we ask was read whole (RFC 3339, UTC)."""

    source = models.TextField()
    listing = models.TextField()
    read_until = models.TextField()

    class Meta:
        db_table = "intake_list_cursor"
        constraints = (
            models.UniqueConstraint(fields=("source", "listing"), name="one_cursor_a_list"),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.listing}"


class KeptReply(models.Model):
    """One page of a source that we ask, with what it is asked by again (RFC 9110, section 13).

    `asked` is the SHA-256 of the request's path and query, `body` that of the page, which stands in
    contents. `asked_at` is when the last turn that asked for it began (UTC microseconds).
    """

    source = models.TextField()
    asked = models.TextField()
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)
    body = models.TextField()
    headers = models.JSONField(default=dict)
    asked_at = models.BigIntegerField()

    class Meta:
        db_table = "intake_kept_reply"
        constraints = (
            models.UniqueConstraint(fields=("source", "asked"), name="one_reply_a_request"),
        )

    def __str__(self) -> str:
        return f"{self.source}: {self.asked}"


class AskedSource(models.Model):
    """A source that we ask by ourselves, every so many seconds. Times are UTC microseconds.

    `trouble` says why the last retrieval failed; it is empty where it did not.
    """

    name = models.TextField(primary_key=True)
    kind = models.TextField()
    address = models.TextField()
    login = models.TextField(default="", blank=True)
    secret = SealedTextField()
    options = models.JSONField(default=dict)
    every_seconds = models.PositiveIntegerField(default=300)
    private_allowed = models.BooleanField(default=False)
    due_at = models.BigIntegerField(default=0)
    begun_at = models.BigIntegerField(null=True)
    finished_at = models.BigIntegerField(null=True)
    trouble = models.TextField(default="", blank=True)
    told = models.JSONField(default=dict)

    class Meta:
        db_table = "intake_asked_source"

    def __str__(self) -> str:
        return self.name
