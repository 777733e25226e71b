"""Run in a process of its own: alerts, from queued to sent again, on PostgreSQL."""

import logging
import sys
from pathlib import Path

from changeproof.ledger.instance import create_instance

create_instance(Path(sys.argv[1]), database_url=sys.argv[2])

import django  # noqa: E402 - the instance comes before its settings

django.setup()

from django.core.management import call_command  # noqa: E402

from changeproof.accounts.people import add_user, operator  # noqa: E402
from changeproof.alerts.channels import add_channel  # noqa: E402
from changeproof.alerts.dead_letters import dead_letters, send_again  # noqa: E402
from changeproof.alerts.models import Outgoing  # noqa: E402
from changeproof.alerts.notices import Notice  # noqa: E402
from changeproof.alerts.outbox import PAUSES, enqueue, send_waiting  # noqa: E402
from changeproof.alerts.persons import pass_on, sweep_persons  # noqa: E402
from changeproof.ledger.judgements import Alert  # noqa: E402
from changeproof.ledger.service import ledger, now  # noqa: E402
from changeproof.monitor.judging import judge_waiting  # noqa: E402
from changeproof.workflow.requesting import RequestChange, request_change  # noqa: E402

call_command("migrate", verbosity=0)
opened = ledger()
opened.prepare()
add_channel("webhook", "https://hooks.example.com/in", "ops")
notices = [Notice("case", f"case:CHG-{each}", f"CHG-{each}", "shop") for each in range(250)]
moment = now()
enqueue(notices, moment)
enqueue(notices, moment)
assert Outgoing.objects.count() == 250


def fail(*_: object) -> None:
    raise ConnectionError


logging.disable(logging.WARNING)
for pause in PAUSES:
    assert send_waiting(opened, fail, moment) == 0
    moment += pause
assert send_waiting(opened, fail, moment) == 250
assert dead_letters().count() == 250
moment += PAUSES[0]
assert send_again(moment) == 250
assert send_waiting(opened, lambda *_: None, moment) == 250
assert not Outgoing.objects.exists()
outcomes = [row.outcome for row in opened.store.all(Alert)]
assert (outcomes.count("sent"), outcomes.count("dead_letter")) == (250, 250)

ada = add_user("ada@example.com", "Ada", ["approver"], by=operator().account)
asked = RequestChange(title="Grow the disk", system="shop", reason="It is full.")
request_change(opened, operator().account, asked)
judge_waiting(opened)
assert sweep_persons(opened, now()) == 1
assert sweep_persons(opened, now()) == 0
assert pass_on(opened, ada.account, operator().account) == 1
assert sweep_persons(opened, now()) == 0
print("sound")
