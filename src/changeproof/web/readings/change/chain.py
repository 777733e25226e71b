"""One content from test to runtime: what is the same, and where it is not.

The content that counts is the one that was deployed, or before that the one that stands now.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext

from changeproof.ledger.built_trust import STATED, UNKNOWN
from changeproof.ledger.deployments import TestRun
from changeproof.ledger.joined import Deployment
from changeproof.ledger.joins.changes import ACT, is_commit
from changeproof.web.pages.change_page import Implementation, Link
from changeproof.web.readings.change.evidence import ChangeEvidence, Work
from changeproof.web.times import moment

PASSED = frozenset({"passed", "neutral", "skipped"})


def implementations(evidence: ChangeEvidence) -> tuple[Implementation, ...]:
    """Each implementation with its chain."""
    return tuple(
        Implementation(id=work.name, label=label_of(work), chain=_begun(_chain(evidence, work)))
        for work in evidence.works
    )


def _begun(links: Iterable[Link]) -> tuple[Link, ...]:
    """The first content that was seen equals nothing before it."""
    chain = list(links)
    for place, link in enumerate(chain):
        if link.content:
            if place and link.relation == "same":
                chain[place] = replace(link, relation="begins")
            break
    return tuple(chain)


def label_of(work: Work) -> str:
    """`pull request 2187`, `commit`, `seen running`."""
    if work.is_pull:
        return gettext("pull request %(number)s") % {"number": work.name.rpartition("/")[2]}
    if is_commit(work.name):
        return "commit"
    if work.name.startswith(ACT):
        return gettext("act by hand")
    return gettext("seen running") if work.unlogged is not None else "deployment"


def _chain(evidence: ChangeEvidence, work: Work) -> Iterator[Link]:
    deployment = _deployment_of(evidence, work)
    content = _content(work, deployment)

    def same(revision: str | None) -> bool:
        return evidence.same_content(revision, content)

    # git alone tells of commits: what it cannot tell was not seen, which is not "nothing".
    sees_more = not is_commit(work.name) or bool(evidence.tests or evidence.artifacts)
    yield _tested(evidence, work, same, sees_more=sees_more)
    yield _approved(evidence, work, same, sees_more=sees_more)
    if work.name.startswith(ACT):
        yield from _done_by_hand(evidence, work)
        return
    yield _merged(evidence, work, same)
    artifact = deployment.artifact if deployment is not None else None
    yield from _built(evidence, work, artifact, same)
    yield _deployed(work, deployment)
    yield from _running(evidence, work, deployment)


def _content(work: Work, deployment: Deployment | None) -> str | None:
    """A deployment of a branch's tip carries many changes; of each, its own landed revision."""
    if deployment is not None and deployment.revision in work.revisions:
        return deployment.revision
    if work.merge is not None and work.merge.revision:
        return work.merge.revision
    return work.head or (deployment.revision if deployment is not None else None)


def _deployment_of(evidence: ChangeEvidence, work: Work) -> Deployment | None:
    """The first deployment that brought it; a logged one before a landing that stands for one."""
    brought = sorted(evidence.put_in, key=lambda row: (row.landing, row.sequence_at))
    own = [row for row in brought if row.revision in work.revisions or row.deployment == work.name]
    return next(iter(own or brought), None)


def _tested(
    evidence: ChangeEvidence, work: Work, same: Callable[[str | None], bool], *, sees_more: bool
) -> Link:
    runs = [run for run in evidence.tests if run.revision in work.revisions or same(run.revision)]
    own = [run for run in runs if same(run.revision)]
    for relation, group in (("same", own), ("differs", runs)):
        if group:
            last = _last_runs(group)
            failed = [run for run in last if run.conclusion not in PASSED]
            words = _listed_names(failed) + gettext(" failed") if failed else _listed_names(last)
            return Link(
                gettext("Tested"),
                group[-1].revision or "",
                f"{_at(group[-1].finished_at)}, {words}",
                "differs" if failed else relation,
            )
    if sees_more:
        return Link(gettext("Tested"), "", gettext("no run on record"), "silent")
    return Link(gettext("Tested"), "", gettext("git alone shows no tests"), "unseen")


def _last_runs(runs: Sequence[TestRun]) -> list[TestRun]:
    """The last run of each name."""
    return list({run.name: run for run in runs}.values())


def _approved(
    evidence: ChangeEvidence, work: Work, same: Callable[[str | None], bool], *, sees_more: bool
) -> Link:
    dismissed = {row.review for row in evidence.dismissals}
    given = [
        (review.submitted_at, review.revision, review.account)
        for review in work.reviews
        if review.verdict == "approved" and review.review not in dismissed
    ]
    given += [(row.approved_at, row.revision, row.account) for row in evidence.approvals]
    own = [each for each in given if same(each[1]) or each[1] is None]
    for relation, group in (("same", own), ("differs", given)):
        if group:
            at, revision, account = max(group, key=lambda each: each[0] or 0)
            who = f"{{{account}}}" if account else gettext("nobody named")
            void = gettext(": void") if relation == "differs" else ""
            return Link(gettext("Approved"), revision or "", f"{_at(at)}, {who}{void}", relation)
    if sees_more:
        is_past = evidence.put_in or evidence.acts or work.merge or work.unlogged
        relation = "silent" if is_past else "awaited"
        return Link(gettext("Approved"), "", gettext("no approval on record"), relation)
    claims = [row for row in evidence.claims if row.claim == "reviewer"]
    if claims:
        return Link(
            gettext("Approved"),
            "",
            gettext("claimed by message text: {%(value)s}") % {"value": claims[0].value},
            "unseen",
        )
    return Link(gettext("Approved"), "", gettext("git alone shows no approvals"), "unseen")


