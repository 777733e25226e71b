"""One change's page: what is on record, put into its dataclass."""

import json
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext

from changeproof.events.refusal import Refusal
from changeproof.ledger.judgements import Judgement
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.service import Ledger
from changeproof.ledger.systems_read import attributes_of, resting_on
from changeproof.web.counting import count, listed
from changeproof.web.pages.change_page import (
    Act,
    ChangePage,
    Fact,
    InclusionProof,
    ToDo,
    VerdictRow,
)
from changeproof.web.pages.timeline import Moment
from changeproof.web.readings.change.cases import OUTCOMES, case_records
from changeproof.web.readings.change.chain import implementations
from changeproof.web.readings.change.evidence import ChangeEvidence, asked_for, read_evidence
from changeproof.web.readings.change.files import files_of
from changeproof.web.readings.change.hand_off import hand_off
from changeproof.web.readings.change.life import moments as life_of
from changeproof.web.readings.change.life_at_desk import RELATIONS
from changeproof.web.readings.change.roles import asked_of_roles, read_roles
from changeproof.web.readings.change.teller import Teller
from changeproof.web.readings.change.verdicts import verdict_rows
from changeproof.web.readings.changes_reading import reference_of, title_of
from changeproof.web.readings.desk.cures import ASSESS, act_of, acts_of
from changeproof.web.readings.entries import (
    Links,
    asked_links,
    linked,
    read_links,
    reasons_given,
    reasons_of,
)
from changeproof.web.readings.entries import listed as event_list
from changeproof.web.readings.log_reading import data_words, read_inclusion
from changeproof.web.readings.numbers import check_name
from changeproof.web.states import state
from changeproof.web.times import day, minute
from changeproof.web.visibility import Systems, sees
from changeproof.workflow.naming import find_change

_SHOWN_ALIASES = 4


def read_change_page(
    held: Ledger,
    name: str,
    *,
    at_desk: bool,
    visible: Systems = frozenset(),
    server: str | None = None,
) -> ChangePage | None:
    """The page of a change; None where there is none. `at_desk`: the viewer may decide there.
    What rests on it is told of `visible` systems alone. `server` is the address that a pipeline
    asks; None: the viewer asks no gate, and is told of what pipelines said alone."""
    evidence = read_evidence(held, name, visible)
    if evidence is None:
        return None
    deployments = asked_for(held, evidence.deployments)
    events = {*_events(evidence), *(row.event for row in deployments.values())}
    held.store.ahead(*asked_of_roles(evidence), also=[asked_links(held, events)])
    links = read_links(held, events)
    proven = _proven(evidence, links)
    proof = () if proven is None else held.log.proof_questions(proven, held.log.size())
    held.ahead(texts=reasons_given(links), also=proof)
    teller = Teller(evidence, links, deployments, reasons_of(held, links))
    standing = evidence.standing
    due_at = standing.due_at if standing is not None else None
    rows = verdict_rows(evidence.findings, links, due_at, evidence.judgements)
    verdict = (standing.verdict if standing is not None else None) or "pending"
    decisive = _decisive(rows, verdict)
    possible = acts_of(held, name) if at_desk else {}
    if at_desk:
        possible["arrange"] = Act(
            gettext("Cancel, reopen, split, merge or link"), reverse("arrange", args=[name])
        )
        if evidence.change.origin == "requested":
            possible["schedule"] = Act(
                gettext("Set when it goes live"), reverse("schedule", args=[name])
            )
            possible["join_work"] = Act(
                gettext("Join work to it"), reverse("join_work", args=[name])
            )
            possible["steps"] = Act(gettext("Steps by hand"), reverse("steps", args=[name]))
        possible[ASSESS] = Act(gettext("Answer questions"), reverse("assess", args=[name]))
    moments = [*life_of(teller), *_judged(evidence, links)]
    moments += [_due(row, row.due) for row in rows if row.due is not None]
    aliases = sorted(evidence.aliases, key=lambda alias: (":" in alias, alias))
    return ChangePage(
        id=name,
        title=title_of(evidence.title, name),
        system=evidence.change.system,
        state=decisive.state if decisive is not None else state(verdict),
        sentence=_sentence(evidence, decisive, verdict),
        facts=tuple(_facts(evidence)),
        implementations=implementations(evidence),
        moments=tuple(moments),
        verdicts=tuple(row for row in rows if not row.check.startswith("signs/")),
        signs=tuple(row for row in rows if row.check.startswith("signs/")),
        roles=read_roles(held, evidence),
        policy=_policy(held, evidence.judgements),
        judged_at=standing.as_of if standing is not None else None,
        to_do=_to_do(decisive, possible),
        acts=tuple(possible.values()),
        cases=tuple(case_records(evidence, links)),
        proof=_proof(held, proven),
        files=files_of(held, name),
        aliases=tuple(aliases[:_SHOWN_ALIASES]),
        more_aliases=max(0, len(aliases) - _SHOWN_ALIASES),
        reference=_reference(name, aliases),
        data=data_words(held),
        resting=_resting(held, evidence, visible),
        hand_off=hand_off(evidence, links, server),
    )


