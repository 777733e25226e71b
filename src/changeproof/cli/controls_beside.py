"""The matrix file of an earlier version, in the instance's directory: no longer read."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger


def left_beside(ledger: "Ledger") -> str:
    """What to do with the file, in words; empty where there is none."""
    file = ledger.instance.controls_file
    if not file.is_file():
        return ""
    return (
        f"{file} is no longer read: the control matrix is adopted by two people and on record."
        " Raise its version above the one that `changeproof controls show` names, put it forward"
        f" (changeproof controls propose {file} --in-force TIME), have a second administrator"
        " adopt it, and move the file away."
    )
