"""ServiceNow asked by ourselves."""

from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.ledger.decisions import ChangeAuthorization
from changeproof.ledger.requests import ChangeRequest, TicketMove
from changeproof.ledger.service import ledger
from tests.support.protocol_server import Rests, serving


class ServiceNow:
    """Three tables of one change request."""

    def __call__(self, path, query, headers):
        table = path.rpartition("/")[2]
        sys_id, by = "c" * 32, {"link": "https://acme.example.com/u", "value": "b" * 32}
        rows = {
            "change_request": {
                "sys_id": sys_id,
                "number": "CHG0001",
                "state": "-2",
                "sys_created_on": "2026-03-01 10:00:00",
                "sys_updated_on": "2026-03-02 10:00:00",
                "requested_by": {"link": "https://acme.example.com/u", "value": "a" * 32},
            },
            "sysapproval_approver": {
                "sysapproval": {"link": "https://acme.example.com/c", "value": sys_id},
                "approver": by,
                "state": "approved",
                "sys_updated_on": "2026-03-01 12:00:00",
            },
            "sys_audit": {
                "sys_id": "e" * 32,
                "documentkey": sys_id,
                "tablename": "change_request",
                "fieldname": "state",
                "oldvalue": "-3",
                "newvalue": "-2",
                "user": "carol",
                "sys_created_on": "2026-03-01 12:00:01",
            },
        }
        here = [rows[table]] if query["sysparm_offset"] == "0" else []
        return 200, {"x-total-count": "1"}, {"result": here}


def test_servicenow_tells_requests_approvals_and_moves_of_one_change(instance):
    with serving(ServiceNow()) as address:
        settings = Settings("servicenow", "servicenow", address, "", "s3cret", {})
        source = connect_source(settings, every=300, private_allowed=True)
        found = ask(ledger(), source, rest=Rests())
    assert (found.lists, found.quarantined) == (3, 0)
    [request] = ledger().store.all(ChangeRequest)
    [approval] = ledger().store.all(ChangeAuthorization)
    moves = {row.to_status for row in ledger().store.all(TicketMove)}
    assert approval.change_name == request.change_name
    assert moves == {"Scheduled"}
