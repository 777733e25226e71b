"""PagerDuty: incidents, newest changes included by asking for a window of time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging

_OVERLAP = timedelta(days=7)
"""An incident is listed by when it began: one that ended later is asked for again so long."""


class PagerDutyClient:
    """A read-only API key."""

    kind = "pagerduty"
    title = "PagerDuty"
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {"authorization": f"Token token={settings.secret}"}

    def auth(self, settings: Settings) -> None:
        del settings

    def scope(self, settings: Settings) -> str:
        return f"pagerduty:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        query = {"date_range": "all"}
        read = since("incidents")
        if read is not None:
            at = datetime.fromisoformat(read).astimezone(UTC) - _OVERLAP
            query = {"since": at.isoformat(), "until": "2100-01-01T00:00:00Z"}
        yield Listing(
            items="incidents",
            scope=self.scope(settings),
            path="incidents",
            query={**query, "sort_by": "created_at:asc"},
            paging=Paging(
                "offset", rows="incidents", size=("limit", 100), place="offset", more="more"
            ),
            deliver=lambda incident: [Delivered("pagerduty", incident)],
            changed_at=lambda incident: incident.get("created_at"),
            cursor="incidents",
        )
