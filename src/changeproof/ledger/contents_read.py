"""The content of a change as it stands now, with one digest over it."""

from collections.abc import Collection
from dataclasses import dataclass

from changeproof.events.event import canonical, sha256_hex
from changeproof.events.forges import is_pull
from changeproof.ledger.documents import DocumentVersion
from changeproof.ledger.joined import Deployment, Implementation, UnloggedState
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.pulls import PullHead, PullMerge
from changeproof.ledger.steps import StepPlan
from changeproof.ledger.store import Store


@dataclass(frozen=True, slots=True)
class Content:
    """What one implementation would put into production."""

    implementation: str
    revision: str | None
    artifact: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """All contents of a change. A form posts `digest` back, so that what was read is what is
    approved."""

    contents: tuple[Content, ...]
    merged: tuple[str, ...] = ()
    """Commits under which a pull request's content was merged: approving one names its content."""

    @property
    def digest(self) -> str:
        return sha256_hex(
            canonical(
                [[each.implementation, each.revision, each.artifact] for each in self.contents]
            )
        )

    @property
    def revisions(self) -> tuple[str, ...]:
        return tuple(sorted({each.revision for each in self.contents if each.revision}))


def shown_of(store: Store, change: str) -> Shown:
    """The contents of a change as they stand now."""
    works = sorted({row.implementation for row in store.by(Implementation, "change_id", [change])})
    heads = _current_heads(store, [name for name in works if is_pull(name)])
    merges = store.by(PullMerge, "pull", [name for name in works if is_pull(name)])
    for merge in merges:
        if merge.head:
            heads[merge.pull] = merge.head
    states = {row.implementation: row for row in store.by(UnloggedState, "implementation", works)}
    deployments = {row.deployment: row for row in store.by(Deployment, "deployment", works)}
    contents = []
    for name in works:
        if is_pull(name):
            contents.append(Content(name, heads.get(name)))
        elif is_commit(name):
            contents.append(Content(name, name.removeprefix("git:")))
        else:
            seen = states.get(name) or deployments.get(name)
            contents.append(
                Content(name, seen.revision if seen else None, seen.artifact if seen else None)
            )
    contents += [
        Content(f"document:{row.document}/{row.document_version}", None, text_artifact(row))
        for row in store.by(DocumentVersion, "change_name", [change])
    ]
    contents += [
        Content(f"steps:{change}", None, f"sha256:{row.text}")
        for row in store.by(StepPlan, "change_name", [change])
    ]
    merged = tuple(sorted(row.revision for row in merges if row.revision))
    return Shown(tuple(each for each in contents if each.revision or each.artifact), merged)


def text_artifact(version: DocumentVersion) -> str:
    """What an approval of a document's version is bound to: the digest of its text."""
    return f"sha256:{version.text}"


def _current_heads(store: Store, pulls: Collection[str]) -> dict[str, str]:
    latest: dict[str, PullHead] = {}
    for row in store.by(PullHead, "pull", pulls):
        held = latest.get(row.pull)
        if held is None or (row.stated_at, row.event) > (held.stated_at, held.event):
            latest[row.pull] = row
    return {pull: row.revision for pull, row in latest.items()}
