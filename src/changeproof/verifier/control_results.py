"""What was found, by control: split where the control matrix changed within the period.

A change counts in the stretch in which it was first deployed; one of which no time is known counts
in none. Systems and the organisation belong to no stretch and count in each. Nothing is summed.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import Any

from changeproof.events.refusal import Refusal
from changeproof.ledger.controls_read import Stretch, controls_stretches, matrix_of
from changeproof.policy.controls import Control
from changeproof.verifier.html import code, number, section, table, text
from changeproof.verifier.lists import Material
from changeproof.verifier.tabular import utc


@dataclass(frozen=True, slots=True)
class ControlResult:
    """One control of one matrix, with each of its checks' verdicts in that stretch."""

    control: Control
    checks: tuple[tuple[str, dict[str, int]], ...]


@dataclass(frozen=True, slots=True)
class MatrixResults:
    """A matrix and the stretch of the period in which it was in force.

    Without results where its text cannot be read: `unread` says why.
    """

    stretch: Stretch
    results: tuple[ControlResult, ...]
    unread: str = ""


def results_by_control(material: Material) -> tuple[MatrixResults, ...]:
    """Every stretch of the period, oldest first."""
    cover = material.cover
    stretches = controls_stretches(material.store, cover.period_from, cover.period_until)
    told = _tallies(material, stretches)
    found = []
    for place, stretch in enumerate(stretches):
        try:
            matrix = matrix_of(stretch.row, material.texts.get)
        except Refusal as refusal:
            found.append(MatrixResults(stretch, (), f"{refusal.where}: {refusal.why}"))
            continue
        results = tuple(
            ControlResult(
                control,
                tuple(
                    (check, dict(sorted(told[place].get(check, Counter()).items())))
                    for check in control.checks
                ),
            )
            for control in matrix.controls
        )
        found.append(MatrixResults(stretch, results))
    return tuple(found)


def _tallies(material: Material, stretches: tuple[Stretch, ...]) -> list[dict[str, Counter[str]]]:
    """For each stretch: how often each check gave each verdict."""
    begins = [stretch.begins for stretch in stretches]
    times = {member.change: member.deployed_at for member in material.population}
    told: list[dict[str, Counter[str]]] = [{} for _ in stretches]
    for finding in material.findings:
        places = range(len(stretches))
        if finding.subject in times:
            at = times[finding.subject]
            place = -1 if at is None else bisect_right(begins, at) - 1
            places = range(place, place + 1) if place >= 0 else range(0)
        for place in places:
            told[place].setdefault(finding.check_id, Counter())[finding.verdict] += 1
    return told


def results_json(results: tuple[MatrixResults, ...]) -> list[dict[str, Any]]:
    """`controls/results.json`."""
    return [
        {
            "version": each.stretch.row.controls_version,
            "from": each.stretch.begins,
            "until": each.stretch.ends,
            "unread": each.unread,
            "controls": [
                {
                    "control": result.control.id,
                    "owner": result.control.owner,
                    "criteria": list(result.control.criteria),
                    "checks": [
                        {"check": check, "counts": counts} for check, counts in result.checks
                    ],
                }
                for result in each.results
            ],
        }
        for each in results
    ]


def controls_section(results: tuple[MatrixResults, ...]) -> str:
    """The report's part by control: a table for each matrix of the period."""
    body = "".join(_matrix(each) for each in results)
    if not results:
        body = "<p>No control matrix is on record for this period.</p>"
    aside = (
        "The company's measures; split where the matrix changed. The texts are in controls/."
        " Nothing is summed."
    )
    return section("Results by control", aside, body)


def _matrix(each: MatrixResults) -> str:
    row = each.stretch.row
    whose = (
        "initial: nobody adopted it"
        if each.stretch.is_initial
        else f"put forward by {text(row.proposed_by)}, adopted by {text(row.adopted_by)}"
    )
    heading = (
        f"<b>Version {number(row.controls_version)}</b>, in force from {utc(each.stretch.begins)}"
        f" until before {utc(each.stretch.ends)}; {whose}; SHA-256 {code(row.controls)}"
    )
    if each.unread:
        return f"<p>{heading}. Not read: {text(each.unread)}.</p>"
    rows = [
        (
            f"{code(result.control.id)}<br>{text(result.control.wording)}" if place == 0 else "",
            text(result.control.owner) if place == 0 else "",
            code(check),
            *(
                number(counts.get(name, 0) + counts.get(sign, 0))
                for name, sign in (
                    ("deviation", "raised"),
                    ("met", "clear"),
                    ("not_verifiable", ""),
                    ("pending", ""),
                )
            ),
        )
        for result in each.results
        for place, (check, counts) in enumerate(result.checks)
    ]
    heads = (
        *("Control", "Owner", "Check", "Deviations, or raised", "No deviation, or clear"),
        *("Not verifiable", "Pending"),
    )
    return table(heading, heads, rows, numbers=(3, 4, 5, 6))
