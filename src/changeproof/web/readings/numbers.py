"""The number, name and gloss of each check, out of its id and title."""

import re
from dataclasses import dataclass

# The eight signs have no number in their ids; they stand in the order of the criterion's list.
SIGNS = (
    "unauthorized_deployment",
    "untracked_change",
    "requirements_unmet",
    "unattributed_change",
    "overdue_change",
    "configuration_mismatch",
    "no_emergency_path",
    "unlogged_deployment",
)
_NUMBERED = re.compile(r"(?P<number>[0-9]{1,2})_(?P<rest>.+)")


@dataclass(frozen=True)
class CheckName:
    """`8` and `Approval`, `S1` and `Unauthorized deployment`."""

    number: str
    name: str
    order: tuple[int, int, str]


def check_name(check_id: str) -> CheckName:
    """What pages call a check; unknown ids still have a name."""
    folder, _, file = check_id.partition("/")
    if folder == "signs" and file in SIGNS:
        place = SIGNS.index(file) + 1
        return CheckName(f"S{place}", _words(file), (1, place, file))
    found = _NUMBERED.fullmatch(file)
    if folder == "cc8_1" and found:
        number = int(found["number"])
        return CheckName(str(number), _words(found["rest"]), (0, number, file))
    place = {"cc8_1": 0, "signs": 1, "practices": 2, "segregation": 3, "around": 4}.get(folder, 5)
    return CheckName("", _words(file), (place, 99, file))


def _words(file: str) -> str:
    return file.replace("_", " ").capitalize()
