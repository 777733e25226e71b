"""Where policy asks the advisory board, its vote decides: by quorum, and never on one's own."""

import pytest

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, deactivate
from changeproof.alerts.needed import awaited_act, waiting_for_board
from changeproof.events.boards import BoardMeetingCalled
from changeproof.events.refusal import Refusal
from changeproof.ledger.boards import BoardDecision, BoardVote
from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import now
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.board_meetings import read_meeting
from changeproof.workflow.boards import (
    CallMeeting,
    CastVote,
    ConcludeMeeting,
    call_meeting,
    cast_vote,
    conclude_meeting,
    may_conclude,
)
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.requesting import RequestChange, Window, request_change
from changeproof.workflow.rulings import MayNot, may_authorize
from tests.policy.policies import adopted, policy_with
from tests.support.pull_requests import SYSTEM

HOUR = 3_600_000_000


@pytest.fixture
def board(company):
    """Three sit on it; a change that the manager asked for, and one that Rosa asked for."""
    policy = policy_with(("asked_for: []", "asked_for: [{risks: [medium]}]"), version=2)
    company.ledger.record_events([adopted(policy, 1)], collector="test")
    by = company.operator
    zoe = add_user("zoe@example.com", "Zoe", ["approver"], by=by).account
    kim = add_user("kim@example.com", "Kim", ["approver"], by=by).account
    return company, (company.approver, company.manager, zoe, kim)


def requested(company, who):
    command = RequestChange(title="New gateway", system="shop", reason="Cards fail")
    return request_change(company.ledger, who, command).change


def called(company, *agenda, form="seated", members=(), begins=0):
    window = Window(now() + begins, now() + begins + HOUR)
    command = CallMeeting(window, agenda, form, members)
    return call_meeting(company.ledger, company.manager, command).name


def vote(company, who, meeting, change, word="for", reason=None):
    return cast_vote(company.ledger, who, CastVote(meeting, change, word, reason))


def test_the_boards_vote_authorizes_and_nobody_does_it_alone(board):
    company, (ada, max_, zoe, _) = board
    change = requested(company, company.requester)
    assert not may_authorize(company.ledger, ada, change).allowed
    with pytest.raises(MayNot):
        authorize(company.ledger, ada, AuthorizeChange(change))
    meeting = called(company, change)
    vote(company, ada, meeting, change, "against", "Not before the sale")
    vote(company, ada, meeting, change)
    vote(company, max_, meeting, change)
    vote(company, zoe, meeting, change, "against", "Too soon")
    done = conclude_meeting(company.ledger, max_, ConcludeMeeting(meeting))
    assert done.note.startswith("1 of 1 granted")
    [row] = company.ledger.store.all(ChangeAuthorization)
    assert (row.meeting, row.account) == (meeting, max_)
    judge_waiting(company.ledger)
    findings = company.ledger.store.by(Finding, "subject", [change])
    [said] = [each.reason for each in findings if each.check_id == "cc8_1/02_authorization"]
    assert said.startswith(f"Authorized by {{{max_}}}")
    with pytest.raises(Refusal, match="not recorded") as late:
        vote(company, zoe, meeting, change)
    assert late.value.why == "it is decided already"
    with pytest.raises(Refusal, match="not concluded"):
        conclude_meeting(company.ledger, max_, ConcludeMeeting(meeting))


@pytest.mark.parametrize(
    ("votes", "outcome"),
    [
        (("for", "for"), "not_decided"),
        (("for", "abstain", "abstain"), "granted"),
        (("for", "against", "abstain"), "refused"),
        (("for", "for", "against", "against"), "refused"),
        (("for", "for", "for", "against"), "granted"),
    ],
)
def test_a_quorum_and_more_for_than_against(board, votes, outcome):
    company, members = board
    change = requested(company, company.requester)
    meeting = called(company, change)
    for who, word in zip(members, votes, strict=False):
        vote(company, who, meeting, change, word, "So I think")
    conclude_meeting(company.ledger, company.manager, ConcludeMeeting(meeting))
    [told] = company.ledger.store.all(BoardDecision)
    assert told.outcome == outcome
    assert bool(company.ledger.store.all(ChangeAuthorization)) == (outcome == "granted")


