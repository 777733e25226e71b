"""Whatever people try in whatever order: nothing is carried out but on another person's word, what
the checks call met was earned, and from every state there is a way out.

The acts are the commands that page, API and command line share; the model below knows nothing of
them but who did what last.
"""

from dataclasses import dataclass, field
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from changeproof.accounts.models import User
from changeproof.accounts.people import add_user, declare_machine
from changeproof.events.refusal import Refusal
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import now
from changeproof.monitor.judging import judge_waiting
from changeproof.workflow.closed import closure_of
from changeproof.workflow.closing import CloseChange, close
from changeproof.workflow.decisions import (
    ApproveChange,
    AuthorizeChange,
    DeclineChange,
    approve,
    authorize,
    decline,
)
from changeproof.workflow.emergencies import DeclareEmergency, declare_emergency, reviews_owed
from changeproof.workflow.relating import CancelChange, ReopenChange, cancel, reopen
from changeproof.workflow.requesting import RequestChange, request_change
from changeproof.workflow.reviewing import HoldPostReview, hold_post_review
from changeproof.workflow.steps import (
    DecideFailure,
    PlanSteps,
    ReportStep,
    decide_failure,
    plan_steps,
    report_step,
)
from changeproof.workflow.withdrawing import WithdrawDecision, withdraw
from tests.support.pull_requests import SYSTEM

ROSA, ADA, MAX, KIM, BOT = "rosa", "ada", "max", "kim", "bot"
MAY_DECIDE = {ADA, MAX, KIM}
WHO = (ROSA, ADA, MAX, MAX, BOT)  # he may do all of it, and must not
TURNS = (
    *("plan", "plan", "authorize", "authorize", "approve", "approve", "approve"),
    *("report", "report", "report", "report", "decide", "decline", "take_back"),
    *("declare", "cancel", "reopen"),
)
TEXTS = ("Stop it\nStart it", "Drop it\nCheck it")


@dataclass
class Model:
    """One change, as its history alone says."""

    requester: str
    text: str = ""
    planner: str = ""
    declarer: str = ""
    word: dict[str, str] = field(default_factory=dict)  # the last: a text they approved, or "no"
    authorized_by: set[str] = field(default_factory=set)
    is_open: bool = True
    begun: bool = False
    said_before: tuple[set[str], bool] = (set(), False)  # at the first step: who agreed, any no

    @property
    def own(self) -> set[str]:
        """Whose change it is."""
        return {self.requester, self.planner, self.declarer}

    @property
    def agreed(self) -> set[str]:
        """Others who stand by this very text, or let the work begin."""
        return {each for each, said in self.word.items() if said == self.text} - self.own


