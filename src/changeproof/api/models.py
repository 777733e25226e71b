"""Private state: answers kept under the key that their sender chose."""

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """What a POST with an `Idempotency-Key` was answered, for as long as it may come again."""

    account = models.TextField()
    operation = models.TextField()  # the path, as in /api/requests
    key = models.TextField()
    request_digest = models.CharField(max_length=64)
    status = models.IntegerField()
    answer = models.TextField()  # JSON
    kept_at = models.BigIntegerField(db_index=True)  # UTC microseconds

    class Meta:
        db_table = "api_kept_answer"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "operation", "key"], name="api_one_answer_a_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.status}"
