"""Where policy refuses files, nobody reads in what a system is said to hold."""

import pytest

from changeproof.events.refusal import Refusal
from changeproof.intake.file_trust import require_files_accepted
from changeproof.ledger.service import ledger
from tests.policy.policies import adopted, policy_with


def test_files_are_refused_by_the_policy_in_force_but_never_the_generic_kind(instance):
    require_files_accepted(ledger(), "github")
    refusing = policy_with(("  files: accepted", "  files: refused"), version=2)
    ledger().record_events([adopted(refusing, 1)], collector="test")
    with pytest.raises(Refusal, match="refuses what an operator reads in"):
        require_files_accepted(ledger(), "github")
    require_files_accepted(ledger(), "events")