def _resting(
    held: Ledger, evidence: ChangeEvidence, visible: Systems
) -> tuple[tuple[str, ...], ...]:
    """The ways from what it touches to each system that rests on that; a way that leads through
    a system which the viewer may not see is not told."""
    touched = {evidence.change.system}
    for row in evidence.assessments:
        if row.topic == "systems":
            touched.update(each for each in row.items.split(",") if each)
    found = resting_on(attributes_of(held.store, visible), touched)
    return tuple(each.path for each in found if sees(visible, each.system))


def _events(evidence: ChangeEvidence) -> Iterator[str]:
    """Every event that the page links to."""
    yield from event_list(evidence.change.events)
    for finding in evidence.findings:
        yield from event_list(finding.evidence)
    for deployment in evidence.deployments:
        yield from event_list(deployment.events)
    groups: tuple[tuple[object, ...], ...] = (
        *(work.heads for work in evidence.works),
        *(work.reviews for work in evidence.works),
        *((work.opened, work.merge) for work in evidence.works),
        *((evidence.request,), tuple(evidence.revisions.values()), evidence.pushes),
        *(evidence.head_pushers, evidence.closures, evidence.reopenings, evidence.dismissals),
        *(evidence.tests, evidence.artifacts, evidence.attempts, evidence.states, evidence.acts),
        evidence.steps,
        *(evidence.links, evidence.schedules, evidence.authorizations, evidence.approvals),
        *(
            (evidence.template,),
            evidence.relations,
            evidence.assessments,
            evidence.documents,
            evidence.proposals,
        ),
        *(evidence.declines, evidence.withdrawals, evidence.comments, evidence.endings),
        *(evidence.moves, evidence.emergencies),
        *(evidence.post_reviews, evidence.judgements, evidence.cases, evidence.resolutions),
        *(evidence.alerts, evidence.gate_answers, evidence.asked_deployments),
    )
    for group in groups:
        for row in group:
            event = getattr(row, "event", None)
            if event:
                yield event
    for work in evidence.works:
        if work.unlogged is not None:
            yield from event_list(work.unlogged.events)


def _decisive(rows: tuple[VerdictRow, ...], verdict: str) -> VerdictRow | None:
    """The first point that gave the change its verdict."""
    points = [row for row in rows if row.check.startswith("cc8_1/") and row.verdict == verdict]
    return points[0] if points else None


def _sentence(evidence: ChangeEvidence, decisive: VerdictRow | None, verdict: str) -> str:
    if decisive is None:
        return gettext("It came in and waits to be judged.")
    if verdict in ("met", "not_applicable"):
        standing = evidence.standing
        at = standing.deployed_at if standing is not None else None
        when = (
            gettext("In production since %(at)s") % {"at": minute(at)}
            if at is not None
            else gettext("Not deployed")
        )
        return gettext(
            "%(when)s. Every point of CC8.1 that applies and was judged here is met."
        ) % {"when": when}
    return decisive.reason


def _to_do(decisive: VerdictRow | None, possible: dict[str, Act]) -> ToDo | None:
    """The cure, with a button only where the desk can follow it."""
    if decisive is None or not decisive.to_do:
        return None
    act = possible.get(act_of(decisive.cure))
    return ToDo(f"{decisive.to_do}.", decisive.state, (act,) if act is not None else ())


def _facts(evidence: ChangeEvidence) -> Iterator[Fact]:
    change = evidence.change
    number = len(evidence.works)
    yield Fact(
        gettext("Implementations"),
        count(number, "implementation") if number else gettext("none yet"),
    )
    risk = (
        gettext(", %(risk)s risk") % {"risk": change.risk}
        if change.risk
        else gettext(", risk not rated")
    )
    kind = "emergency" if evidence.emergencies else change.kind
    yield Fact(gettext("Type and risk"), f"{kind}{risk}")
    yield Fact(gettext("System"), change.system, f"{reverse('changes')}?system={change.system}")
    origin = {
        "requested": "requested",
        "reviewed": gettext("the forge’s record"),
        "claimed": gettext("claimed by message text"),
        "detected": gettext("detected; nobody filed it"),
    }[change.origin]
    who = (
        gettext(", by {%(requested_by)s}") % {"requested_by": change.requested_by}
        if change.requested_by
        else ""
    )
    yield Fact(gettext("Origin"), f"{origin}{who}")
    for row in evidence.relations:
        to_it = row.other_name == change.change_id
        other = row.change_name if to_it else row.other_name
        yield Fact(
            gettext(RELATIONS[row.relation][to_it]).rstrip(":"),
            other,
            reverse("change", args=[other]),
        )
    standing = evidence.standing
    at = standing.deployed_at if standing is not None else None
    yield Fact(gettext("In production since"), gettext("not yet") if at is None else minute(at))


