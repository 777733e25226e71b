"""A Kubernetes cluster: what runs, by digest of each workload's content and images.

A service account that may `get` and `list` workloads is enough. An object that did not change since
the last look is the same payload, and says nothing new.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from changeproof.intake.clients.listing import Delivered, Listing, Settings, Since
from changeproof.intake.clients.paging import Paging

_LISTS = (
    ("apis/apps/v1/deployments", "apps/v1", "Deployment"),
    ("apis/apps/v1/statefulsets", "apps/v1", "StatefulSet"),
    ("apis/apps/v1/daemonsets", "apps/v1", "DaemonSet"),
    ("apis/batch/v1/cronjobs", "batch/v1", "CronJob"),
)
_PAGING = Paging(
    "token", rows="items", size=("limit", 500), place="continue", following="metadata.continue"
)


class KubernetesClient:
    """A bearer token. `with.cluster`, `with.environment` and `with.system` go with each object."""

    kind = "kubernetes"
    title = "Kubernetes"
    needs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    def headers(self, settings: Settings) -> Mapping[str, str]:
        return settings.bearer

    def auth(self, settings: Settings) -> None:
        del settings

    def scope(self, settings: Settings) -> str:
        return f"kubernetes:{settings.host}"

    def listings(self, settings: Settings, since: Since) -> Iterable[Listing]:
        del since  # a cluster lists what stands, not what changed
        for path, version, kind in _LISTS:
            yield Listing(
                items=kind,
                scope=self.scope(settings),
                path=path,
                paging=_PAGING,
                deliver=_object(version, kind),
            )


def _object(version: str, kind: str) -> Callable[[Any], Sequence[Delivered]]:
    """Within a list an object does not say what it is; its own reply does."""

    def deliver(row: Any) -> Sequence[Delivered]:
        return [Delivered("kubernetes-object", {"apiVersion": version, "kind": kind, **row})]

    return deliver
