"""What a pipeline needs of a change that may go live, and what pipelines said of it so far."""

from collections.abc import Iterator

from django.utils.translation import gettext

from changeproof.alerts.needed import is_decided
from changeproof.web.pages.change_page import Fact, HandedPiece, HandOff, PipelineWord
from changeproof.web.readings.change.evidence import ChangeEvidence
from changeproof.web.readings.change.teller import short
from changeproof.web.readings.entries import Links, linked
from changeproof.web.readings.entries import listed as event_list
from changeproof.web.states import State
from changeproof.workflow.handing_over import MOST_PIECES, Piece, last_built, snippets_of

_MOST_WORDS = 12


def hand_off(evidence: ChangeEvidence, links: Links, server: str | None) -> HandOff | None:
    """None where there is nothing to hand over and no pipeline said anything. Without a `server`
    nothing is handed over: the viewer asks no gate."""
    words = sorted(_words(evidence, links), key=lambda word: word.at or 0, reverse=True)
    shown = tuple(words[:_MOST_WORDS])
    pieces = _pieces(evidence) if server is not None and _may_go(evidence) else ()
    if server is None or not pieces:
        return HandOff(shown) if shown else None
    name, system = evidence.change.change_id, evidence.change.system
    return HandOff(
        shown,
        tuple(
            HandedPiece(
                piece.label if len(pieces) > 1 else "",
                (
                    Fact(gettext("Change"), name, is_identifier=True),
                    *(
                        Fact(key.capitalize(), value, is_identifier=True)
                        for key, value in piece.content.items()
                    ),
                    Fact(gettext("System"), system),
                    Fact(gettext("Gate"), f"{server}/api/gate", is_identifier=True),
                ),
                snippets_of(name, system, server, piece),
            )
            for piece in pieces
        ),
    )


def _may_go(evidence: ChangeEvidence) -> bool:
    """Whether it waits for nothing but its deployment."""
    if evidence.endings or evidence.put_in:
        return False
    is_requested = evidence.change.origin == "requested"
    return is_decided(evidence.findings, is_requested=is_requested)


def _pieces(evidence: ChangeEvidence) -> tuple[Piece, ...]:
    """Each piece of work with the revision that stands now, and what was built of it last."""
    found = []
    for work in evidence.works:
        head = (work.merge.revision if work.merge is not None else None) or work.head
        if head:
            built = last_built(evidence.artifacts, work.revisions)
            found.append(Piece(work.name, head, built))
    return tuple(found[:MOST_PIECES])


def _words(evidence: ChangeEvidence, links: Links) -> Iterator[PipelineWord]:
    for answer in evidence.gate_answers:
        allowed = answer.answer == "allow"
        yield PipelineWord(
            State("met", gettext("Let through"))
            if allowed
            else State("deviation", gettext("Held back")),
            gettext("The gate let it through") if allowed else gettext("The gate held it back"),
            _to(answer.artifact or answer.revision, answer.environment, answer.account),
            answer.answered_at,
            linked(links, [answer.event]),
        )
    ended = {row.deployment for row in evidence.deployments}
    ended |= {row.deployment for row in evidence.attempts}
    for asked in evidence.asked_deployments:
        if asked.deployment not in ended:
            yield PipelineWord(
                State("pending", gettext("Under way")),
                gettext("A deployment was begun"),
                _to(asked.artifact or asked.revision, asked.environment, asked.triggered_by),
                asked.requested_at,
                linked(links, [asked.event]),
            )
    for attempt in evidence.attempts:
        yield PipelineWord(
            State("deviation", attempt.outcome.capitalize()),
            gettext("A deployment failed")
            if attempt.outcome == "failed"
            else gettext("A deployment did not go through"),
            _to(attempt.artifact or attempt.revision, attempt.environment, attempt.triggered_by),
            attempt.finished_at,
            linked(links, [attempt.event]),
        )
    for done in evidence.put_in:
        if not done.landing:
            yield PipelineWord(
                State("met", gettext("Deployed")),
                gettext("Deployed to %(environment)s") % {"environment": done.environment},
                _to(done.artifact or done.revision, "", done.triggered_by or done.account),
                done.deployed_at,
                linked(links, event_list(done.events)),
            )


def _to(content: str | None, environment: str, account: str | None) -> str:
    told = [f"`{short(content)}`"] if content else []
    told += [gettext("to %(environment)s") % {"environment": environment}] if environment else []
    told += [gettext("by {%(account)s}") % {"account": account}] if account else []
    return " ".join(told)
