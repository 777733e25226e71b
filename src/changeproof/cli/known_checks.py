"""The checks that a policy or a control matrix may name."""

from pathlib import Path

from changeproof.cli.opening import set_up


def known_checks(data: Path) -> list[str]:
    """Ids of the checks that ship and of the company's own; there need be no instance yet."""
    set_up(data)  # the settings say where the company's own are
    from changeproof.checks.loader import load_checks

    return [each.id for each in load_checks().checks]
