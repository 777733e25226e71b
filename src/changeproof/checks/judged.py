"""What a run of all checks gives: findings, and for each subject when to look again."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding

VERDICTS = ("deviation", "not_verifiable", "pending", "met", "not_applicable")
SIGN_VERDICTS = ("raised", "not_verifiable", "clear", "not_applicable")
OWN = "custom/"
"""How the ids of a company's own checks begin."""
BASES = ("direct", "compensating", "template", "late_declared", "waived")


@dataclass(frozen=True, slots=True)
class Judged:
    """`due` names the subjects of which time alone may change a verdict, and when; `emergencies`
    the changes that are declared one, and what keeps the declaration from covering them ("":
    nothing), as the view `emergency_state` says it."""

    findings: list[Finding]
    due: dict[str, int] = field(default_factory=dict)
    policy_versions: dict[str, int] = field(default_factory=dict)
    emergencies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def together(cls, parts: Iterable["Judged"]) -> "Judged":
        """One result of several, which share no subject."""
        whole = cls([])
        for part in parts:
            whole.findings.extend(part.findings)
            whole.due.update(part.due)
            whole.policy_versions.update(part.policy_versions)
            whole.emergencies.update(part.emergencies)
        whole.findings.sort(key=attrgetter("subject", "check_id"))
        return whole


def findings_of(rows: Iterable[tuple[Any, ...]]) -> list[Finding]:
    """Rows of `finding` as findings, sorted by subject and check; evidence sorted, each once."""
    known: dict[str | None, str] = {}  # checks on one subject often give the same text
    words_of: dict[str, tuple[str, ...]] = {}  # of the checks that the product's cases hold
    found: dict[tuple[str, str], Finding] = {}
    for subject, check, verdict, basis, reason, evidence in rows:
        words = words_of.get(check)
        if words is None:
            words = SIGN_VERDICTS if check.startswith("signs/") else VERDICTS
            if check.startswith(OWN):  # a look at each of millions costs
                _require_values(subject, check, basis, reason, evidence)
            else:
                words_of[check] = words
        if verdict not in words:
            raise Refusal(
                f"{check} was not judged.",
                where=subject,
                why=f"the check gives {verdict!r}, which is no verdict",
                cure=f"Give one of: {', '.join(words)}.",
            )
        events = known.get(evidence)
        if events is None:
            events = known[evidence] = sorted_evidence(evidence)
        key = (subject, check)
        if key in found:
            raise Refusal(
                f"{check} was not judged.",
                where=subject,
                why="the check gives this subject two rows",
                cure="Give one row a subject: the worst, with an order that leaves no tie.",
            )
        found[key] = Finding(subject, check, verdict, basis, reason, events)
    return [found[key] for key in sorted(found)]


def no_subject(check: str, subject: object) -> Refusal:
    """A check answers for what it was asked about, and for nothing else."""
    return Refusal(
        f"{check} was not judged.",
        where=str(subject),
        why="the check gives it as a subject, and it is no subject of its kind at hand",
        cure="Give change_id from `change`, or subject from `subject` where `kind` is the check's.",
    )


def _require_values(
    subject: object, check: str, basis: object, reason: object, evidence: object
) -> None:
    """What a finding can hold: engines would store anything, or stop at it without a word."""
    if not isinstance(subject, str):
        raise no_subject(check, subject)
    if not isinstance(reason, str) or not reason.strip():
        why, cure = f"the check gives no reason but {reason!r}", "Write a sentence; COALESCE what"
        cure += " may be NULL: one NULL empties a || chain."
    elif basis not in BASES:
        why, cure = (
            f"the check gives {basis!r}, which is no basis",
            f"Give one of: {', '.join(BASES)}.",
        )
    elif not isinstance(evidence, str | None):
        why = f"the check gives {evidence!r} as evidence, which is no list of event ids"
        cure = "Give the events of the rows that it read, commas between."
    else:
        return
    raise Refusal(f"{check} was not judged.", where=subject, why=why, cure=cure)


def sorted_evidence(evidence: str | None) -> str:
    """Event ids as one text: each once, sorted, comma between; engines give them in any order."""
    if not evidence:
        return ""
    if "," not in evidence:
        return evidence
    return ",".join(sorted({part for part in evidence.split(",") if part}))
