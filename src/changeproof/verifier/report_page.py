"""The pack's readable report: one static page, for screen and print.

It repeats what the lists say, in the words of exports, and is computed from the same material.
"""

from collections.abc import Sequence
from typing import Any

from changeproof.ledger.joined import Finding
from changeproof.verifier.html import STYLE, code, facts, number, section, table, text
from changeproof.verifier.lists import (
    CUT_OFF_DAYS,
    Material,
    counts,
    cut_off_rows,
    figures,
    register_rows,
)
from changeproof.verifier.pack_format import POPULATION_QUERY
from changeproof.verifier.reconciliation import Line
from changeproof.verifier.report_surroundings import (
    SHOWN,
    administrators_section,
    checks_section,
    limits_section,
    policies_section,
    reconciliation_section,
    sources_section,
)
from changeproof.verifier.tabular import utc


def report_page(
    material: Material,
    changes: Sequence[dict[str, Any]],
    lines: Sequence[Line],
    query: str,
    by_control: str,
) -> bytes:
    """`index.html`: the same material, the same bytes. `by_control` is a section drawn up."""
    cover = material.cover
    parts = [
        _scope(material),
        _check_it(),
        _population(material, query),
        _results(material),
        by_control,
        _register(material),
        _unseen(material),
        _cut_off(material, changes),
        reconciliation_section(lines),
        sources_section(material),
        policies_section(material),
        administrators_section(material),
        checks_section(material),
        limits_section(),
    ]
    notices = "".join(f'<p class="notice">{text(each)}</p>' for each in cover.notices)
    foot = (
        f"Period {utc(cover.period_from)} until before {utc(cover.period_until)} ·"
        f" as of {utc(cover.as_of)} · log of {number(cover.log_size)} entries,"
        f" root <code>{text(cover.log_root)}</code>"
    )
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width">'
        f"<title>{text(cover.title)}</title><style>{STYLE}</style></head><body>{notices}<main>"
        f'<h1>{text(cover.title)}</h1><p class="lede">{text(cover.statement)}</p>'
        f"<p>{_sentence(material, changes)}</p>"
        f"{''.join(parts)}</main><footer><p>{foot}</p></footer></body></html>\n"
    )
    return page.encode()


def _sentence(material: Material, changes: Sequence[dict[str, Any]]) -> str:
    # The first figure is the one that lists of changes and the page of audits show.
    dated = [row for row in changes if row["deployed_at"] is not None]
    by_points = sum(row["verdict"] == "deviation" for row in dated)
    by_any = sum("deviation" in row["findings"] for row in dated)
    return (
        f"{number(counts(material)['changes'])} changes were first deployed to production in the"
        f" period; {number(by_points)} of them have a deviation from one of the points of CC8.1"
        f" judged here, and {number(by_any - by_points)} more from another check alone."
        " Findings do not add up to an opinion: whether a control operated effectively, the"
        " service auditor concludes."
    )


def _scope(material: Material) -> str:
    cover = material.cover
    systems = ", ".join(counts(material)["by_system"]) or "none"
    body = facts(
        (
            ("Period", f"{utc(cover.period_from)} until before {utc(cover.period_until)}"),
            ("Closed", "no: interim" if cover.interim else "yes"),
            ("Judged as of", utc(cover.as_of)),
            ("Systems with changes", text(systems)),
            ("Categories", "Security (the common criteria); CC8.1 is its subject"),
            ("Policy profile at start", text(cover.profile)),
            ("Log", f"{code(cover.origin)}, {number(cover.log_size)} entries"),
            ("Root", code(cover.log_root)),
            *(
                (f"Version of {name}", text(version))
                for name, version in sorted(cover.versions.items())
            ),
        )
    )
    return section("Scope and period", "What this is about.", body)


def _check_it() -> str:
    body = (
        "<ol><li>On a machine of your own, offline: <code>changeproof verifier FILE --key VKEY"
        "</code>. It hashes every byte, projects the evidence again out of the log's entries and"
        " runs every check again.</li><li>Take the key, and an earlier checkpoint of this log,"
        " from somewhere else than from whoever handed you this file.</li><li>Fetch some source"
        " objects yourself and compare them: the identifiers of pull requests, commits and"
        " deployments lead to them.</li></ol>"
    )
    aside = "It shows that nothing was altered since, not that a source told the truth."
    return section("Check it yourself", aside, body)


