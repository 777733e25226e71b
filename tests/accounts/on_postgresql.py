"""Run in a process of its own: accounts, from first user to token, on PostgreSQL."""

import sys
from pathlib import Path

from changeproof.ledger.instance import create_instance

create_instance(Path(sys.argv[1]), database_url=sys.argv[2])

import django  # noqa: E402 - the instance comes before its settings

django.setup()

from django.core.management import call_command  # noqa: E402

from changeproof.accounts.names import name_of, remember_names  # noqa: E402
from changeproof.accounts.people import (  # noqa: E402
    add_user,
    link_account,
    operator,
    revoke_role,
)
from changeproof.accounts.permissions import Permission, may, person_of, roles_of  # noqa: E402
from changeproof.accounts.tokens import authenticate_token, create_token  # noqa: E402
from changeproof.events.refusal import Refusal  # noqa: E402
from changeproof.ledger.service import ledger  # noqa: E402

call_command("migrate", verbosity=0)
ledger().prepare()

first = operator()
ada = add_user("ada@example.com", "Ada", ["approver"], by=first.account)
link_account(ada, "github:user/5", by=first.account)
remember_names({"github:user/5": "ada-l", "github:user/6": "grace-h"})
remember_names({"github:user/5": "ada-lovelace"})

assert roles_of(ada.account) == {"approver"}
assert may(ada.account, Permission.CHANGE_APPROVE, "payments")
assert person_of("github:user/5") == person_of(ada.account)
assert name_of("github:user/5") == "ada-lovelace"
found = authenticate_token(create_token(ada, ["read"]))
assert found is not None
assert found.user == ada
try:
    revoke_role(first.account, "administrator", by=ada.account)
except Refusal:
    print("sound")
