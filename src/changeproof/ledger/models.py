"""Private state of the ledger: what waits to be judged, cursors, the schema that stands.

Never evidence, never rebuilt (DESIGN.md section 1). Evidence tables have no models.
"""

from django.db import models


class Unjudged(models.Model):
    """A subject whose findings may no longer be what its evidence says.

    `failures` counts how often judging it raised: at MOST_FAILURES it is set aside, so that it
    cannot hold up the others, until something touches it again. `since` is when it began to wait;
    null for what waited before there was this column.
    """

    subject = models.TextField(primary_key=True)
    failures = models.IntegerField(default=0)
    since = models.BigIntegerField(null=True)

    class Meta:
        db_table = "unjudged"
        indexes = (models.Index(fields=["failures", "since", "subject"], name="unjudged_in_turn"),)


class SubjectAhead(models.Model):
    """A subject that a statement touched whose time was still to come when it was received.

    Checks do not see the statement before `due_at` (UTC microseconds), and nothing else would
    have them look again once they may.
    """

    subject = models.TextField()
    due_at = models.BigIntegerField()

    class Meta:
        db_table = "subject_ahead"
        constraints = (
            models.UniqueConstraint(fields=["due_at", "subject"], name="ahead_once_a_moment"),
        )


class LedgerState(models.Model):
    """A word that must outlive a process: the schema's digest, a source's cursor."""

    name = models.TextField(primary_key=True)
    value = models.TextField()

    class Meta:
        db_table = "ledger_state"


class SearchWaiting(models.Model):
    """A subject that the search may know by words that are no longer its own."""

    subject = models.TextField(primary_key=True)

    class Meta:
        db_table = "search_waiting"


class SearchText(models.Model):
    """What one field of one change says (`ledger.search_index`)."""

    number = models.BigAutoField(primary_key=True)
    subject = models.TextField()
    field = models.TextField()
    body = models.TextField()

    class Meta:
        db_table = "search_text"
        constraints = (
            models.UniqueConstraint(fields=["subject", "field"], name="search_one_text_a_field"),
        )


class SearchPerson(models.Model):
    """An account that had a part in a change."""

    number = models.BigAutoField(primary_key=True)
    subject = models.TextField()
    account = models.TextField()

    class Meta:
        db_table = "search_person"
        indexes = (models.Index(fields=["account", "subject"], name="search_by_account"),)
        constraints = (
            models.UniqueConstraint(fields=["subject", "account"], name="search_one_row_a_person"),
        )
