"""Addresses of the pages. `/log/…` belongs to the API: the pages of the log are `/entries`."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.generic import RedirectView

from changeproof.web.views.absences import absence_end, absences
from changeproof.web.views.access import (
    access,
    access_end,
    access_grant,
    access_review,
    access_review_new,
)
from changeproof.web.views.alerts import (
    acknowledge,
    acknowledge_link,
    add_channel,
    alerts,
    let_go,
    passed_on,
    remove_channel,
    remove_route,
    replay_letters,
    set_route,
    test_channel,
    told,
)
from changeproof.web.views.asked import asked
from changeproof.web.views.assessing import assess_change
from changeproof.web.views.attaching import attach_file, attachment
from changeproof.web.views.audits import audits, pack, pack_file
from changeproof.web.views.baselines import baseline, baseline_answer, baselines
from changeproof.web.views.board import (
    board,
    board_conclude,
    board_meeting,
    board_minutes,
    board_vote,
)
from changeproof.web.views.break_glass import break_glass
from changeproof.web.views.calendar import calendar
from changeproof.web.views.calendar_feed import (
    calendar_feed,
    end_calendar_feed,
    make_calendar_feed,
)
from changeproof.web.views.cases import case, case_rule_answer, case_rules, cases
from changeproof.web.views.changes import change, changes
from changeproof.web.views.checks import check, check_script, checks, controls
from changeproof.web.views.connecting import (
    ask_again,
    connect_asked,
    connect_webhook,
    disconnect_asked,
    disconnect_webhook,
    renew_webhook,
    test_asked,
    upload,
)
from changeproof.web.views.dashboard import dashboard, first_steps
from changeproof.web.views.describing import system_describe
from changeproof.web.views.desk import desk, desk_item
from changeproof.web.views.desk_forms import emergency
from changeproof.web.views.documents import (
    document,
    document_act,
    document_new,
    document_version,
    documents,
)
from changeproof.web.views.freezing import freeze
from changeproof.web.views.group_roles import group_role_answer, group_roles
from changeproof.web.views.incidents import incident, incident_record, incidents
from changeproof.web.views.jobs import jobs
from changeproof.web.views.live import live
from changeproof.web.views.log import entry, log
from changeproof.web.views.oversight import control_performed, oversight, review_held
from changeproof.web.views.people import (
    account_settle,
    people,
    person_add,
    person_leave,
    person_link,
    role_answer,
    role_give,
    role_take,
)
from changeproof.web.views.policies import (
    policy,
    policy_acknowledge,
    policy_adopt,
    policy_propose,
    policy_text,
    policy_version,
)
from changeproof.web.views.reconciliation import reconciliation
from changeproof.web.views.relating import arrange
from changeproof.web.views.requesting import discard, request, save
from changeproof.web.views.saved_views import view_remove, view_save
from changeproof.web.views.scheduling import join_work, schedule_change
from changeproof.web.views.search import search
from changeproof.web.views.seats import engagement, seat_end, seats
from changeproof.web.views.several import (
    cases_together,
    waivers_granted_together,
    waivers_together,
)
from changeproof.web.views.sources import payload, replay, sources
from changeproof.web.views.steps import steps
from changeproof.web.views.systems import systems
from changeproof.web.views.together import together
from changeproof.web.views.tokens import revoke, tokens
from changeproof.web.views.trying import try_payload
from changeproof.web.views.vulnerabilities import vulnerabilities, vulnerability
from changeproof.web.views.waivers import waiver_answer, waiver_request, waivers

urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("changes", changes, name="changes"),
    path("changes/<path:change>", change, name="change"),
    path("search", search, name="search"),
    path("views/save", view_save, name="view_save"),
    path("views/remove", view_remove, name="view_remove"),
    path("cases", cases, name="cases"),
    path("cases/rules", case_rules, name="case_rules"),
    path("cases/rules/answer", case_rule_answer, name="case_rule_answer"),
    path("cases/together", cases_together, name="cases_together"),
    path("cases/<path:case>", case, name="case"),
    path("checks", checks, name="checks"),
    path("controls", controls, name="controls"),
    path("policy", policy, name="policy"),
    path("policy/propose", policy_propose, name="policy_propose"),
    path("policy/<int:version>", policy_version, name="policy_version"),
    path("policy/<int:version>/adopt", policy_adopt, name="policy_adopt"),
    path("policy/<int:version>/acknowledge", policy_acknowledge, name="policy_acknowledge"),
    path("policy/<int:version>/text", policy_text, name="policy_text"),
    path("checks/<path:check>.duckdb.sql", check_script, name="check_script"),
    path("checks/<path:check>", check, name="check"),
    path("desk", desk, name="desk"),
    path("desk/request", request, name="request"),
    path("desk/request/draft", save, name="save_draft"),
    path("desk/request/draft/discard", discard, name="discard_draft"),
    path("desk/emergency", emergency, name="emergency"),
    path("desk/incident", incident_record, name="incident_record"),
    path("desk/calendar", calendar, name="calendar"),
    path("desk/calendar/address", make_calendar_feed, name="calendar_address"),
    path("desk/calendar/address/end", end_calendar_feed, name="calendar_address_end"),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar_feed"),
    path("desk/together/<slug:act>", together, name="together"),
    path("desk/absences", absences, name="absences"),
    path("desk/absences/end", absence_end, name="absence_end"),
    path("desk/freeze", freeze, name="freeze"),
    path("desk/board", board, name="board"),
    path("desk/board/<slug:meeting>", board_meeting, name="board_meeting"),
    path("desk/board/<slug:meeting>/vote", board_vote, name="board_vote"),
    path("desk/board/<slug:meeting>/conclude", board_conclude, name="board_conclude"),
    path("desk/board/<slug:meeting>/minutes.txt", board_minutes, name="board_minutes"),
    path("desk/waivers", waivers, name="waivers"),
    path("desk/waivers/new", waiver_request, name="waiver_request"),
    path("desk/waivers/together", waivers_together, name="waivers_together"),
    path("desk/waivers/together/grant", waivers_granted_together, name="waivers_granted_together"),
    path("desk/waivers/answer", waiver_answer, name="waiver_answer"),
    path("desk/access", access, name="access"),
    path("desk/access/grant", access_grant, name="access_grant"),
    path("desk/access/end", access_end, name="access_end"),
    path("desk/access/review", access_review_new, name="access_review_new"),
    path("desk/access/reviews/<slug:review>", access_review, name="access_review"),
    path("desk/arrange/<path:change>", arrange, name="arrange"),
    path("desk/schedule/<path:change>", schedule_change, name="schedule"),
    path("desk/join/<path:change>", join_work, name="join_work"),
    path("desk/oversight", oversight, name="oversight"),
    path("desk/oversight/review", review_held, name="hold_review"),
    path("desk/oversight/control", control_performed, name="perform"),
    path("desk/attach/<path:change>", attach_file, name="attach"),
    path("attachments/<slug:digest>/<path:change>", attachment, name="attachment"),
    path("desk/steps/<path:change>", steps, name="steps"),
    path("desk/assess/<path:change>", assess_change, name="assess"),
    path("desk/asked/<str:token>", asked, name="asked"),
    path("desk/<path:item>", desk_item, name="desk_item"),
    path("incidents", incidents, name="incidents"),
    path("incident", incident, name="incident"),
    path("vulnerabilities", vulnerabilities, name="vulnerabilities"),
    path("vulnerability", vulnerability, name="vulnerability"),
    path("first-steps", first_steps, name="first_steps"),
    path("documents", documents, name="documents"),
    path("documents/new", document_new, name="document_new"),
    path("documents/<slug:document>", document, name="document"),
    path("documents/<slug:document>/act", document_act, name="document_act"),
    path("documents/<slug:document>/<int:version>", document_version, name="document_version"),
    path("reconciliation", reconciliation, name="reconciliation"),
    path("systems", systems, name="systems"),
    path("systems/describe", system_describe, name="system_describe"),
    path("systems/items", baselines, name="baselines"),
    path("systems/items/answer", baseline_answer, name="baseline_answer"),
    path("systems/items/<path:item>", baseline, name="baseline"),
    path("sources", sources, name="sources"),
    path("sources/try", try_payload, name="try_payload"),
    path("sources/replay", replay, name="replay"),
    path("sources/webhook", connect_webhook, name="connect_webhook"),
    path("sources/webhook/renew", renew_webhook, name="renew_webhook"),
    path("sources/webhook/disconnect", disconnect_webhook, name="disconnect_webhook"),
    path("sources/asked", connect_asked, name="connect_asked"),
    path("sources/asked/again", ask_again, name="ask_again"),
    path("sources/asked/test", test_asked, name="test_asked"),
    path("sources/asked/disconnect", disconnect_asked, name="disconnect_asked"),
    path("sources/upload", upload, name="upload"),
    path("sources/payload/<slug:digest>", payload, name="payload"),
    path("alerts", alerts, name="alerts"),
    path("alerts/acknowledge", acknowledge, name="acknowledge_alert"),
    path("alerts/acknowledge/<str:token>", acknowledge_link, name="acknowledge_link"),
    path("alerts/channel", add_channel, name="add_channel"),
    path("alerts/channel/test", test_channel, name="test_channel"),
    path("alerts/channel/remove", remove_channel, name="remove_channel"),
    path("alerts/route", set_route, name="set_route"),
    path("alerts/route/remove", remove_route, name="remove_route"),
    path("alerts/dead/replay", replay_letters, name="replay_letters"),
    path("alerts/dead/let-go", let_go, name="let_go"),
    path("alerts/passed-on", passed_on, name="passed_on"),
    path("account/told", told, name="told"),
    path("engagement", engagement, name="engagement"),
    path("seats", seats, name="seats"),
    path("seats/end", seat_end, name="seat_end"),
    path("people", people, name="people"),
    path("people/account", account_settle, name="account_settle"),
    path("people/add", person_add, name="person_add"),
    path("people/link", person_link, name="person_link"),
    path("people/role", role_give, name="role_give"),
    path("people/role/answer", role_answer, name="role_answer"),
    path("people/role/take", role_take, name="role_take"),
    path("people/groups", group_roles, name="group_roles"),
    path("people/groups/answer", group_role_answer, name="group_role_answer"),
    path("people/leave", person_leave, name="person_leave"),
    path("live", live, name="live"),
    path("jobs", jobs, name="jobs"),
    path("break-glass", break_glass, name="break_glass"),
    path("audits", audits, name="audits"),
    path("audits/pack", pack, name="pack"),
    path("audits/packs/<slug:order>", pack_file, name="pack_file"),
    path("entries", log, name="log"),
    path("entries/<int:entry>", entry, name="entry"),
    path("tokens", tokens, name="tokens"),
    path("tokens/revoke", revoke, name="token_revoke"),
    path(
        "sign-in",
        login_not_required(RedirectView.as_view(pattern_name="account_login")),
        name="sign_in",
    ),
]
