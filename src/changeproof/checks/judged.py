"""What a run of all checks gives: findings, and for each subject when to look again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding


@dataclass(frozen=True, slots=True)
class Judged:
    """`due` names the subjects of which time alone may change a verdict, and when."""

    findings: list[Finding]
    due: dict[str, int] = field(default_factory=dict)
    policy_versions: dict[str, int] = field(default_factory=dict)


def findings_of(rows: Iterable[tuple[Any, ...]]) -> list[Finding]:
    """Rows of `finding`, sorted by subject and check, as findings; evidence sorted, each once."""
    found: list[Finding] = []
    last: tuple[str, str] | None = None
    for subject, check, verdict, basis, reason, evidence in rows:
        if (subject, check) == last:
            raise Refusal(
                f"{check} was not judged.",
                where=subject,
                why="the check gives this subject two rows",
                cure="Give one row a subject: the worst, with an order that leaves no tie.",
            )
        last = (subject, check)
        found.append(Finding(subject, check, verdict, basis, reason, sorted_evidence(evidence)))
    return found


def sorted_evidence(evidence: str | None) -> str:
    """Event ids as one text: each once, sorted, comma between; engines give them in any order."""
    if not evidence:
        return ""
    if "," not in evidence:
        return evidence
    return ",".join(sorted({part for part in evidence.split(",") if part}))
