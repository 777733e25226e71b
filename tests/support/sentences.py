"""Is what a finding says whole? Laws on every reason, whatever a case expects of it."""

from changeproof.ledger.joined import Finding

_OWE_A_CURE = ("deviation", "not_verifiable", "raised")


def flaws(finding: Finding) -> list[str]:
    """What is wrong with its words; empty for a sound one.

    One empty part makes a whole sentence empty, and an empty name leaves a hole in it. Why and
    cure stand where something is to be cured, and nowhere else.
    """
    said, flawed = finding.reason, list[str]()
    if not said:
        return ["it says nothing"]
    if "{}" in said or "  " in said or said.startswith(" "):
        flawed.append("it has a hole")
    if ".." in said or " ." in said or " ," in said:
        flawed.append("it stops where it should not")
    if not said.endswith("."):
        flawed.append("it does not end")
    owes = finding.verdict in _OWE_A_CURE
    for part in (" Why: ", " Cure: "):
        if (part in said) != owes:
            flawed.append(f"it {'lacks' if owes else 'has'}{part}")
    return flawed
