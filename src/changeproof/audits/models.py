"""Private state: the packs that somebody asked for on the page, and how far each one is."""

from django.db import models


class PackOrder(models.Model):
    """A pack asked for. Times are UTC microseconds; `period_until` is excluded.

    `state` is waiting, working, ready or failed; `doing`, `done` and `total` tell of the work,
    `why` and `cure` of a failure.
    """

    order = models.TextField(primary_key=True)
    period_from = models.BigIntegerField()
    period_until = models.BigIntegerField()
    asked_by = models.TextField()
    asked_at = models.BigIntegerField(db_index=True)
    state = models.TextField(default="waiting")
    doing = models.TextField(default="")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    why = models.TextField(default="")
    cure = models.TextField(default="")
    interim = models.BooleanField(default=False)

    class Meta:
        db_table = "audits_pack_order"

    def __str__(self) -> str:
        return self.order
