"""Tests, builds, deployments, what was done by hand, and what was seen running."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext, ngettext

from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import Deployment
from changeproof.web.counting import count, thousands
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.chain import PASSED
from changeproof.web.readings.change.teller import Teller, short
from changeproof.web.times import MINUTE

TOGETHER = 30 * MINUTE  # runs of one content that ended so close stand in one line
_SHOWN = 3


def of_tests(teller: Teller) -> Iterator[Moment]:
    """Runs of one content with one conclusion that ended together make one line."""
    groups: list[list[TestRun]] = []
    for run in teller.evidence.tests:
        last = groups[-1] if groups else None
        if last is not None and _belongs(run, last[-1]):
            last.append(run)
        else:
            groups.append([run])
    for group in groups:
        run = group[-1]
        words = "passed" if run.conclusion in PASSED else run.conclusion
        content = (
            gettext(" on `%(revision)s`") % {"revision": run.revision[:7]} if run.revision else ""
        )
        names = sorted({each.name for each in group})
        more = len(names) - _SHOWN
        said = ", ".join(names[:_SHOWN]) + (
            gettext(" and %(more)s more") % {"more": more} if more > 0 else ""
        )
        failed = sum(each.failed or 0 for each in group)
        total = sum(each.total or 0 for each in group)
        if total:
            said += (
                ngettext(
                    ": %(failed)s of %(number)s test failed",
                    ": %(failed)s of %(number)s tests failed",
                    total,
                )
                % {"failed": failed, "number": thousands(total)}
                if failed
                else (f": {count(total, 'test')}")
            )
        yield teller.moment(
            run.finished_at,
            gettext("Tests %(words)s%(content)s") % {"words": words, "content": content},
            said,
            run.poster,
            ",".join(each.event for each in group),
        )


def of_deployments(teller: Teller) -> Iterator[Moment]:
    """Builds, deployments and attempts."""
    evidence = teller.evidence
    for built in evidence.artifacts:
        origin = (
            gettext("From `%(revision)s`") % {"revision": built.revision[:7]}
            if built.revision
            else ""
        )
        title = gettext("Built `%(artifact)s`") % {"artifact": short(built.artifact)}
        yield teller.moment(built.built_at, title, origin, built.account, built.event)
    for deployment in evidence.deployments:
        yield _deployed(teller, deployment)
    for attempt in evidence.attempts:
        words = (
            gettext("Deployment failed")
            if attempt.outcome == "failed"
            else gettext("Deployment removed")
        )
        who = attempt.triggered_by or attempt.account
        yield teller.moment(
            attempt.finished_at,
            words,
            gettext("To %(environment)s") % {"environment": attempt.environment},
            who,
            attempt.event,
        )


def _deployed(teller: Teller, row: Deployment) -> Moment:
    asked = teller.asked_for.get(row.deployment)
    content = row.artifact or row.revision
    taken_out = teller.evidence.directions[row.deployment] < 0
    title = gettext("Taken out of") if taken_out else gettext("Deployed to")
    said = [f"`{short(content)}`"] if content else []
    if row.landing:
        said.append(gettext("landing on the production branch counts as deployed"))
    if row.rollback:
        said.append(gettext("a rollback"))
    who = row.triggered_by or row.account
    note = (
        gettext("as {%(account)s}") % {"account": row.account}
        if row.triggered_by and row.account
        else ""
    )
    events = row.events + (f",{asked.event}" if asked is not None else "")
    if row.landing:
        revision = teller.evidence.revisions.get(row.revision or "")
        who = who or (revision.committer if revision is not None else None)
    return teller.moment(
        row.deployed_at, f"{title} {row.environment}", ", ".join(said), who, events, note=note
    )


def of_acts(teller: Teller) -> Iterator[Moment]:
    """What was done to production by hand, and on whose behalf."""
    for act in teller.evidence.acts:
        rows = f", {count(act.row_count, 'row')}" if act.row_count is not None else ""
        yield teller.moment(
            act.acted_at,
            gettext("Altered by hand"),
            f"{act.item or f'{act.system}/{act.environment}'}{rows}",
            act.on_behalf_of or act.account,
            act.event,
            note=gettext("as {%(account)s}") % {"account": act.account}
            if act.on_behalf_of and act.account
            else "",
        )


def seen_running(teller: Teller) -> Iterable[Moment]:
    for place, state in enumerate(teller.evidence.states):
        words = gettext("Observed running") if place == 0 else gettext("Last observed running")
        content = state.artifact or state.revision
        yield teller.moment(
            state.observed_at,
            words,
            f"{state.item}" + (f", `{short(content)}`" if content else ""),
            None,
            state.event,
            note=state.environment,
        )
    for work in teller.evidence.works:
        if work.unlogged is not None and not teller.evidence.states:
            yield teller.moment(
                work.unlogged.observed_at,
                gettext("Seen running"),
                gettext("No deployment on record put it there"),
                None,
                work.unlogged.events,
            )


def _belongs(run: TestRun, last: TestRun) -> bool:
    if run.revision != last.revision or run.poster != last.poster:
        return False
    if (run.conclusion in PASSED) != (last.conclusion in PASSED):
        return False
    if run.finished_at is None or last.finished_at is None:
        return run.finished_at == last.finished_at
    return run.finished_at - last.finished_at <= TOGETHER
