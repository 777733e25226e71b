"""Private state: what somebody is about to say, what became of it, and what they look for."""

from django.db import models


class Draft(models.Model):
    """A form that is filled in: `said` is JSON, field by field. Times are UTC microseconds.

    `version` counts its saves. Once it is recorded `said` is emptied, and `done` (JSON) says what
    became of it: whoever sends it again is told that, and nothing is recorded twice.
    """

    draft = models.TextField(primary_key=True)
    account = models.TextField(db_index=True)
    form = models.TextField()
    said = models.TextField(default="{}")
    version = models.IntegerField(default=0)
    saved_at = models.BigIntegerField()
    done = models.TextField(default="")

    class Meta:
        db_table = "workflow_draft"

    def __str__(self) -> str:
        return self.draft


class SavedView(models.Model):
    """A name for filters (`workflow.saved_views`); `saved_at` in UTC microseconds."""

    account = models.TextField()
    name = models.TextField()
    query = models.TextField()
    shared = models.BooleanField(default=False)
    saved_at = models.BigIntegerField()

    class Meta:
        db_table = "workflow_saved_view"
        constraints = (
            models.UniqueConstraint(fields=["account", "name"], name="workflow_one_view_a_name"),
        )

    def __str__(self) -> str:
        return self.name
