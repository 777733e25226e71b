"""`/metrics`, in the Prometheus text format: how the work goes, with nobody's name in it.

Every value is read from the database at the moment it is asked for, so that any process of a
server answers for all of them.
"""

from collections.abc import Iterator

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from changeproof import __version__
from changeproof.accounts.api_authentication import api_doors
from changeproof.accounts.permissions import NotPermitted
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.health import read_health
from changeproof.api.problems import UNAUTHENTICATED, problem_response
from changeproof.intake.writer import oldest_waiting_delivery
from changeproof.ledger.activity import STATE, read_activity
from changeproof.ledger.cases_read import IS_OPEN
from changeproof.ledger.receipts import IS_SILENT
from changeproof.ledger.service import Ledger, ledger, now

SECOND = 1_000_000
_HERE = Permission.SOURCE_READ


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Asked with a token, or in a session, that holds `source:read` on all systems."""
    try:
        admitted = any(door(request) for door in api_doors(_HERE))
    except NotPermitted as refusal:
        return problem_response(403, refusal)
    if not admitted:
        return problem_response(401, UNAUTHENTICATED)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(ledger(), now()))
    response = HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    response["Cache-Control"] = "no-store"
    return response


metrics.own_door = f"a token or session with `{_HERE.value}`"  # type: ignore[attr-defined]


class _Figures(Collector):
    """All figures as of one moment."""

    def __init__(self, held: Ledger, moment: int) -> None:
        self._held = held
        self._moment = moment

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "changeproof", "The version that answers.", value={"version": __version__}
        )
        yield _counter("log_entries", "Entries of the log.", self._held.log.size())
        yield from self._judging()
        yield from self._sources()
        yield from self._alerts()
        yield from self._cases()
        yield from self._jobs()

    def _judging(self) -> Iterator[Metric]:
        yield _gauge("subjects_unjudged", "Subjects that wait to be judged.", self._held.waiting())
        yield _gauge(
            "oldest_unjudged_seconds",
            "How long the oldest of them waits.",
            self._age(self._held.waiting_since()),
        )
        yield _gauge(
            "oldest_delivery_seconds",
            "How long the oldest delivery waits to be written by this process.",
            self._age(oldest_waiting_delivery()),
        )
        yield _gauge(
            "changes", "Changes on record.", self._count("subject_judged", "verdict IS NOT NULL")
        )

    def _sources(self) -> Iterator[Metric]:
        events = CounterMetricFamily(
            "changeproof_source_events", "Events that a source gave.", labels=["source"]
        )
        heard = GaugeMetricFamily(
            "changeproof_source_heard_timestamp_seconds",
            "When a source was last heard of.",
            labels=["source"],
        )
        for name, said in sorted(read_activity(self._held.state(STATE)).items()):
            events.add_metric([name], said.events)
            heard.add_metric([name], said.heard_at / SECOND)
        yield events
        yield heard
        yield _gauge(
            "sources_silent",
            "Silences on record that have not ended.",
            self._count(
                "silence AS s",
                IS_SILENT,
            ),
        )
        yield _gauge(
            "deliveries_quarantined",
            "Deliveries kept aside, and not read since.",
            self._count(
                "quarantined_delivery AS q",
                "NOT EXISTS (SELECT 1 FROM replayed_delivery AS r WHERE r.kind = q.kind"
                " AND r.delivery = q.delivery)",
            ),
        )

    def _alerts(self) -> Iterator[Metric]:
        health = read_health()
        yield _gauge("alerts_waiting", "Alerts that wait to be sent.", health.waiting)
        yield _gauge("alerts_dead", "Alerts that were given up.", health.dead)
        yield _gauge(
            "alert_channels_failing",
            "Channels whose last attempt did not get through.",
            len(health.failing),
        )

    def _cases(self) -> Iterator[Metric]:
        yield _gauge(
            "cases_open",
            "Cases that nobody resolved.",
            self._count("case_file AS c", IS_OPEN),
        )

    def _jobs(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("changeproof_jobs", "Background jobs.", labels=["status"])
        for status in TaskResultStatus:
            number = DBTaskResult.objects.filter(status=status).count()
            jobs.add_metric([str(status.value).lower()], number)
        yield jobs

    def _count(self, table: str, condition: str) -> int:
        rows = self._held.database.execute(f"SELECT COUNT(*) FROM {table} WHERE {condition}")
        return int(rows[0][0])

    def _age(self, since: int | None) -> float:
        return 0 if since is None else max(0, self._moment - since) / SECOND


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"changeproof_{name}", words, value=value)


def _counter(name: str, words: str, value: float) -> Metric:
    return CounterMetricFamily(f"changeproof_{name}", words, value=value)
