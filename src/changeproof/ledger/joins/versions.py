"""The revision of a deployment that tells a version alone, by how its system writes versions.

The pattern stands in the register of systems. A version that names both a tag and a hash joins
only where they agree; a tag that stood for several commits, or a hash that is the beginning of
several, joins nothing.
"""

from collections.abc import Collection, Iterable, Iterator

from changeproof.events.version_patterns import Named, named_in
from changeproof.ledger.built_trust import SHORT_HASH, TAG, UNKNOWN
from changeproof.ledger.each_once import each_once
from changeproof.ledger.joined import Deployment, VersionClaim
from changeproof.ledger.joins.systems import Systems
from changeproof.ledger.revisions import Revision, RevisionRepository, RevisionTag
from changeproof.ledger.store import Store

_SHORTEST = 7
"""Characters of a hash that a version names, at least."""


def named_by(systems: Systems, row: Deployment) -> Named | None:
    """What the version of a deployment names, where nothing else tells its revision."""
    pattern = systems.version_patterns.get(row.system.lower())
    if pattern is None or row.artifact is None or row.trust != UNKNOWN:
        return None
    return named_in(pattern, row.artifact)


def claims_of(deployment: str, named: Named) -> Iterator[VersionClaim]:
    """The names that lead back to a deployment when a tag or a commit arrives."""
    for value in {*named.tags, *([named.revision] if named.revision else ())}:
        yield VersionClaim(deployment, value)


def revision_of(
    store: Store, systems: Systems, system: str, named: Named
) -> tuple[str | None, str]:
    """The revision that a version names, and the trust; none where it names none, or several."""
    tagged = {row.revision for row in store.by(RevisionTag, "tag", named.tags)}
    tagged = _of_system(store, systems, system, tagged)
    begun = set[str]()
    if named.revision is not None:
        begun = _of_system(store, systems, system, begun_by(store, named.revision))
    if named.revision is None:
        return (tagged.pop(), TAG) if len(tagged) == 1 else (None, UNKNOWN)
    if len(begun) != 1 or (tagged and tagged != begun):
        return None, UNKNOWN
    return begun.pop(), SHORT_HASH


def deployments_named_by(
    store: Store, revisions: Collection[str], tags: Collection[str]
) -> set[str]:
    """The deployments whose version may name one of these commits or tags."""
    if not (revisions or tags) or not store.database.execute("SELECT 1 FROM version_claim LIMIT 1"):
        return set()
    names = set(tags)
    for row in store.by(RevisionTag, "revision", revisions):
        names.add(row.tag)
    for revision in revisions:
        names.update(revision[:length] for length in range(_SHORTEST, len(revision) + 1))
    return {row.deployment for row in store.by(VersionClaim, "value", names)}


def deployments_of(store: Store, systems: Iterable[str]) -> set[str]:
    """The deployments of these systems, whose versions may be read otherwise now."""
    wanted = {system.lower() for system in systems}
    if not wanted:
        return set()
    known = store.database.execute(each_once("deployment", "system"))
    names = {row[0] for row in known if row[0].lower() in wanted}
    return {row.deployment for row in store.by(Deployment, "system", names) if not row.landing}


def begun_by(store: Store, beginning: str) -> set[str]:
    """The commits on record whose hashes begin so; at most nine."""
    found = store.database.execute(
        "SELECT revision FROM revision WHERE revision >= ? AND revision < ?"
        " UNION SELECT revision FROM push_revision WHERE revision >= ? AND revision < ? LIMIT 9",
        (beginning, beginning + "g") * 2,
    )
    return {row[0] for row in found}


def _of_system(store: Store, systems: Systems, system: str, revisions: Collection[str]) -> set[str]:
    """Those that are commits of a repository of that system."""
    known = {row.revision for row in store.by(Revision, "revision", revisions)}
    places = store.by(RevisionRepository, "revision", known)
    return {row.revision for row in places if systems.of(row.repository).lower() == system.lower()}