class Life(RuleBasedStateMachine):
    """Five try everything on one change."""

    ledger = None
    accounts: dict[str, str]

    @initialize(by=some.sampled_from((ROSA, MAX)), seed=some.integers(0, 2**32))
    def requested(self, by, seed):
        self.chance = Random(seed)
        command = RequestChange("Restore orders", SYSTEM, "Lost", kind="data")
        self.change = request_change(self.ledger, self.accounts[by], command).change
        self.model = Model(by)
        self.plan(by, self.chance.choice(TEXTS))

    def does(self, act, by, command):
        """Whether it was taken; what is refused has left nothing behind, and says what to do."""
        size, refused = self.ledger.log.size(), None
        try:
            act(self.ledger, self.accounts[by], command)
        except Refusal as refusal:
            refused = refusal
        if refused is None:
            return True
        assert refused.why
        assert refused.cure
        assert self.ledger.log.size() == size
        return False

    @rule()
    def turn(self):
        """One rule for all: drawn one by one, the acts of so few examples would be much alike."""
        chance = self.chance
        what, by = chance.choice(TURNS), chance.choice(WHO)
        said = {
            "plan": (chance.choice(TEXTS),),
            "report": (chance.choice((1, 1, 1, 2)), chance.choice(("done", "failed"))),
            "decide": (chance.choice(("go_on", "back_out")),),
        }
        getattr(self, what)(by, *said.get(what, ()))

    def plan(self, by, text):
        if self.does(plan_steps, by, PlanSteps(self.change, text)):
            assert self.model.is_open
            assert not self.model.begun
            self.model.text, self.model.planner = text, by

    def authorize(self, by):
        if self.does(authorize, by, AuthorizeChange(self.change)):
            assert self.model.is_open
            assert by in MAY_DECIDE - self.model.own
            self.model.authorized_by.add(by)

    def approve(self, by):
        if self.does(approve, by, ApproveChange(self.change)):
            assert self.model.is_open
            assert self.model.text
            assert by in MAY_DECIDE - self.model.own
            self.model.word[by] = self.model.text

    def decline(self, by):
        if self.does(decline, by, DeclineChange(self.change, "Not today")):
            assert self.model.is_open
            assert by in MAY_DECIDE
            self.model.word[by] = "no"

    def take_back(self, by):
        command = WithdrawDecision(self.change, "approval", "I see it otherwise")
        if self.does(withdraw, by, command):
            assert self.model.is_open
            del self.model.word[by]

    def declare(self, by):
        if self.model.declarer:
            return
        owed = reviews_owed(self.ledger.store, self.accounts[by], now())
        command = DeclareEmergency(SYSTEM, "It burns", "INC-1", self.change)
        if self.does(declare_emergency, by, command):
            assert self.model.is_open
            assert not owed or self.model.authorized_by - {by}
            self.model.declarer = by

    def report(self, by, step, outcome):
        agreed, no = self.model.agreed, "no" in self.model.word.values()
        if self.does(report_step, by, ReportStep(self.change, step, outcome, "So it went")):
            assert self.model.is_open
            assert self.model.declarer or (agreed - {by} and not no)
            if not self.model.begun:
                assert step == 1
                self.model.begun, self.model.said_before = True, (agreed, no)

    def decide(self, by, decision):
        if self.does(decide_failure, by, DecideFailure(self.change, 1, decision, "So be it")):
            assert by in MAY_DECIDE

    def cancel(self, by):
        if self.does(cancel, by, CancelChange(self.change, "Not wanted")):
            assert by in {ROSA, MAX}
            assert not self.model.begun
            self.model.is_open = False

    def reopen(self, by):
        if self.does(reopen, by, ReopenChange(self.change, "Wanted after all")):
            assert by in {ROSA, MAX}
            assert not self.model.is_open
            self.model.is_open = True

    def teardown(self):
        if not hasattr(self, "model"):
            return
        if self.model.begun:
            self.met_was_earned()
        self.there_is_a_way_out()

    def met_was_earned(self):
        judge_waiting(self.ledger)
        found = {
            row.check_id: row for row in self.ledger.store.by(Finding, "subject", [self.change])
        }
        agreed, no = self.model.said_before
        late = self.model.agreed if self.model.declarer else set()
        if found["cc8_1/08_approval"].verdict == "met":
            assert (agreed and not no) or late
        if found["cc8_1/02_authorization"].verdict == "met":
            assert self.model.authorized_by - {self.model.requester} or agreed or late

    def there_is_a_way_out(self):
        store = self.ledger.store
        if self.model.is_open:
            outcome = "implemented" if self.model.begun else "cancelled"
            assert self.does(close, MAX, CloseChange(self.change, outcome))
        assert closure_of(store, self.change) is not None
        if self.model.declarer:
            other = next(each for each in (ADA, KIM) if each not in self.model.own)
            held = HoldPostReview(self.change, "accepted", "It was needed")
            assert self.does(hold_post_review, other, held)
            for each in (ROSA, MAX, BOT):
                assert not reviews_owed(store, self.accounts[each], now())


def test_whatever_is_tried_in_whatever_order(company):
    by = company.operator
    kim = add_user("kim@example.com", "Kim", ["approver"], by=by).account
    bot = add_user("bot@example.com", "Bot", ["approver", "change_manager"], by=by).account
    declare_machine(bot, "service", User.objects.get(email="kim@example.com"), by=by)
    Life.ledger = company.ledger
    Life.accounts = {
        ROSA: company.requester,
        ADA: company.approver,
        MAX: company.manager,
        KIM: kim,
        BOT: bot,
    }
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
