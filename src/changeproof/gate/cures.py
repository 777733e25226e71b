"""What would change the gate's mind, where the check itself does not say."""

from datetime import UTC, datetime

from changeproof.ledger.joined import Finding


def utc(moment: int) -> str:
    """A time as the checks write it."""
    return datetime.fromtimestamp(moment // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_CURES = {
    "cc8_1/02_authorization": "Somebody other than the requester authorizes it:"
    " changeproof authorize",
    "cc8_1/05_tracking": "Say where the unknown revisions come from: import the history, or link"
    " them to a request.",
    "cc8_1/07_testing": "Run the tests on exactly this revision, and let them pass.",
    "cc8_1/08_approval": "Somebody who wrote and pushed none of it approves this revision.",
    "cc8_1/09_deployment": "Let the pipeline deploy the approved artifact.",
    "cc8_1/13_emergency": "Name the incident, have somebody else authorize it themselves, and hold"
    " the review that is owed.",
}
_OTHERWISE = "Read the check's own text: changeproof check"
_WHY, _CURE = " Why: ", " Cure: "
_ON_RECORD = "; the deviation stays on record"


def split_reason(finding: Finding, at: int) -> tuple[str, str]:
    """What was found, and the cure: the check's own words, else ours.

    The check speaks of a deployment at `at`, which is only supposed.
    """
    said, _, cure = finding.reason.partition(_CURE)
    said = said.replace(f"eployed at {utc(at)}", "eployed now")
    fallback = _CURES.get(finding.check_id, f"{_OTHERWISE} {finding.check_id}")
    cure = cure.replace(_ON_RECORD, "").strip() or fallback  # before deployment there is none
    return said.partition(_WHY)[0].strip(), cure[:1].upper() + cure[1:]
