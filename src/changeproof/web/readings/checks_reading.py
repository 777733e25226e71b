"""The checks with their figures, and one check: words, figures, deviations, policy, query."""

import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext, gettext_noop

from changeproof.checks.loader import Check
from changeproof.events.refusal import Refusal
from changeproof.ledger.receipts import PolicyInForce
from changeproof.ledger.receipts import PolicyParameter as Parameter
from changeproof.ledger.service import Ledger
from changeproof.policy.said import as_words, said_of
from changeproof.policy.schema import Policy
from changeproof.web.pages.check_row import NOTHING_OPEN
from changeproof.web.pages.checks_page import (
    CheckPage,
    ChecksPage,
    Meaning,
    PolicyParameter,
    SystemFigures,
)
from changeproof.web.readings.catalogue import check_groups, checks_by_id
from changeproof.web.readings.check_subjects import (
    count_occurrences,
    read_occurrences,
    read_unseen,
)
from changeproof.web.readings.frame_reading import policy_words
from changeproof.web.readings.log_reading import data_words
from changeproof.web.readings.numbers import check_name
from changeproof.web.readings.open_items import read_open_items
from changeproof.web.readings.policies_read import policy_of
from changeproof.web.readings.population import (
    Population,
    default_period,
    read_population,
)
from changeproof.web.states import state
from changeproof.web.times import DAY, HOUR, MINUTE, day, duration
from changeproof.web.visibility import Systems

_RISKS = ("low", "medium", "high", "critical")
_LENGTHS = re.compile(r"(^emergency\..*_within|^settle|^unexplained_for|_within$)")
_MEANINGS = (
    (
        "deviation",
        gettext_noop("what was found is not as the point asks; it stays, whatever is done later"),
    ),
    (
        "not_verifiable",
        gettext_noop("a source was silent, or never connected; it stands apart in every rate"),
    ),
    ("pending", gettext_noop("it waits for a deadline, or for the first production deployment")),
    (
        "met",
        gettext_noop(
            "the evidence shows it; compensating, late or waived ones are named and counted"
        ),
    ),
    ("not_applicable", gettext_noop("the point does not concern this change")),
)
_SIGN_MEANINGS = (
    ("raised", gettext_noop("an event is on record that such a process would have prevented")),
    ("not_verifiable", gettext_noop("what would show it could not be seen")),
    ("clear", gettext_noop("the evidence shows no such event")),
)


def read_checks_page(held: Ledger, moment: int, systems: Systems) -> ChecksPage:
    """All checks over the period."""
    found = read_population(held, default_period(held, moment), systems)
    checks = checks_by_id()
    opened = read_open_items(held, found, list(checks), moment, systems)
    return ChecksPage(
        changes=found.changes,
        period_start=found.period.start,
        period_end=min(found.period.end, moment),
        groups=check_groups(found, opened.by_check(), list(checks.values())),
        month_names=found.period.names,
        judged_at=found.judged_at,
        policy=policy_words(held, moment),
    )


def read_check_page(held: Ledger, name: str, moment: int, systems: Systems) -> CheckPage | None:
    """One check; None where there is none of this id."""
    check = checks_by_id().get(name)
    if check is None:
        return None
    matter = check.matter
    found = read_population(held, default_period(held, moment), systems)
    # A sign is open where a deviation of any other check is.
    asked = list(checks_by_id()) if matter.is_sign else [name]
    opened = read_open_items(held, found, asked, moment, systems)
    said = check_name(name)
    tally = found.tally(name)
    is_change = matter.subject == "change"
    return CheckPage(
        id=name,
        number=said.number,
        name=said.name,
        sentence=f"{matter.title}.",
        supports=_supports(check),
        severity=matter.severity,
        checks=matter.checks,
        checks_not=matter.does_not_check,
        meanings=tuple(
            Meaning(state(verdict), gettext(text))
            for verdict, text in (_SIGN_MEANINGS if matter.is_sign else _MEANINGS)
        ),
        figures=tally.figures,
        changes=found.changes if is_change else tally.figures.seen,
        period_start=found.period.start,
        period_end=min(found.period.end, moment),
        judged_at=found.judged_at,
        by_system=tuple(_by_system(found, name, is_change=is_change)),
        months=tally.months_of(found.period) if is_change else (),
        occurrences=read_occurrences(held, check, opened, systems),
        occurrences_total=count_occurrences(held, check, systems),
        unseen=read_unseen(held, check, found),
        parameters=tuple(_parameters(held, matter.policy)),
        sql=_query(check.sql),
        sql_file=check.file.rpartition("/")[2],
        re_perform=tuple(_steps(matter.re_perform)),
        open_today=opened.by_check().get(name, NOTHING_OPEN),
        is_sign=matter.is_sign,
        data=data_words(held),
        subject="change" if is_change else matter.subject,
    )


