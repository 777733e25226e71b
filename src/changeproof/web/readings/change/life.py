"""The life of a change: every act and observation on record, as moments of a timeline."""

from collections.abc import Iterable, Iterator, Mapping

from changeproof.ledger.deployments import DeploymentRequest, TestRun
from changeproof.ledger.joined import Deployment
from changeproof.ledger.joins.changes import is_commit
from changeproof.web.counting import count, listed
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.chain import PASSED
from changeproof.web.readings.change.evidence import ChangeEvidence, Work
from changeproof.web.readings.entries import Links, linked
from changeproof.web.readings.entries import listed as event_list
from changeproof.web.times import MINUTE, clock, minute

TOGETHER = 30 * MINUTE  # runs of one content that ended so close stand in one line
_SHOWN = 3


class Life:
    """Makes the moments of one change. `links` lead its events to the log."""

    def __init__(
        self,
        evidence: ChangeEvidence,
        links: Links,
        asked_for: Mapping[str, DeploymentRequest],
    ) -> None:
        self._evidence = evidence
        self._links = links
        self._asked_for = asked_for

    def moments(self) -> tuple[Moment, ...]:
        """All of them, in no order."""
        evidence = self._evidence
        found: list[Moment] = [*self._desk()]
        for work in evidence.works:
            found += self._pull(work) if work.is_pull else self._commit(work)
        found += self._tests()
        found += [
            self._moment(
                row.built_at,
                f"Built `{_short(row.artifact)}`",
                f"From `{row.revision[:7]}`" if row.revision else "",
                row.account,
                row.event,
            )
            for row in evidence.artifacts
        ]
        for deployment in evidence.deployments:
            found.append(self._deployed(deployment))
        for attempt in evidence.attempts:
            words = "Deployment failed" if attempt.outcome == "failed" else "Deployment removed"
            found.append(
                self._moment(
                    attempt.finished_at,
                    words,
                    f"To {attempt.environment}",
                    attempt.triggered_by or attempt.account,
                    attempt.event,
                )
            )
        found += self._seen()
        return tuple(found)

    def _moment(
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

    # -- at the desk and in tickets ------------------------------------------------------

    def _desk(self) -> Iterator[Moment]:
        evidence = self._evidence
        request = evidence.request
        if request is not None:
            reason = evidence.texts.get(request.reason or "", "")
            yield self._moment(
                request.requested_at,
                "Requested",
                _first_line(reason),
                request.requested_by,
                request.event,
            )
        for move in evidence.moves:
            came = f"From {move.from_status}" if move.from_status else ""
            yield self._moment(
                move.moved_at, f"Ticket moved to {move.to_status}", came, move.account, move.event
            )
        for link in evidence.links:
            yield self._moment(
                link.stated_at or None,
                "Work linked",
                f"`{_short(link.implementation)}`",
                link.account,
                link.event,
            )
        for planned in evidence.schedules:
            yield self._moment(
                planned.scheduled_at,
                "Planned",
                _window(planned.begins_at, planned.ends_at),
                planned.account,
                planned.event,
            )
        for authorized in evidence.authorizations:
            yield self._moment(
                authorized.authorized_at,
                "Authorized",
                "Work may begin",
                authorized.account,
                authorized.event,
            )
        for approved in evidence.approvals:
            content = approved.revision or approved.artifact
            void = not self._counts(approved.revision)
            yield self._moment(
                approved.approved_at,
                f"Approved `{_short(content)}`" if content else "Approved",
                "Of a content that was not deployed" if void else "At the desk",
                approved.account,
                approved.event,
                is_void=void,
            )
        for declined in evidence.declines:
            content = declined.revision
            yield self._moment(
                declined.declined_at,
                f"Declined `{_short(content)}`" if content else "Declined",
                "",
                declined.account,
                declined.event,
            )
        for emergency in evidence.emergencies:
            incident = f"Incident {emergency.incident}" if emergency.incident else ""
            by = f"authorized by {{{emergency.authorized_by}}}" if emergency.authorized_by else ""
            yield self._moment(
                emergency.declared_at,
                f"Emergency {emergency.emergency} declared",
                "; ".join(part for part in (incident, by) if part),
                emergency.declared_by,
                emergency.event,
            )
        for review in evidence.post_reviews:
            outcome = "with a follow-up" if review.outcome == "follow_up" else review.outcome
            yield self._moment(
                review.reviewed_at,
                "Reviewed afterwards",
                outcome.capitalize(),
                review.account,
                review.event,
            )
        for ended in evidence.endings:
            yield self._moment(
                ended.closed_at, f"Closed: {ended.outcome}", "", ended.account, ended.event
            )

    # -- at the forge --------------------------------------------------------------------

    def _pull(self, work: Work) -> Iterator[Moment]:
        evidence = self._evidence
        number = work.name.rpartition("/")[2]
        if work.opened is not None:
            into = work.description.base_ref if work.description is not None else None
            yield self._moment(
                work.opened.opened_at,
                f"Pull request {number} opened",
                f"Into `{into}`" if into else "",
                work.opened.author,
                work.opened.event,
            )
        for place, head in enumerate(work.heads):
            pushers = [
                row.account
                for row in evidence.head_pushers
                if row.pull == work.name and row.revision == head.revision
            ]
            detail = "" if place == 0 else "The content changed: earlier approvals are void"
            if place and not any(
                (r.submitted_at or 0) <= (head.revised_at or 0)
                for r in work.reviews
                if r.verdict == "approved"
            ):
                detail = ""
            yield self._moment(
                head.revised_at,
                f"Revision pushed `{head.revision[:7]}`",
                detail,
                head.pushed_by or (pushers[0] if pushers else None),
                head.event,
            )
        yield from self._reviews(work)
        for closed in evidence.closures:
            if closed.pull == work.name:
                yield self._moment(
                    closed.closed_at,
                    f"Pull request {number} closed",
                    "Not merged",
                    closed.account,
                    closed.event,
                )
        for opened in evidence.reopenings:
            if opened.pull == work.name:
                yield self._moment(
                    opened.reopened_at,
                    f"Pull request {number} opened again",
                    "",
                    opened.account,
                    opened.event,
                )
        merge = work.merge
        if merge is not None:
            into = f"to `{merge.base_ref}`" if merge.base_ref else ""
            as_commit = f"as `{merge.revision[:7]}`" if merge.revision else ""
            yield self._moment(
                merge.merged_at,
                f"Merged {into}".strip(),
                as_commit.capitalize(),
                merge.merged_by,
                merge.event,
            )

    def _reviews(self, work: Work) -> Iterator[Moment]:
        words = {
            "approved": "Approved",
            "changes_requested": "Changes requested on",
            "commented": "Commented on",
        }
        dismissed = {row.review: row for row in self._evidence.dismissals}
        for review in work.reviews:
            verdict = words.get(review.verdict, review.verdict.capitalize())
            content = f" `{review.revision[:7]}`" if review.revision else ""
            gone = dismissed.get(review.review)
            void = review.verdict == "approved" and (
                gone is not None or not self._counts(review.revision)
            )
            detail = ""
            if void:
                detail = "Dismissed later" if gone else "Void: a later push changed the content"
            yield self._moment(
                review.submitted_at,
                f"{verdict}{content}",
                detail,
                review.account,
                review.event,
                is_void=void,
            )
            if gone is not None:
                yield self._moment(
                    gone.dismissed_at,
                    "Review dismissed",
                    f"The one of {{{review.account}}}" if review.account else "",
                    gone.account,
                    gone.event,
                )

    def _commit(self, work: Work) -> Iterator[Moment]:
        if not is_commit(work.name):
            return
        revision = work.name.removeprefix("git:")
        row = self._evidence.revisions.get(revision)
        if row is not None:
            co_authors = sorted(
                {
                    each.account
                    for each in self._evidence.authors
                    if each.revision == revision and each.part == "co_author"
                }
            )
            claims = [
                each.value
                for each in self._evidence.claims
                if each.revision == revision and each.claim == "reviewer"
            ]
            said = [f"With {listed([f'{{{each}}}' for each in co_authors])}"] if co_authors else []
            if row.claimed_pull:
                said.append(f"Its message claims pull request {row.claimed_pull}")
            if claims:
                named = listed([f"{{{each}}}" for each in sorted(set(claims))])
                said.append(f"Its message claims a review by {named}")
            yield self._moment(
                row.committed_at,
                f"Committed `{revision[:7]}`",
                ". ".join(said),
                row.author,
                row.event,
            )
        for push in self._evidence.pushes:
            if push.revision == revision:
                branch = push.ref.removeprefix("refs/heads/")
                yield self._moment(
                    push.pushed_at, f"Pushed straight to `{branch}`", "", push.pusher, push.event
                )

    # -- tests, production ---------------------------------------------------------------

    def _tests(self) -> Iterator[Moment]:
        """Runs of one content with one conclusion that ended together make one line."""
        groups: list[list[TestRun]] = []
        for run in self._evidence.tests:
            last = groups[-1] if groups else None
            if last is not None and _belongs(run, last[-1]):
                last.append(run)
            else:
                groups.append([run])
        for group in groups:
            run = group[-1]
            words = "passed" if run.conclusion in PASSED else run.conclusion
            content = f" on `{run.revision[:7]}`" if run.revision else ""
            names = sorted({each.name for each in group})
            more = len(names) - _SHOWN
            said = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
            failed = sum(each.failed or 0 for each in group)
            total = sum(each.total or 0 for each in group)
            if total:
                said += (
                    f": {failed} of {count(total, 'test')} failed"
                    if failed
                    else (f": {count(total, 'test')}")
                )
            yield self._moment(
                run.finished_at,
                f"Tests {words}{content}",
                said,
                run.poster,
                ",".join(each.event for each in group),
            )

    def _deployed(self, row: Deployment) -> Moment:
        asked = self._asked_for.get(row.deployment)
        content = row.artifact or row.revision
        taken_out = self._evidence.directions[row.deployment] < 0
        title = "Taken out of" if taken_out else "Deployed to"
        said = [f"`{_short(content)}`"] if content else []
        if row.landing:
            said.append("landing on the production branch counts as deployed")
        if row.rollback:
            said.append("a rollback")
        who = row.triggered_by or row.account
        note = f"as {{{row.account}}}" if row.triggered_by and row.account else ""
        events = row.events + (f",{asked.event}" if asked is not None else "")
        if row.landing:
            revision = self._evidence.revisions.get(row.revision or "")
            who = who or (revision.committer if revision is not None else None)
        return self._moment(
            row.deployed_at, f"{title} {row.environment}", ", ".join(said), who, events, note=note
        )

    def _seen(self) -> Iterable[Moment]:
        for place, state in enumerate(self._evidence.states):
            words = "Observed running" if place == 0 else "Last observed running"
            content = state.artifact or state.revision
            yield self._moment(
                state.observed_at,
                words,
                f"{state.item}" + (f", `{_short(content)}`" if content else ""),
                None,
                state.event,
                note=state.environment,
            )
        for work in self._evidence.works:
            if work.unlogged is not None and not self._evidence.states:
                yield self._moment(
                    work.unlogged.observed_at,
                    "Seen running",
                    "No deployment on record put it there",
                    None,
                    work.unlogged.events,
                )

    def _counts(self, revision: str | None) -> bool:
        """Whether an approval of `revision` is one of what was deployed, or stands now."""
        if revision is None:
            return True
        evidence = self._evidence
        finals = {row.revision for row in evidence.put_in if row.revision}
        for work in evidence.works:
            if work.head:
                finals.add(work.head)
            if work.merge is not None and work.merge.revision:
                finals.add(work.merge.revision)
        return any(evidence.same_content(revision, final) for final in finals)


def _belongs(run: TestRun, last: TestRun) -> bool:
    if run.revision != last.revision or run.poster != last.poster:
        return False
    if (run.conclusion in PASSED) != (last.conclusion in PASSED):
        return False
    if run.finished_at is None or last.finished_at is None:
        return run.finished_at == last.finished_at
    return run.finished_at - last.finished_at <= TOGETHER


def _short(content: str | None) -> str:
    if content is None:
        return ""
    if content.startswith("sha256:"):
        return content[:15]
    bare = content.removeprefix("git:")
    return bare[:7] if len(bare) in (40, 64) else content


def _first_line(text: str) -> str:
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 160 else f"{line[:159]}…"


def _window(begins_at: int, ends_at: int) -> str:
    return f"Window from {minute(begins_at)} to {clock(ends_at)[:5]}"
