"""GitOps Promoter: statuses of commits → tests; active commits of environments → what runs.

https://gitops-promoter.readthedocs.io/en/latest/crd-specs/
"""

from collections.abc import Iterator
from typing import Any

from changeproof.events.deployments import StateObserved
from changeproof.events.event import Event
from changeproof.events.testing import Conclusion, TestsRun
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms, Translation
from changeproof.sources.document_files import documents
from changeproof.sources.facts import Gathered, inside, listed, option, revision_in, text
from changeproof.sources.kinds import Glimpse, Kind
from changeproof.sources.kubernetes.workloads import first_object
from changeproof.sources.reading import Reading

_PHASES: dict[str, Conclusion] = {"success": "passed", "failure": "failed"}


def translate_promoter(delivery: Delivery, pseudonyms: Pseudonyms) -> Translation:
    """Raises MalformedPayload, naming the field."""
    reading = Reading("promoter", delivery, pseudonyms)
    gathered = Gathered(reading, "promoter")
    for value in documents(delivery.body):
        if "promoter.argoproj.io/" not in (text(value, "apiVersion") or ""):
            raise MalformedPayload("it is no object of the promoter", where="apiVersion")
        found = list(_events(reading, value))
        gathered.add(found)
        if not found:
            kind = text(value, "kind") or "object"
            gathered.passed_over(f"{kind[:60]}: it names no commit that runs or was tested")
    return gathered.translation()


def _events(reading: Reading, value: dict[str, Any]) -> Iterator[Event]:
    if text(value, "kind") == "CommitStatus":
        revision = revision_in(text(value, "spec", "sha"))
        conclusion = _PHASES.get(text(value, "spec", "phase") or "")
        if revision and conclusion:
            yield TestsRun(
                **reading.header(None),
                run=f"promoter:{text(value, 'metadata', 'name')}/{revision}"[:500],
                revision=revision,
                name=text(value, "spec", "name") or "commit status",
                poster="gitops-promoter",
                conclusion=conclusion,
            )
    elif text(value, "kind") == "PromotionStrategy":
        for environment in listed(value, "status", "environments"):
            yield from _active(reading, value, environment, text(environment, "branch"))
    elif text(value, "kind") == "ChangeTransferPolicy":
        branch = text(value, "spec", "activeBranch")
        yield from _active(reading, value, inside(value, "status"), branch)


def _active(reading: Reading, value: Any, environment: Any, branch: str | None) -> Iterator[Event]:
    """The commit that an environment's branch was made from: `environment/NAME`."""
    revision = revision_in(text(environment, "active", "dry", "sha"))
    if revision and branch:
        system = text(value, "spec", "gitRepositoryRef", "name") or "promoter"
        yield StateObserved(
            **reading.header(None),
            system=option(reading.delivery, "system") or system,
            environment=option(reading.delivery, "environment") or branch.rpartition("/")[2],
            item=branch,
            revision=revision,
        )


def _fits(glimpse: Glimpse) -> bool:
    return b"promoter.argoproj.io/" in glimpse.body and "promoter.argoproj.io/" in (
        text(first_object(glimpse), "apiVersion") or ""
    )


PROMOTER = Kind(
    "gitops-promoter",
    "GitOps Promoter",
    translate_promoter,
    _fits,
    json=False,
    options=("system", "environment"),
)
