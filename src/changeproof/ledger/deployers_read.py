"""Who deployed what where, and through what: read for the map of systems."""

from collections.abc import Collection
from dataclasses import dataclass, field

from changeproof.ledger.store import Store

_DEPLOYED = (
    "SELECT system, LOWER(environment), COALESCE(account, triggered_by, ''), MIN(deployment),"
    " COUNT(*), MAX(deployed_at) FROM deployment WHERE {}"
    # The beginning of its name says through what it came; see `_through`.
    " GROUP BY system, LOWER(environment), COALESCE(account, triggered_by, ''),"
    " SUBSTR(deployment, 1, 6)"
)
_SEEN = (
    "SELECT DISTINCT system, LOWER(environment) FROM observed_state WHERE {}"
    " UNION SELECT DISTINCT system, LOWER(environment) FROM production_act WHERE {}"
)


@dataclass(slots=True)
class DeployedPlace:
    """An environment of a system: deployments by account ("" for nobody named), the sources that
    told of them (`github`, `argocd`), and when the last one was. None of them: it was seen to run
    there, or altered by hand, alone."""

    system: str
    environment: str
    deployers: dict[str, int] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    last_at: int | None = None


def deployed_places(store: Store, systems: Collection[str] | None) -> list[DeployedPlace]:
    """Every place where something was deployed or seen, by system and environment; of these
    systems alone (None: of all)."""
    condition, bound = ("1 = 1", []) if systems is None else store.among("system", systems)
    listed = bound if systems is None else [bound]
    found: dict[tuple[str, str], DeployedPlace] = {}

    def place(system: str, environment: str) -> DeployedPlace:
        key = (system, environment)
        return found.setdefault(key, DeployedPlace(system, environment))

    for row in store.database.execute(_DEPLOYED.format(condition), listed):
        system, environment, account, deployment, number, last_at = row
        at = place(system, environment)
        at.deployers[account] = at.deployers.get(account, 0) + int(number)
        at.sources.add(_through(deployment))
        at.last_at = max((each for each in (at.last_at, last_at) if each is not None), default=None)
    for system, environment in store.database.execute(
        _SEEN.format(condition, condition), [*listed, *listed]
    ):
        place(system, environment)
    return [found[key] for key in sorted(found)]


def _through(deployment: str) -> str:
    """The source that a deployment's name begins with."""
    return deployment.partition(":")[0]
