"""From the text of a policy.yaml to a Policy, or to what is wrong with it, line by line."""

from collections.abc import Collection, Iterator

from changeproof.events.refusal import Refusal
from changeproof.policy.checks_named import unknown_checks
from changeproof.policy.deadlines import EmergencyRules
from changeproof.policy.document import POLICY, Place
from changeproof.policy.schema import Policy
from changeproof.policy.shaping import Shape
from changeproof.policy.tests_asked import TestRules

_POLICY = Shape(Policy, POLICY, {"tests": TestRules, "emergency": EmergencyRules})


def read_policy(text: str, file: str, checks: Collection[str] = ()) -> Policy:
    """The policy that `text` states. Raises the first Refusal: line, reason and cure; also for a
    check that it names and that is not in `checks` (empty: not compared)."""
    policy = _POLICY.read(text, file)
    for refusal in unknown_checks(POLICY, text, file, _named(policy), checks):
        raise refusal
    return policy


def policy_refusals(text: str, file: str, checks: Collection[str] = ()) -> tuple[Refusal, ...]:
    """What stands between `text` and a policy, by line; empty when there is nothing."""
    found = _POLICY.refusals(text, file)
    if found:
        return found
    named = _named(_POLICY.read(text, file))
    return tuple(unknown_checks(POLICY, text, file, named, checks))


def _named(policy: Policy) -> Iterator[tuple[Place, str]]:
    """Each check that a policy names, and where."""
    for position, check in enumerate(policy.waivers.checks):
        yield ("waivers", "checks", position), check
    for position, control in enumerate(policy.alternative_controls):
        yield ("alternative_controls", position, "check"), control.check
    for position, announced in enumerate(policy.announced):
        yield ("announced", position, "check"), announced.check
