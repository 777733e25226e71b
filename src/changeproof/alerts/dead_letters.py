"""What was given up: listed, sent again, or let go."""

from collections.abc import Collection

from django.db.models import QuerySet

from changeproof.alerts.models import Outgoing


def dead_letters() -> "QuerySet[Outgoing]":
    """Everything that was given up and waits for somebody, the newest first."""
    given_up = Outgoing.objects.select_related("channel").exclude(given_up_at=None)
    return given_up.order_by("-given_up_at", "-pk")


def send_again(moment: int, keys: Collection[int] | None = None) -> int:
    """Queue these, or all of them, as if they were new; how many."""
    chosen = list(_chosen(keys))
    waiting: set[tuple[int | None, str, str, str]] = set(
        Outgoing.objects.filter(given_up_at=None).values_list(
            "channel_id", "recipient", "rhythm", "case_id"
        )
    )
    fresh = []
    for row in chosen:
        name = (row.channel_id, row.recipient, row.rhythm, row.case_id)
        if name in waiting:  # it came up again meanwhile, and waits already
            row.delete()
            continue
        waiting.add(name)
        row.attempts, row.next_at, row.given_up_at = 0, moment, None
        fresh.append(row)
    Outgoing.objects.bulk_update(fresh, ["attempts", "next_at", "given_up_at"], batch_size=500)
    return len(chosen)


def let_go(keys: Collection[int]) -> int:
    """Forget these; that they were given up stays on record. How many."""
    gone, _ = _chosen(keys).delete()
    return gone


def _chosen(keys: Collection[int] | None) -> "QuerySet[Outgoing]":
    given_up = Outgoing.objects.exclude(given_up_at=None)
    return given_up if keys is None else given_up.filter(pk__in=list(keys))
