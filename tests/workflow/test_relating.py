"""Cancel, reopen, split, merge and link: who may, what is refused, what stands afterwards."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from changeproof.accounts.people import add_user, grant_roles
from changeproof.events.refusal import Refusal
from changeproof.ledger.requests import ChangeRelation, ChangeRequest, RequestClosure
from changeproof.workflow.closed import closure_of
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.decisions import AuthorizeChange, authorize
from changeproof.workflow.relating import (
    CancelChange,
    MergeDuplicate,
    RelateChanges,
    ReopenChange,
    SplitChange,
    cancel,
    merge,
    relate,
    reopen,
    split,
)
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.rulings import MayNot
from tests.support.pull_requests import SYSTEM


def request_of(company, **said):
    asked = RequestChange(title="Raise it", system=SYSTEM, reason="Sales asked", **said)
    return request_change(company.ledger, company.requester, asked).change


def test_a_cancelled_change_is_opened_again_and_decided_on(company):
    change, store = request_of(company), company.ledger.store
    cancel(company.ledger, company.requester, CancelChange(change, "Not needed."))
    with pytest.raises(MayNot, match="closed"):
        authorize(company.ledger, company.manager, AuthorizeChange(change))
    with pytest.raises(MayNot, match="closed"):
        cancel(company.ledger, company.requester, CancelChange(change, "Again."))
    reopen(company.ledger, company.manager, ReopenChange(change, "Needed after all."))
    assert closure_of(store, change) is None
    assert len(store.all(RequestClosure)) == 1  # what was decided stays on record
    authorize(company.ledger, company.manager, AuthorizeChange(change))
    with pytest.raises(Refusal, match="it is open"):
        reopen(company.ledger, company.manager, ReopenChange(change, "Again."))


def test_what_was_implemented_is_not_opened_again(company):
    change = request_of(company)
    close(company.ledger, company.manager, CloseChange(change, "implemented"))
    with pytest.raises(Refusal, match="what was done stays done"):
        reopen(company.ledger, company.manager, ReopenChange(change, "More."))


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.booleans(), max_size=6))
def test_a_change_is_closed_as_its_last_lawful_act_says(company, acts):
    change, is_open = request_of(company), True
    for closing in acts:
        try:
            if closing:
                cancel(company.ledger, company.manager, CancelChange(change, "No."))
            else:
                reopen(company.ledger, company.manager, ReopenChange(change, "Yes."))
        except Refusal:
            assert closing is not is_open
        else:
            assert closing is is_open
            is_open = not closing
        assert (closure_of(company.ledger.store, change) is None) == is_open


def test_a_part_that_is_split_off_is_authorized_by_nobody_yet(company):
    change = request_of(company)
    authorize(company.ledger, company.manager, AuthorizeChange(change))
    done = split(company.ledger, company.requester, SplitChange(change, "The half", "Too large."))
    (row,) = company.ledger.store.by(ChangeRelation, "change_name", [done.change])
    assert (row.other_name, row.relation) == (change, "split_from")
    (part,) = company.ledger.store.by(ChangeRequest, "change_name", [done.change])
    assert (part.system, part.requested_by) == (SYSTEM, company.requester)
    with pytest.raises(MayNot):
        authorize(company.ledger, company.requester, AuthorizeChange(done.change))


def test_a_duplicate_is_cancelled_in_favour_of_the_other(company):
    company.forge.open(7)
    goes_on, duplicate = request_of(company, links=("acme/pay#7",)), request_of(company)
    with pytest.raises(Refusal, match="it carries work"):
        merge(company.ledger, company.manager, MergeDuplicate(goes_on, duplicate, "Same."))
    merge(company.ledger, company.manager, MergeDuplicate(duplicate, goes_on, "Same."))
    ended = closure_of(company.ledger.store, duplicate)
    assert ended is not None
    assert ended.outcome == "cancelled"
    third = request_of(company)
    with pytest.raises(Refusal, match="closed"):
        merge(company.ledger, company.manager, MergeDuplicate(third, duplicate, "Same."))


def test_links_say_one_thing_once(company):
    one, other = request_of(company), request_of(company)
    said = RelateChanges(one, other, "blocks", "It needs the table first.")
    relate(company.ledger, company.requester, said)
    with pytest.raises(Refusal, match="on record already"):
        relate(company.ledger, company.requester, said)
    with pytest.raises(Refusal, match="both cannot be"):
        relate(company.ledger, company.requester, RelateChanges(other, one, "blocks", "No."))
    with pytest.raises(Refusal, match="one change"):
        relate(company.ledger, company.requester, RelateChanges(one, one, "relates", "No."))
    with pytest.raises(Refusal, match="empty"):
        relate(company.ledger, company.requester, RelateChanges(one, other, "relates", " "))
    with pytest.raises(MayNot):
        relate(company.ledger, company.approver, RelateChanges(one, other, "relates", "Yes."))
    assert len(company.ledger.store.all(ChangeRelation)) == 1


def test_a_change_that_one_may_not_see_is_not_told_of(company):
    hidden = request_of(company)
    user = add_user("ben@example.com", "Ben", [], by=company.operator)
    grant_roles(user.account, ["requester"], by=company.operator, system="mail")
    asked = RequestChange(title="Mine", system="mail", reason="Mine")
    mine = request_change(company.ledger, user.account, asked).change
    with pytest.raises(Refusal, match="no change that you may see"):
        relate(company.ledger, user.account, RelateChanges(mine, hidden, "relates", "Mine."))
