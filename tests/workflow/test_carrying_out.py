"""What carrying a change out asks first: another person's standing yes, and nobody's no."""

from changeproof.accounts.models import User
from changeproof.events.requests import ChangeApproved, ChangeDeclined
from changeproof.intake.deliveries import take
from changeproof.ledger.service import now
from changeproof.sources.delivery import Delivery
from changeproof.workflow.carrying_out import lacks_approval

TEXT = "sha256:" + "ab" * 32


def said(company, event, account, at):
    company.ledger.record_events(
        [
            event(
                source="desk",
                delivery=f"{account} at {at}",
                occurred_at=at,
                actor=account,
                change="CHG-2026-0001",
                **({"artifact": TEXT} if event is ChangeApproved else {}),
            )
        ],
        collector="test",
    )


def test_whoever_claims_an_account_of_anothers_takes_back_no_no_of_theirs(company):
    lines = [
        f"{User.objects.get(pk=int(account.rpartition('/')[2])).email},github:user/77"
        for account in (company.approver, company.manager)
    ]
    body = "\n".join(("email,accounts", *lines)).encode()
    take(company.ledger, [Delivery("roster", "roster", body, 7_000)])
    said(company, ChangeDeclined, company.approver, 1_000)
    said(company, ChangeApproved, company.manager, 2_000)

    def lacks() -> str:
        store = company.ledger.store
        return lacks_approval(store, company.requester, "CHG-2026-0001", TEXT, now())

    assert lacks() == f"{{{company.approver}}} said no, and it stands"
    said(company, ChangeApproved, company.approver, 3_000)
    assert lacks() == ""