def _policy(held: Ledger, judgements: tuple[Judgement, ...]) -> str:
    """The policy by which it was last judged, and from when that one was in force."""
    version = judgements[-1].policy_version if judgements else 0
    found = held.store.by(PolicyInForce, "policy_version", [version])
    if not found or found[0].in_force_from <= 0:
        return f"the initial policy ({held.instance.profile.replace('_', ' ')})"
    return gettext("policy %(version)s, from %(in_force_from)s") % {
        "version": version,
        "in_force_from": day(found[0].in_force_from),
    }


def _judged(evidence: ChangeEvidence, links: Links) -> Iterator[Moment]:
    """When we said that something deviates, and when we stopped saying so."""
    standing: set[str] = set()
    for judgement in evidence.judgements:
        verdicts: dict[str, str] = json.loads(judgement.verdicts)
        points = {
            check: said.partition("/")[0]
            for check, said in verdicts.items()
            if check.startswith("cc8_1/")
        }
        begun = sorted(c for c, v in points.items() if v == "deviation" and c not in standing)
        ended = sorted(c for c, v in points.items() if v != "deviation" and c in standing)
        standing = (standing | set(begun)) - set(ended)
        entries = linked(links, [judgement.event])
        if begun:
            yield Moment(
                judgement.judged_at,
                gettext("Deviation recorded"),
                _named(begun),
                "Changeproof",
                "monitor",
                entries,
                state("deviation"),
            )
        if ended:
            yield Moment(
                judgement.judged_at,
                gettext("No deviation any more"),
                _named(ended),
                "Changeproof",
                "monitor",
                entries,
            )
    for case in evidence.cases:
        yield Moment(
            case.opened_at,
            gettext("Case opened"),
            check_name(case.check_id).name,
            "Changeproof",
            "monitor",
            linked(links, [case.event]),
        )
    for resolution in evidence.resolutions:
        yield Moment(
            resolution.resolved_at,
            gettext("Case closed: %(outcome)s")
            % {"outcome": gettext(OUTCOMES[resolution.outcome])},
            "",
            resolution.account or "",
            "",
            linked(links, [resolution.event]),
        )


def _named(checks: list[str]) -> str:
    names = [check_name(check) for check in checks]
    words = listed([f"{name.number} {name.name}".strip() for name in names])
    return f"{'Check' if len(checks) == 1 else 'Checks'} {words}"


def _due(row: VerdictRow, due_at: int) -> Moment:
    return Moment(due_at, row.name, row.reason, state=row.state, is_due=True)


def _proven(evidence: ChangeEvidence, links: Links) -> int | None:
    """The entry that decides: of the first deployment, or the change's first event."""
    named = event_list(evidence.put_in[0].events) if evidence.put_in else []
    found = linked(links, named) or linked(links, event_list(evidence.change.events))
    return found[0].index if found else None


def _proof(held: Ledger, proven: int | None) -> InclusionProof | None:
    entry = None if proven is None else held.log.entry(proven)
    return None if entry is None else read_inclusion(held, entry)


def _reference(name: str, aliases: list[str]) -> str:
    """The shortest name that commands take for this change and no other."""
    tickets = [alias for alias in aliases if ":" not in alias]
    if tickets:
        return tickets[0]
    return reference_of(name) if name.startswith("git:") else name


def mentioned(page: ChangePage) -> tuple[list[str], list[str]]:
    """The accounts on the page, and the texts that may mention some."""
    accounts = [moment.actor for moment in page.moments]
    accounts += [one.account for one in page.roles.participants]
    accounts += [file.account for file in page.files]
    texts = [page.sentence, *(fact.value for fact in page.facts)]
    texts += [link.detail for each in page.implementations for link in each.chain]
    for row in (*page.verdicts, *page.signs):
        texts += [row.reason, row.why, row.cure]
    for moment in page.moments:
        texts += [moment.title, moment.detail, moment.actor_note]
    texts += [one.note for one in page.roles.participants]
    if page.hand_off is not None:
        texts += [word.detail for word in page.hand_off.words]
    texts += [fact.value for case in page.cases for fact in (*case.left, *case.right)]
    return accounts, texts


def find(held: Ledger, name: str) -> str | None:
    """The id of the change that a name in an address stands for; None where there is none."""
    try:
        return find_change(held, name)
    except Refusal:
        return None
