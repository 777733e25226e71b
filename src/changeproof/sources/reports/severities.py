"""One scale for how grave a weakness is, out of words, scores and CVSS vectors.

The bands are those of CVSS v3 and v4 (FIRST, "Qualitative Severity Rating Scale"). A weakness
that nobody has rated counts as high until somebody rates it (event VulnerabilityScored): an
unknown one must not get the longest deadline.
"""

from collections.abc import Iterable

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from changeproof.events.vulnerabilities import Severity

UNRATED: Severity = "high"
ORDER: tuple[Severity, ...] = ("low", "medium", "high", "critical")

_WORDS: dict[str, Severity] = {
    **dict.fromkeys(("critical", "malicious"), "critical"),
    **dict.fromkeys(("high", "important", "error", "major"), "high"),
    **dict.fromkeys(("medium", "moderate", "warning"), "medium"),
    **dict.fromkeys(("low", "minor", "negligible", "none", "info", "informational", "note"), "low"),
}


def of_word(word: str | None) -> Severity | None:
    """The rating that a word states; None for none that we know (`unknown`)."""
    return _WORDS.get((word or "").strip().lower())


def of_score(score: float | None) -> Severity | None:
    """The band of a CVSS base score from 0 to 10; None for what is no such score."""
    if score is None or not 0 <= score <= 10:
        return None
    if score >= 9:
        return "critical"
    return "high" if score >= 7 else "medium" if score >= 4 else "low"


def of_vector(vector: str | None) -> Severity | None:
    """The band of a CVSS vector of version 2, 3 or 4; None for what is no vector."""
    vector = (vector or "").strip().strip("()")
    if not vector or len(vector) > 500 or not vector.isascii():
        return None
    try:
        if vector.startswith("CVSS:4"):
            return of_score(float(CVSS4(vector).base_score))
        if vector.startswith("CVSS:3"):
            return of_score(float(CVSS3(vector).scores()[0]))
        if "Au:" in vector:
            return of_score(float(CVSS2(vector).scores()[0]))
        if "PR:" in vector:  # written without its version
            return of_score(float(CVSS3(f"CVSS:3.1/{vector}").scores()[0]))
    except (CVSSError, ValueError, KeyError, ArithmeticError):
        return None
    return None


def worst(ratings: Iterable[Severity | None]) -> Severity | None:
    """The gravest of several ratings; None where there is none."""
    stated = [one for one in ratings if one is not None]
    return max(stated, key=ORDER.index, default=None)
