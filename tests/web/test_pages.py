"""What pages derive from their figures: sentences, order, the timeline, the roles."""

from changeproof.web.pages.change_filter import Filter
from changeproof.web.pages.change_page import VerdictRow
from changeproof.web.pages.changes_page import ChangesPage
from changeproof.web.pages.dashboard_page import DashboardPage
from changeproof.web.pages.request_page import Choices, DraftState, RequestPage, request_groups
from changeproof.web.pages.roles_matrix import Participant, RolesMatrix
from changeproof.web.pages.source_row import SourceRow
from changeproof.web.pages.timeline import Moment, timeline
from changeproof.web.readings.reasons import due_of
from changeproof.web.states import state
from changeproof.web.times import DAY, HOUR

START = 20_514 * DAY  # 2 March 2026


def test_a_timeline_has_days_and_long_waits() -> None:
    rows = timeline(
        [
            Moment(START + 5 * DAY + HOUR, "Deployed"),
            Moment(START, "Requested"),
            Moment(START + HOUR, "Authorized"),
        ]
    )
    heads = [row.day or row.wait or (row.moment and row.moment.title) for row in rows]
    assert heads[0] == "Mon 2 Mar 2026"
    assert heads[1:3] == ["Requested", "Authorized"]
    assert heads[3:5] == ["5 d", "Sat 7 March"]
    assert heads[5] == "Deployed"


def test_what_is_due_hangs_at_the_end_and_the_timeless_stand_first() -> None:
    due = Moment(START - DAY, "Review", is_due=True)
    timeless = Moment(None, "Listed")
    rows = timeline([due, Moment(START, "Requested"), timeless])
    assert rows[0].moment is timeless
    assert rows[-1].moment is due
    assert rows[-1].when == "Due 1 Mar"


def test_who_approves_what_they_pushed_holds_it_against_the_rule() -> None:
    pusher = Participant("a", held=frozenset({"last_pusher", "approver"}))
    other = Participant("b", held=frozenset({"approver", "merger"}))
    assert pusher.against == {"approver"}
    assert other.against == frozenset()
    assert RolesMatrix((pusher, other)).conflicts == 1


def test_a_bot_may_not_approve() -> None:
    bot = Participant("b", held=frozenset({"approver"}), is_human=False)
    assert bot.against == {"approver"}


def test_the_headline_does_not_promise_what_was_not_seen() -> None:
    quiet = DashboardPage(0, DAY, 3, 1, 0, 0)
    assert quiet.headline == "Nothing is open today"
    silent = SourceRow("GitHub", "", 0, 1, gap="Silent since 15:02")
    assert DashboardPage(0, DAY, 3, 1, 0, 0, sources=(silent,)).headline == (
        "Nothing that we can see is open"
    )
    lagging = DashboardPage(0, DAY, 3, 1, 0, 0, unjudged=2)
    assert lagging.headline == "Nothing that we can see is open"
    assert lagging.sentence.startswith("2 wait to be judged, and may change these figures. 3 ")
    assert DashboardPage(0, DAY, 3, 1, 1, 0, open_changes=1).headline == "1 item is open today"


def test_a_filter_keeps_itself_on_the_next_page() -> None:
    asked = Filter(system="a b", verdict="deviation")
    page = ChangesPage(asked, (), 120, 400, 2, ())
    assert page.previous_query == "?system=a+b&verdict=deviation"
    assert asked.query(3) == "?system=a+b&verdict=deviation&page=3"
    assert page.caption == "120 changes, with verdict deviation, in a b"


def test_a_form_keeps_what_was_typed_and_leads_to_the_first_wrong_field() -> None:
    choices = Choices(["s"], [], [], [])
    groups = request_groups(choices, {"title": "T"}, {"reason": "Say why."}, {})
    form = RequestPage(groups, DraftState("0" * 32), "")
    fields = [field for group in groups for field in group.fields]
    assert form.refusal_field == "reason"
    assert [field.value for field in fields if field.name == "title"] == ["T"]
    by_name = {field.name: field for field in fields}
    assert by_name["reason"].described_by == "reason-hint reason-wrong"


def test_a_verdict_row_is_plain_data() -> None:
    row = VerdictRow("cc8_1/08_approval", "8", "Approval", "met", state("met"), "1 of 1.")
    assert row.evidence == ()


def test_what_is_pending_is_due_when_its_reason_says_not_when_it_is_looked_at_again():
    review = "Deployed at 1970-01-01T00:00:10Z; it waits for a review until 1970-01-06T00:00:10Z."
    looked_at_again = DAY + 1  # the approval would have fallen due then
    assert due_of(review, looked_at_again) == 5 * DAY + 10_000_000
    assert due_of("It waits until 1970-01-02T00:00:00Z.", looked_at_again) == DAY
    assert due_of("It waits for its first deployment.", looked_at_again) is None
    assert due_of(review, None) is None
