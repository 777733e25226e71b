"""What each part of a change's life is told with: its evidence, and the way into the log."""

from collections.abc import Mapping

from changeproof.ledger.deployments import DeploymentRequest
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.evidence import ChangeEvidence
from changeproof.web.readings.entries import Links, linked
from changeproof.web.readings.entries import listed as event_list

LONGEST_LINE = 160


class Teller:
    """Makes moments of one change. `asked_for` says who asked for its deployments, `reasons` what
    was said with an event."""

    def __init__(
        self,
        evidence: ChangeEvidence,
        links: Links,
        asked_for: Mapping[str, DeploymentRequest],
        reasons: Mapping[str, str],
    ) -> None:
        self.evidence = evidence
        self.asked_for = asked_for
        self._links = links
        self._reasons = reasons

    def reason(self, event: str) -> str:
        """The words that an act was given with; empty where there were none, or none are kept."""
        return self._reasons.get(event, "")

    def moment(
        self,
        at: int | None,
        title: str,
        detail: str,
        actor: str | None,
        *events: str,
        note: str = "",
        is_void: bool = False,
    ) -> Moment:
        entries = linked(self._links, [each for event in events for each in event_list(event)])
        return Moment(at, title, detail, actor or "", note, entries, is_void=is_void)

    def counts(self, revision: str | None) -> bool:
        """Whether an approval of `revision` is one of what was deployed, or stands now."""
        if revision is None:
            return True
        evidence = self.evidence
        finals = {row.revision for row in evidence.put_in if row.revision}
        for work in evidence.works:
            if work.head:
                finals.add(work.head)
            if work.merge is not None and work.merge.revision:
                finals.add(work.merge.revision)
        return any(evidence.same_content(revision, final) for final in finals)


def short(content: str | None) -> str:
    if content is None:
        return ""
    if content.startswith("sha256:"):
        return content[:15]
    bare = content.removeprefix("git:")
    return bare[:7] if len(bare) in (40, 64) else content


def first_line(text: str) -> str:
    """As much of a text as a line of the timeline takes."""
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"
