"""From the text of a policy.yaml to a Policy, or to what is wrong with it, line by line."""

from changeproof.events.refusal import Refusal
from changeproof.policy.deadlines import EmergencyRules
from changeproof.policy.document import POLICY
from changeproof.policy.schema import Policy
from changeproof.policy.shaping import Shape
from changeproof.policy.tests_asked import TestRules

_POLICY = Shape(Policy, POLICY, {"tests": TestRules, "emergency": EmergencyRules})


def read_policy(text: str, file: str) -> Policy:
    """The policy that `text` states. Raises the first Refusal: line, reason and cure."""
    return _POLICY.read(text, file)


def policy_refusals(text: str, file: str) -> tuple[Refusal, ...]:
    """What stands between `text` and a policy, by line; empty when there is nothing."""
    return _POLICY.refusals(text, file)
