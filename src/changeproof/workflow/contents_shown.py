"""What an approval would be bound to: the content that stands now, with one digest over it."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from changeproof.events.event import canonical, sha256_hex
from changeproof.events.forges import is_pull
from changeproof.events.refusal import Refusal
from changeproof.ledger.deployments import Artifact
from changeproof.ledger.joined import Deployment, Implementation, UnloggedState
from changeproof.ledger.joins.changes import is_commit
from changeproof.ledger.pulls import PullHead, PullMerge
from changeproof.ledger.store import Store
from changeproof.workflow.naming import SHORTEST_REVISION

_HEX = re.compile(r"[0-9a-f]+")


class ContentMoved(Refusal):
    """What was looked at is not what stands now (HTTP 409)."""


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
    merged = tuple(sorted(row.revision for row in merges if row.revision))
    return Shown(tuple(each for each in contents if each.revision or each.artifact), merged)


def _current_heads(store: Store, pulls: Collection[str]) -> dict[str, str]:
    latest: dict[str, PullHead] = {}
    for row in store.by(PullHead, "pull", pulls):
        held = latest.get(row.pull)
        if held is None or (row.stated_at, row.event) > (held.stated_at, held.event):
            latest[row.pull] = row
    return {pull: row.revision for pull, row in latest.items()}


def approved_contents(
    store: Store,
    change: str,
    *,
    revision: str | None,
    artifact: str | None,
    seen: str | None,
) -> list[tuple[str | None, str | None]]:
    """The (revision, artifact) pairs that an approval is bound to. Raises Refusal.

    `revision` (7 characters or more) must be content that stands now; `seen` is the digest that
    was shown. Without either, a change with one content is taken as it stands.
    """
    shown = shown_of(store, change)
    if seen is not None and seen != shown.digest:
        raise _moved(change, shown)
    if revision is not None:
        return [(_standing(shown, change, revision), artifact)]
    if artifact is not None:
        return [(_built_from(store, shown, artifact), artifact)]
    if not shown.contents:
        raise Refusal(
            "The approval was not recorded.",
            where=change,
            why="an approval is bound to content, and no work is linked to the change yet",
            cure="Link its pull request or revision, or name the artifact's digest.",
        )
    if len(shown.contents) > 1 and seen is None:
        listed = ", ".join(each[:12] for each in shown.revisions)
        raise Refusal(
            "The approval was not recorded.",
            where=change,
            why=f"the change has {len(shown.contents)} contents: {listed}",
            cure="Name the one that you looked at with its revision; approve each.",
        )
    return [(each.revision, each.artifact) for each in shown.contents]


def _standing(shown: Shown, change: str, revision: str) -> str:
    wanted = revision.strip().lower()
    standing = {*shown.revisions, *shown.merged}
    if len(wanted) >= SHORTEST_REVISION and _HEX.fullmatch(wanted):
        matching = [each for each in standing if each.startswith(wanted)]
        if len(matching) == 1:
            return matching[0]
    raise _moved(change, shown)


def _built_from(store: Store, shown: Shown, artifact: str) -> str | None:
    """The standing revision that an artifact was built from, if a build said so."""
    built = {row.revision for row in store.by(Artifact, "artifact", [artifact])}
    found = built & {*shown.revisions, *shown.merged}
    return min(found) if found else None


def _moved(change: str, shown: Shown) -> ContentMoved:
    current = ", ".join(each[:12] for each in shown.revisions) or "nothing"
    return ContentMoved(
        "The approval was not recorded.",
        where=change,
        why=f"what you looked at is not its content now, which is {current}",
        cure="Look at what stands now, then approve that.",
    )
