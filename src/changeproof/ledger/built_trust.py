"""How far a statement is trusted that an artifact was built of a revision: pure.

In this order: the record of the build that made the digest; a provenance whose signature was
verified; the image's own label; a claim, that is a provenance that nobody verified or a report.
A provenance whose signature failed joins nothing: it is kept, and the checks speak of it.
What is named by a version and not by its digest is trusted after that, and only as long as all
statements agree: a name may be given again to something else (hard case 29). Last comes what a
version says by the way it is written (`joins.versions`).
"""

import re
from collections.abc import Iterable
from typing import Protocol

from changeproof.events.testing import ArtifactBuilt

STATED = "stated"
"""The deployment itself names its revision."""
BUILD_RECORD = "build record"
VERIFIED_PROVENANCE = "verified provenance"
IMAGE_LABEL = "image label"
UNVERIFIED_PROVENANCE = "unverified provenance"
FAILED_PROVENANCE = "failed provenance"
"""Its signature names a pinned key or root and does not fit, or is no expected builder's."""
REPORT = "report"
VERSION = "version"
"""By a name that is no digest, on whose revision all that was said agrees."""
SHARED_VERSION = "shared version"
"""The name was given to builds of several revisions: it joins nothing."""
CONTRADICTED = "contradicted"
"""Statements of equal trust name several revisions for one digest: it joins nothing."""
TAG = "tag"
"""By a version, written as the register of systems says, that names a tag of its repository."""
SHORT_HASH = "short hash"
"""By a version, written as the register of systems says, that names the beginning of a hash."""
UNKNOWN = "none"

CLAIMS = (UNVERIFIED_PROVENANCE, REPORT)
"""What somebody says and nobody verified."""

_ATTESTED = {
    "verified": VERIFIED_PROVENANCE,
    "unverified": UNVERIFIED_PROVENANCE,
    "failed": FAILED_PROVENANCE,
}
ORDER = (BUILD_RECORD, VERIFIED_PROVENANCE, IMAGE_LABEL, *CLAIMS)
"""What is trusted most comes first."""
_DIGEST = re.compile(r"(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})")


class Built(Protocol):
    """What is read of a row that says of what an artifact was built."""

    @property
    def revision(self) -> str: ...
    @property
    def trust(self) -> str: ...


def trust_of(event: ArtifactBuilt) -> str:
    """The word that the row of this event bears."""
    if event.attestation is not None:
        return _ATTESTED[event.attestation]
    if event.read_from is not None:
        return IMAGE_LABEL if event.read_from == "label" else REPORT
    return BUILD_RECORD


def built_of(artifact: str, rows: Iterable[Built]) -> tuple[str | None, str]:
    """The revision that an artifact was built of, or none; and the trust, or why there is none."""
    said: dict[str, set[str]] = {}
    for row in rows:
        if row.revision and row.trust != FAILED_PROVENANCE:
            said.setdefault(row.trust, set()).add(row.revision)
    if not said:
        return None, UNKNOWN
    if not is_digest(artifact):
        named = set().union(*said.values())
        return (named.pop(), VERSION) if len(named) == 1 else (None, SHARED_VERSION)
    trust = min(said, key=ORDER.index)
    best = said[trust]
    return (best.pop(), trust) if len(best) == 1 else (None, CONTRADICTED)


def is_digest(artifact: str) -> bool:
    """Whether it names its content: alone, or at the end of a package's or an image's name."""
    return _DIGEST.search(artifact) is not None
