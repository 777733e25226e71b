"""Prometheus Alertmanager: the alerts that stand now, as its webhook would tell them.

It keeps no past: an alert that came and went between two looks is told by the webhook alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging


class AlertmanagerClient:
    """A login and password, or a bearer token, as the proxy in front of it asks for."""

    kind = "alertmanager"
    title = "Alertmanager"
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return {} if settings.login else settings.bearer

    def auth(self, settings: Settings) -> tuple[str, str] | None:
        return settings.password

    def scope(self, settings: Settings) -> str:
        return f"alertmanager:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        del since
        yield Listing(
            items="alerts",
            scope=self.scope(settings),
            path="api/v2/alerts",
            query={"active": "true", "silenced": "true", "inhibited": "true"},
            paging=Paging("link", size=("", 0)),
            deliver=_as_told,
        )


def _as_told(alert: Any) -> Sequence[Delivered]:
    """A look ends no alert: `endsAt` of one that stands is only when it would lapse."""
    told = {
        "labels": alert.get("labels", {}),
        "annotations": alert.get("annotations", {}),
        "startsAt": alert.get("startsAt"),
        "fingerprint": alert.get("fingerprint"),
        "status": "firing",
    }
    return [Delivered("alertmanager", {"version": "4", "receiver": "asked", "alerts": [told]})]
