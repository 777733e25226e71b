"""Run in a process of its own: desk, gate and API on PostgreSQL."""

import sys
from pathlib import Path

from changeproof.ledger.instance import create_instance

create_instance(Path(sys.argv[1]), database_url=sys.argv[2])

import django  # noqa: E402 - the instance comes before its settings

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from changeproof.accounts.people import add_user, operator  # noqa: E402
from changeproof.accounts.tokens import create_token  # noqa: E402
from changeproof.gate.asking import ask  # noqa: E402
from changeproof.ledger.joined import Deployment  # noqa: E402
from changeproof.ledger.service import ledger  # noqa: E402
from changeproof.workflow.decisions import ApproveChange, approve  # noqa: E402
from changeproof.workflow.naming import find_change  # noqa: E402
from changeproof.workflow.requesting import RequestChange, request_change  # noqa: E402
from tests.support.pull_requests import SYSTEM, Forge  # noqa: E402

call_command("migrate", verbosity=0)
ledger().prepare()
first = operator()
ada = add_user("ada@example.com", "Ada", ["approver"], by=first.account)
forge = Forge(ledger())
pull, head = forge.open(7)

asked = RequestChange("Raise the limit", SYSTEM, "Sales asked", links=("acme/pay#7",))
change = request_change(ledger(), first.account, asked).change
assert find_change(ledger(), head[:8].upper()) == change
approve(ledger(), ada.account, ApproveChange(change, revision=head[:8]))
merged = forge.merge(pull, head)
answer = ask(ledger(), environment="production", revision=merged[:10])
assert answer.changes == (change,), answer
assert ledger().store.all(Deployment) == []

token = create_token(first, ["all"])
client = Client(headers={"Authorization": f"Bearer {token}"})
page = client.get("/api/changes", {"system": SYSTEM, "verdict": "pending"}).json()
assert [each["id"] for each in page["items"]] == [change], page
assert client.get(f"/api/changes/{head}").json()["id"] == change
assert client.get("/ready").json()["status"] == "ready"
assert client.get("/log/checkpoint").status_code == 200
print("sound")
