"""Whether the policy in force lets an operator read in what a system holds, from files."""

from changeproof.events.refusal import Refusal
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.service import Ledger, now

CLAIMS = "events"
"""The generic kind: its times are the receipt's, so it is no retrieval that could be trusted."""


def require_files_accepted(ledger: Ledger, kind: str) -> None:
    """Raise Refusal where policy has `evidence: {files: refused}` now (DESIGN.md section 4)."""
    if kind == CLAIMS or policy_at(ledger.store, now()).get("files_trusted") != ("refused",):
        return
    raise Refusal(
        "Nothing was taken in.",
        where=kind,
        why="the policy in force refuses what an operator reads in from files",
        cure="Connect the source itself, or adopt a policy with `evidence: {files: accepted}`.",
    )
