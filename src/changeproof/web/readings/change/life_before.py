"""What was thought, written and proposed of a change before it was made."""

from collections.abc import Iterator

from django.utils.translation import gettext

from changeproof.ledger.assessments import Assessment
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.teller import Teller, first_line, short

TOPICS = {
    "objectives": "Objectives",
    "systems": "Systems",
    "data": "Data",
    "risk": "Risk",
    "risk_after": "Risk afterwards",
    "design": "Design",
    "availability": "Availability",
    "confidentiality": "Confidentiality",
    "privacy": "Privacy",
    "privacy_design": "Privacy by design",
    "test_data": "Test data",
    "acceptance": "Acceptance",
    "vendor": "Vendor",
    "side_effects": "Side effects",
}
ANSWERS = {
    "addressed": "addressed",
    "not_affected": "not affected",
    "rejected": "speaks against the change",
}
PARTS = {
    "requirements": "Requirements",
    "design": "Design",
    "impact": "Impact",
    "back_out": "Back-out plan",
    "test_plan": "Test plan",
    "runbook": "Runbook",
    "release_note": "Release note",
    "notice": "Notice",
    "result": "Result",
}


def before(teller: Teller) -> Iterator[Moment]:
    """Template, papers, assessments, and what it asks to set."""
    evidence = teller.evidence
    claim = evidence.template
    if claim is not None:
        yield teller.moment(
            claim.claimed_at,
            gettext("Standard change %(template)s claimed") % {"template": claim.template},
            gettext("It counts if all that the change touches is in its scope"),
            claim.account,
            claim.event,
        )
    for paper in evidence.documents:
        yield teller.moment(
            paper.documented_at,
            gettext("%(part)s written") % {"part": PARTS.get(paper.part, paper.part)},
            first_line(evidence.texts.get(paper.digest, "")),
            paper.account,
            paper.event,
        )
    for said in evidence.assessments:
        yield _assessed(teller, said)
    for asked in evidence.proposals:
        now = (
            gettext("now `%(before_digest)s`, ") % {"before_digest": short(asked.before_digest)}
            if asked.before_digest
            else ""
        )
        yield teller.moment(
            asked.proposed_at,
            gettext("Asks to set %(item)s") % {"item": asked.item},
            gettext("%(now)safterwards `%(after_digest)s`")
            % {"now": now, "after_digest": short(asked.after_digest)},
            asked.account,
            asked.event,
        )


def _assessed(teller: Teller, said: Assessment) -> Moment:
    items = said.items.replace(",", ", ")
    topic = TOPICS.get(said.topic, said.topic)
    parts = [items or ANSWERS[said.answer], first_line(teller.reason(said.event))]
    if items and said.answer != "addressed":
        parts.insert(0, ANSWERS[said.answer])
    return teller.moment(
        said.assessed_at,
        gettext("%(topic)s assessed") % {"topic": topic},
        ": ".join(part for part in parts if part),
        said.account,
        said.event,
    )
