"""Who has acknowledged which version of the change process."""

from changeproof.ledger.oversight import Acknowledgement
from changeproof.ledger.store import Store

POLICY = "policy"
"""What acknowledgements call the change process."""


def acknowledged_versions(store: Store) -> dict[str, frozenset[str]]:
    """By account, the versions of the policy that it acknowledged, as they were named."""
    found: dict[str, set[str]] = {}
    for row in store.by(Acknowledgement, "document", [POLICY]):
        if row.account:
            found.setdefault(row.account, set()).add(row.document_version)
    return {account: frozenset(versions) for account, versions in found.items()}
