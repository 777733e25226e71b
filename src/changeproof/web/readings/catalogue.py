"""The loaded checks as pages group them: points, signs, practices, duties, what is around."""

from collections.abc import Sequence
from dataclasses import dataclass

from changeproof.checks.loader import Check, load_checks
from changeproof.web.counting import count
from changeproof.web.pages.check_row import (
    POINTS_HEADING,
    SIGNS_HEADING,
    CheckGroup,
    CheckRow,
    OpenToday,
)
from changeproof.web.readings.numbers import check_name
from changeproof.web.readings.population import Population


@dataclass(frozen=True)
class _Group:
    folder: str
    title: str
    heading: str
    population: str = ""


_GROUPS = (
    _Group("cc8_1", "Points", POINTS_HEADING),
    _Group("signs", "Signs", SIGNS_HEADING),
    _Group("practices", "Practices", "Practices around the points"),
    _Group("segregation", "Duties", "Duties that different people must hold"),
    _Group("around", "Around", "Around the changes: protections of each system", "systems"),
    _Group("custom", "Own", "The company’s own checks"),
)


def checks_by_id() -> dict[str, Check]:
    """The checks of this process, loaded once."""
    return {check.id: check for check in load_checks().checks}


def check_row(check: Check, found: Population, opened: OpenToday) -> CheckRow:
    """One check's line: name, figures and months of the period, what is open."""
    name = check_name(check.id)
    tally = found.tally(check.id)
    return CheckRow(
        id=check.id,
        number=name.number,
        name=name.name,
        gloss=gloss_of(check),
        figures=tally.figures,
        open_today=opened,
        months=() if check.matter.subject != "change" else tally.months_of(found.period),
        is_sign=check.matter.is_sign,
    )


def gloss_of(check: Check) -> str:
    """The title as it goes on behind a name."""
    title = check.matter.title
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def check_groups(
    found: Population, opened: dict[str, OpenToday], checks: Sequence[Check]
) -> tuple[CheckGroup, ...]:
    """All checks in their groups; a group without a check is left out."""
    groups = []
    for group in _GROUPS:
        members = sorted(
            (check for check in checks if check.matter.group == group.folder),
            key=lambda check: check_name(check.id).order,
        )
        if not members:
            continue
        rows = tuple(
            check_row(check, found, opened.get(check.id, OpenToday())) for check in members
        )
        heading = group.heading.format(number=len(rows))
        population = count(len(found.named_systems), "system") if group.population else ""
        groups.append(CheckGroup(heading, rows, group.title, population))
    return tuple(groups)
