"""When a digest goes out: each morning, or on Monday morning; UTC."""

from datetime import UTC, datetime, timedelta

from changeproof.alerts.notices import Rhythm

HOUR = 7
"""UTC; a digest waits for nobody's breakfast but stands there when most people begin."""


def due_at(rhythm: Rhythm, moment: int) -> int:
    """When what is queued at `moment` is told; both in UTC microseconds."""
    if rhythm == "at_once":
        return moment
    now = datetime.fromtimestamp(moment / 1_000_000, UTC)
    morning = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if rhythm == "weekly":
        morning += timedelta(days=-now.weekday() % 7)
    if morning <= now:
        morning += timedelta(days=1 if rhythm == "daily" else 7)
    return int(morning.timestamp()) * 1_000_000