def test_what_a_chair_left_behind_is_concluded_by_others_once_its_time_is_over(board):
    """Else a change on their agenda could be authorized by nobody, ever."""
    company, (ada, max_, zoe, kim) = board
    ledger, change = company.ledger, requested(company, company.requester)
    meeting = called(company, change)
    for who in (ada, zoe, kim):
        vote(company, who, meeting, change)
    with pytest.raises(MayNot, match="not concluded"):
        conclude_meeting(ledger, ada, ConcludeMeeting(meeting))
    deactivate(User.objects.get(pk=max_.rpartition("/")[2]), by=company.operator)
    held, over = read_meeting(ledger.store, meeting, now()), now() + HOUR
    assert not may_conclude(ledger, company.requester, held, over)
    company.forge.say(  # its time is over: it is said to have been called for yesterday
        BoardMeetingCalled,
        max_,
        meeting=meeting,
        form="seated",
        begins_at=now() - 2 * HOUR,
        ends_at=now() - HOUR,
        members=held.members,
        agenda=(change,),
    )
    assert conclude_meeting(ledger, ada, ConcludeMeeting(meeting)).note.startswith("1 of 1")
    assert ledger.store.all(ChangeAuthorization)[0].account == ada


def test_nobody_votes_on_their_own_or_without_a_seat(board):
    company, (ada, _, zoe, kim) = board
    vera = add_user("vera@example.com", "Vera", ["approver", "requester"], by=company.operator)
    own = requested(company, vera.account)
    meeting = called(company, own, members=(ada, zoe, vera.account))
    with pytest.raises(MayNot) as barred:
        vote(company, vera.account, meeting, own)
    assert "it is your own: you requested it" in barred.value.why
    with pytest.raises(MayNot) as stranger:
        vote(company, kim, meeting, own)
    assert stranger.value.why == "you are no member of this meeting"
    with pytest.raises(Refusal) as silent:
        vote(company, ada, meeting, own, "against")
    assert silent.value.where == "reason"
    assert not company.ledger.store.all(BoardVote)
    assert read_meeting(company.ledger.store, meeting, now()).waits_for(zoe) == (own,)


def test_by_page_it_ends_when_all_have_voted(board):
    company, (ada, max_, zoe, _) = board
    change = requested(company, company.requester)
    meeting = called(company, change, form="by_page", members=(ada, max_, zoe))
    vote(company, ada, meeting, change)
    with pytest.raises(Refusal) as early:
        conclude_meeting(company.ledger, max_, ConcludeMeeting(meeting))
    assert early.value.why == "its members may still vote"
    vote(company, max_, meeting, change)
    vote(company, zoe, meeting, change)
    with pytest.raises(MayNot):
        conclude_meeting(company.ledger, ada, ConcludeMeeting(meeting))
    assert "1 of 1" in conclude_meeting(company.ledger, max_, ConcludeMeeting(meeting)).note


def test_a_meeting_is_called_of_what_can_be_decided_by_those_who_may(board):
    company, (ada, *_) = board
    change = requested(company, company.requester)
    for members, why in (((ada,), "1 would sit on it"), (("Nobody",), "“Nobody” is nobody")):
        with pytest.raises(Refusal) as refused:
            called(company, change, members=members)
        assert why in refused.value.why
    called(company, change, members=("approver", company.manager))
    with pytest.raises(Refusal) as twice:
        called(company, change)
    assert "is on the agenda of CAB-" in twice.value.why


def test_a_change_of_several_pieces_waits_for_the_board_too(board):
    company, _ = board
    pulls = [company.forge.open(number)[0] for number in (1, 2)]
    command = RequestChange("Gateway", SYSTEM, "Cards fail", links=tuple(pulls))
    change = request_change(company.ledger, company.requester, command).change
    judge_waiting(company.ledger)
    rows = company.ledger.store.by(Finding, "subject", [change])
    [said] = [row for row in rows if row.check_id == "cc8_1/02_authorization"]
    assert said.reason.startswith(f"{pulls[0]}: Not authorized so far by the advisory board")
    assert waiting_for_board(company.ledger, 10) == [change]
    assert awaited_act(said.check_id, said.reason) == ""
