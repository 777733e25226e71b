"""What an approval is bound to: content that stands now, as it was looked at."""

import re

from changeproof.events.refusal import Refusal
from changeproof.ledger.contents_read import Shown, shown_of
from changeproof.ledger.deployments import Artifact
from changeproof.ledger.store import Store
from changeproof.workflow.naming import SHORTEST_REVISION

_HEX = re.compile(r"[0-9a-f]+")


class ContentMoved(Refusal):
    """What was looked at is not what stands now (HTTP 409)."""


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
    if not shown.revisions:
        return ContentMoved(
            "The approval was not recorded.",
            where=change,
            why="no work on it is on record yet, so there is no content to approve",
            cure=f"Join its work first: changeproof join {change} REVISION.",
        )
    current = ", ".join(each[:12] for each in shown.revisions)
    return ContentMoved(
        "The approval was not recorded.",
        where=change,
        why=f"what you looked at is not its content now, which is {current}",
        cure="Look at what stands now, then approve that.",
    )