def _supports(check: Check) -> str:
    name = check_name(check.id)
    if check.matter.is_sign:
        return gettext("a sign of an ineffective process")
    if name.number:
        return gettext("supports %(criterion)s, point %(number)s of 18") % {
            "criterion": check.matter.criterion,
            "number": name.number,
        }
    return gettext("supports %(criterion)s") % {"criterion": check.matter.criterion}


def _by_system(found: Population, name: str, *, is_change: bool) -> Iterator[SystemFigures]:
    for (check, system), tally in sorted(found.systems.items()):
        if check == name:
            changes = found.by_system[system] if is_change else tally.figures.seen
            yield SystemFigures(system or gettext("the organisation"), changes, tally.figures)


def _parameters(held: Ledger, names: Sequence[str]) -> Iterator[PolicyParameter]:
    """Each parameter's value in each policy, where the value changed."""
    policies = sorted(held.store.all(PolicyInForce), key=lambda row: row.policy_version)
    rows = held.store.by(
        Parameter, "policy_version", [policy.policy_version for policy in policies]
    )
    values: dict[tuple[int, str], list[str]] = {}
    for row in sorted(rows, key=lambda row: (row.parameter, row.position)):
        values.setdefault((row.policy_version, row.parameter), []).append(row.value)
    written = _as_written(held, policies)
    for name in names:
        spelled = _spelled(name, {parameter for _, parameter in values})
        told: list[tuple[str, PolicyInForce]] = []
        for policy in policies:
            said = written.get(policy.policy_version)
            text = said_of(said, name) if said is not None else None
            text = text or _value(spelled, policy.policy_version, values)
            if not told or told[-1][0] != text:
                told.append((text, policy))
        for place, (text, policy) in enumerate(told):
            until = told[place + 1][1].in_force_from if place + 1 < len(told) else None
            yield PolicyParameter(name, text, _in_force(policy.in_force_from, until))


def _as_written(held: Ledger, policies: Sequence[PolicyInForce]) -> dict[int, Policy]:
    """The policies whose text is kept, by version: they say "3 business days", values do not."""
    texts = held.texts(policy.policy for policy in policies)
    written = {}
    for policy in policies:
        try:
            written[policy.policy_version] = policy_of(texts[policy.policy])
        except (KeyError, Refusal):
            continue
    return written


def _spelled(name: str, known: set[str]) -> list[str]:
    """A family such as `approvals_required` stands for its members, by risk."""
    if name in known:
        return [name]
    members = [f"{name}.{risk}" for risk in _RISKS if f"{name}.{risk}" in known]
    return members or sorted(each for each in known if each.startswith(f"{name}.")) or [name]


def _value(spelled: Sequence[str], version: int, values: dict[tuple[int, str], list[str]]) -> str:
    parts = []
    for name in spelled:
        held = values.get((version, name), [])
        words = ", ".join(_words(name, value) for value in held) or gettext("nothing named")
        member = name.rpartition(".")[2]
        parts.append(
            gettext("%(words)s at %(member)s") % {"words": words, "member": member}
            if len(spelled) > 1
            else words
        )
    return "; ".join(parts)


def _words(name: str, value: str) -> str:
    if _LENGTHS.search(name) and value.isdecimal():
        length = int(value)
        for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
            if length and length % size == 0:
                number = length // size
                return f"{number} {unit}{'' if number == 1 else 's'}"
        return duration(length)
    return {"true": "yes", "false": "no"}.get(value) or as_words(value)


def _in_force(since: int, until: int | None) -> str:
    begin = (
        gettext("since always (initial)")
        if since <= 0
        else gettext("from %(since)s") % {"since": day(since)}
    )
    return (
        begin
        if until is None
        else gettext("%(begin)s, until %(until)s") % {"begin": begin, "until": day(until)}
    )


def _query(sql: str) -> str:
    """The file without its front matter, which the page says in words."""
    return sql.partition("*/")[2].strip("\n") if sql.lstrip().startswith("/*") else sql


def _steps(text: str) -> Iterator[str]:
    """The sentences of the front matter, one step each."""
    for step in re.split(r";\s+|(?<=\.)\s+(?=[A-Z])", text):
        plain = step.strip().rstrip(".")
        if plain:
            yield f"{plain[:1].upper()}{plain[1:]}."
