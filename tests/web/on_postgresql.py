"""Run by test_on_postgresql in a process of its own: pages on an instance in PostgreSQL."""

import sys
from pathlib import Path

import django

from changeproof.ledger.instance import create_instance

PAGES = (
    "/",
    "/changes?text=lamp",
    "/cases",
    "/desk",
    "/checks",
    "/checks/cc8_1/08_approval",
    "/checks/signs/untracked_change",
    "/controls",
    "/systems",
    "/reconciliation",
    "/audits",
    "/sources",
    "/search?text=lamp",
)

create_instance(
    Path(sys.argv[1]),
    profile="standard",
    demonstration=False,
    pseudonym_key=None,
    database_url=sys.argv[2],
)
django.setup()

from django.core.management import call_command  # noqa: E402 - after the settings
from django.test import Client  # noqa: E402

from changeproof.accounts.people import add_user, operator  # noqa: E402
from changeproof.ledger.search_index import index_waiting  # noqa: E402
from changeproof.ledger.service import ledger  # noqa: E402
from changeproof.monitor.judging import judge_waiting  # noqa: E402
from changeproof.policy.parameters import initial_policy_event  # noqa: E402
from changeproof.workflow.controls import record_initial_controls  # noqa: E402
from changeproof.workflow.requesting import RequestChange, request_change  # noqa: E402

call_command("migrate", verbosity=0)
held = ledger()
held.prepare()
event, content = initial_policy_event("standard")
held.record_events([event], [content], collector="test")
record_initial_controls(held)
by = operator().account
asker = add_user("a@example.com", "Ann", ["requester"], by=by).account
viewer = add_user("b@example.com", "Bea", ["approver", "auditor", "administrator"], by=by)
command = RequestChange(title="Swap a lamp", system="shop", reason="It is dark")
change = request_change(held, asker, command).change
judge_waiting(held)
index_waiting(held)

browser = Client(HTTP_HOST="localhost")
browser.force_login(viewer, backend="allauth.account.auth_backends.AuthenticationBackend")
for page in (*PAGES, f"/changes/{change}", f"/desk/{change}"):
    answer = browser.get(page)
    assert answer.status_code == 200, page
assert b"Swap a lamp" in browser.get("/changes?text=lamp").content
assert b"Swap a lamp" in browser.get(f"/desk/{change}").content
print("sound")