def _merged(evidence: ChangeEvidence, work: Work, same: Callable[[str | None], bool]) -> Link:
    if work.is_pull:
        merge = work.merge
        if merge is None:
            return Link(gettext("Merged"), "", gettext("not yet"), "awaited")
        who = f", {{{merge.merged_by}}}" if merge.merged_by else ""
        known = evidence.revisions
        relation = "same" if same(merge.revision) else "differs"
        if merge.head and merge.revision and not evidence.same_content(merge.head, merge.revision):
            relation = "differs" if {merge.head, merge.revision} <= known.keys() else relation
        return Link(
            gettext("Merged"),
            merge.revision or merge.head or "",
            _at(merge.merged_at) + who,
            relation,
        )
    if is_commit(work.name):
        revision = work.name.removeprefix("git:")
        row = evidence.revisions.get(revision)
        pushes = [push for push in evidence.pushes if push.revision == revision]
        if pushes:
            who = f", {{{pushes[0].pusher}}}" if pushes[0].pusher else ""
            return Link(gettext("Pushed"), revision, _at(pushes[0].pushed_at) + who)
        who = f", {{{row.author}}}" if row is not None and row.author else ""
        return Link(gettext("Committed"), revision, (_at(row.committed_at) if row else "") + who)
    return Link(gettext("Merged"), "", gettext("no revision on record"), "silent")


def _built(
    evidence: ChangeEvidence,
    work: Work,
    artifact: str | None,
    same: Callable[[str | None], bool],
) -> Iterator[Link]:
    """Left out where neither a build nor an artifact was ever seen."""
    builds = [row for row in evidence.artifacts if row.revision and same(row.revision)]
    builds = [row for row in builds if artifact is None or row.artifact == artifact] or builds
    if builds:
        row = builds[-1]
        relation = "same" if artifact in (None, row.artifact) else "differs"
        yield Link(
            gettext("Built"),
            row.artifact,
            gettext("%(built_at)s, by %(trust)s")
            % {"built_at": _at(row.built_at), "trust": row.trust},
            relation,
        )
        return
    other = [row for row in evidence.artifacts if row.artifact == artifact and row.revision]
    if other:
        yield Link(
            gettext("Built"),
            other[-1].artifact,
            gettext("from %(revision)s, by %(trust)s")
            % {"revision": other[-1].revision[:7], "trust": other[-1].trust},
            "same"
            if other[-1].revision not in work.revisions and not is_commit(work.name)
            else "differs",
        )
    elif artifact is not None:
        yield Link(gettext("Built"), artifact, gettext("no build says from what"), "unseen")


def _deployed(work: Work, deployment: Deployment | None) -> Link:
    if deployment is None:
        if work.unlogged is not None:
            return Link(gettext("Deployed"), "", gettext("no deployment on record"), "differs")
        return Link(gettext("Deployed"), "", gettext("not yet"), "awaited")
    who = deployment.triggered_by or deployment.account
    by = f", {{{who}}}" if who else ""
    if deployment.landing:
        by = gettext(", by landing on the production branch")
    return Link(
        gettext("Deployed"),
        deployment.artifact or deployment.revision or "",
        _at(deployment.deployed_at) + by + _known_by(deployment),
    )


def _done_by_hand(evidence: ChangeEvidence, work: Work) -> Iterator[Link]:
    """Nothing was merged, built or deployed: what was executed is what production has."""
    for act in evidence.acts:
        if act.act == work.name.removeprefix(ACT):
            who = act.on_behalf_of or act.account
            by = f", {{{who}}}" if who else ""
            content = act.executed_digest or act.after_digest or ""
            yield Link(gettext("Done by hand"), content, _at(act.acted_at) + by)


def _known_by(deployment: Deployment) -> str:
    """By what the deployed revision is known, where the deployment does not state it itself."""
    if deployment.trust in (STATED, UNKNOWN):
        return ""
    if deployment.revision is None:
        return gettext("; its revision cannot be told (%(trust)s)") % {"trust": deployment.trust}
    return gettext("; its revision is known by %(trust)s") % {"trust": deployment.trust}


def _running(evidence: ChangeEvidence, work: Work, deployment: Deployment | None) -> Iterator[Link]:
    """Left out where no collector looks."""
    if work.unlogged is not None:
        found = work.unlogged
        content = found.artifact or found.revision or ""
        yield Link(
            gettext("Running"),
            content,
            gettext("seen %(observed_at)s") % {"observed_at": _at(found.observed_at)},
            "begins",
        )
        return
    if not evidence.states:
        return
    last = evidence.states[-1]
    expected = {deployment.artifact, deployment.revision} - {None} if deployment else set()
    seen = {last.artifact, last.revision} - {None}
    relation = "same" if not expected or expected & seen else "differs"
    yield Link(
        gettext("Running"),
        last.artifact or last.revision or "",
        gettext("seen %(observed_at)s") % {"observed_at": _at(last.observed_at)},
        relation,
    )


def _listed_names(runs: Sequence[TestRun]) -> str:
    names = sorted({run.name for run in runs})
    more = len(names) - 2
    return ", ".join(names[:2]) + (
        gettext(" and %(more)s more") % {"more": more} if more > 0 else ""
    )


def _at(microseconds: int | None) -> str:
    """As reasons spell a time: the page shows it as it shows theirs."""
    if microseconds is None:
        return gettext("no time stated")
    return f"{moment(microseconds):%Y-%m-%dT%H:%M:%SZ}"
