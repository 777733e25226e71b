"""What was thought, written and proposed of a change before it was made."""

from collections.abc import Iterator

from django.utils.translation import gettext, gettext_noop

from changeproof.ledger.assessments import Assessment
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.teller import Teller, first_line, short

TOPICS = {
    "objectives": gettext_noop("Objectives"),
    "systems": gettext_noop("Systems"),
    "data": gettext_noop("Data"),
    "risk": gettext_noop("Risk"),
    "risk_after": gettext_noop("Risk afterwards"),
    "design": gettext_noop("Design"),
    "availability": gettext_noop("Availability"),
    "confidentiality": gettext_noop("Confidentiality"),
    "privacy": gettext_noop("Privacy"),
    "privacy_design": gettext_noop("Privacy by design"),
    "test_data": gettext_noop("Test data"),
    "acceptance": gettext_noop("Acceptance"),
    "vendor": gettext_noop("Vendor"),
    "side_effects": gettext_noop("Side effects"),
}
ANSWERS = {
    "addressed": gettext_noop("addressed"),
    "not_affected": gettext_noop("not affected"),
    "rejected": gettext_noop("speaks against the change"),
}
PARTS = {
    "requirements": gettext_noop("Requirements"),
    "design": gettext_noop("Design"),
    "impact": gettext_noop("Impact"),
    "back_out": gettext_noop("Back-out plan"),
    "test_plan": gettext_noop("Test plan"),
    "runbook": gettext_noop("Runbook"),
    "release_note": gettext_noop("Release note"),
    "notice": gettext_noop("Notice"),
    "result": gettext_noop("Result"),
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
            gettext("%(part)s written") % {"part": gettext(PARTS.get(paper.part, paper.part))},
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
    topic = gettext(TOPICS.get(said.topic, said.topic))
    parts = [items or gettext(ANSWERS[said.answer]), first_line(teller.reason(said.event))]
    if items and said.answer != "addressed":
        parts.insert(0, gettext(ANSWERS[said.answer]))
    return teller.moment(
        said.assessed_at,
        gettext("%(topic)s assessed") % {"topic": topic},
        ": ".join(part for part in parts if part),
        said.account,
        said.event,
    )