def _population(material: Material, query: str) -> str:
    told = counts(material)
    tables = []
    for key, head in (
        ("by_system", "System"),
        ("by_month", "Month (UTC)"),
        ("by_kind", "Kind"),
        ("by_origin", "Origin"),
        ("by_risk", "Risk"),
        ("by_policy_version", "Policy version in force at deployment"),
    ):
        rows = [(text(name), number(count)) for name, count in told[key].items()]
        caption = f"<b>{number(told['changes'])}</b> changes by {head.lower()}"
        tables.append(table(caption, (head, "Changes"), rows, numbers=(1,)))
    rest = (
        f"<p>{number(told['with_an_emergency'])} with a declared emergency."
        f" {number(told['without_a_time'])} more reached production at a time that is not known;"
        " they belong to no period and are listed without one.</p>"
        f"<details><summary>The query as it ran ({text(POPULATION_QUERY)})</summary>"
        f"<pre>{text(query)}</pre></details>"
    )
    aside = "All changes of the period, not a sample. The list: population/changes.csv."
    return section("Population", aside, "".join(tables) + rest)


def _results(material: Material) -> str:
    told = figures(material)
    points = [row for row in told if not row["check"].startswith("signs/")]
    points.sort(key=lambda row: (not row["check"].startswith("cc8_1/"), row["check"]))
    signs = [row for row in told if row["check"].startswith("signs/")]
    rows = []
    for row in points:
        n = row["counts"]
        deviations, unseen = n.get("deviation", 0), n.get("not_verifiable", 0)
        tested = deviations + n.get("met", 0)
        other = n.get("met", 0) - n.get("met_direct", 0)
        rate = f"{number(deviations)} of {number(tested)}"
        if unseen:
            rate += f"; {number(deviations + unseen)} of {number(tested + unseen)}"
            rate += " with those not verifiable"
        cells = (n.get("met_direct", 0), other, unseen, n.get("pending", 0))
        rows.append(
            (
                f"{text(row['title'])}<br>{code(row['check'])}",
                rate,
                *map(number, cells),
                number(n.get("not_applicable", 0)),
            )
        )
    heads = (
        *("Check", "Deviations", "No deviation, direct", "On another basis", "Not verifiable"),
        *("Pending", "Not applicable"),
    )
    body = table(
        f"<b>{number(len(points))}</b> checks on all items; exact, so no size or limit is given",
        heads,
        rows,
        numbers=(2, 3, 4, 5, 6),
    )
    body += table(
        f"<b>{number(len(signs))}</b> indicators of an ineffective process; in no rate",
        ("Indicator", "Raised", "Clear", "Not verifiable"),
        [
            (
                f"{text(row['title'])}<br>{code(row['check'])}",
                *(
                    number(row["counts"].get(name, 0))
                    for name in ("raised", "clear", "not_verifiable")
                ),
            )
            for row in signs
        ],
        numbers=(1, 2, 3),
    )
    aside = "Each check's result on each subject: findings/findings.csv. Nothing is summed."
    return section("Results by check", aside, body)


def _register(material: Material) -> str:
    register = register_rows(material)
    rows = [
        (
            code(row["change"]),
            text(row["system"]),
            utc(row["deployed_at"]),
            "<br>".join(
                f"{code(each['check'])} {text(each['reason'])}" for each in row["attributes"]
            ),
            text((row["cause"] or "not stated").replace("_", " ")),
        )
        for row in register[:SHOWN]
    ]
    body = table(
        f"<b>{number(len(register))}</b> subjects with a deviation{_cut(len(register))}",
        ("Subject", "System", "Deployed (UTC)", "Attributes missed", "Cause, by management"),
        rows,
        marks=["dev"] * len(rows),
    )
    aside = "One record each; a later cure never removes one. All: register/deviations.csv."
    return section("Deviation register", aside, body)


def _unseen(material: Material) -> str:
    unseen: list[Finding] = [row for row in material.findings if row.verdict == "not_verifiable"]
    rows = [(code(row.subject), code(row.check_id), text(row.reason)) for row in unseen[:SHOWN]]
    body = table(
        f"<b>{number(len(unseen))}</b> results not verifiable{_cut(len(unseen))}",
        ("Subject", "Check", "Why"),
        rows,
        marks=["nv"] * len(rows),
    )
    aside = "We could not see. Each needs an alternative procedure, or counts as a deviation."
    return section("Not verifiable", aside, body)


def _cut_off(material: Material, changes: Sequence[dict[str, Any]]) -> str:
    told = cut_off_rows(material, changes)
    body = "".join(
        table(
            f"<b>{number(len(told[key]))}</b> changes in the {words} {CUT_OFF_DAYS} days"
            + _cut(len(told[key])),
            ("Change", "System", "Deployed (UTC)"),
            [
                (code(row["change"]), text(row["system"]), utc(row["deployed_at"]))
                for row in told[key][:SHOWN]
            ],
        )
        for key, words in (("first_days", "first"), ("last_days", "last"))
    )
    aside = "A change belongs to the period of its first production deployment."
    return section("Cut-off", aside, body)


def _cut(count: int) -> str:
    return f"; the first {SHOWN} are shown" if count > SHOWN else ""
