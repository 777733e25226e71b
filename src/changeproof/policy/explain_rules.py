"""The rules of a policy about risk, records, deadlines and exceptions, in plain words."""

from collections.abc import Callable

from changeproof.policy.boards import BoardCondition
from changeproof.policy.durations import Duration
from changeproof.policy.risks import RiskCondition, StandardChange
from changeproof.policy.schema import Policy
from changeproof.policy.values import RISKS, Risk
from changeproof.policy.wording import listed

_HOURS = "it goes live outside business hours"


def of_risk(policy: Policy) -> list[tuple[str, str]]:
    """How risk follows from what a change touches."""
    return [
        ("Risk rule", f"A change is at least {rule.risk} where {_condition(rule.when)}.")
        for rule in policy.risk_rules
    ] + [("Standard change", _standard_change(each)) for each in policy.standard_changes]


def of_people(policy: Policy) -> list[tuple[str, str]]:
    """Roles, owners, duties that exclude each other, who deploys."""
    told = [
        ("Approvers", f"At {risk} risk an approver is {listed(roles, 'or')}.")
        for risk in RISKS
        if (roles := policy.approver_roles.at(risk))
    ]
    if policy.second_factor_at:
        risks = _risks(policy.second_factor_at)
        told.append(("Second factor", f"At {risks} approvals come with one, at the desk."))
    told += _of_the_board(policy)
    if policy.code_owner_approval:
        told.append(("Code owners", "Where files have owners, one of them is an approver."))
    pairs = [f"{_spoken(each.one)} and {_spoken(each.other)}" for each in policy.separate_duties]
    if pairs:
        told.append(("Separate duties", f"Two people are: {'; '.join(pairs)}."))
    for each in policy.deployers:
        who = listed((*each.identities, *each.roles), "or")
        where = listed(each.systems, "and") or "every system"
        into = f" into {listed(each.environments, 'and')}" if each.environments else ""
        told.append(("Deployment", f"{where} is deployed{into} by {who}."))
    return told


def of_records(policy: Policy) -> list[tuple[str, str]]:
    """What is in scope and on record."""
    stages = [
        f"{kind}: {', '.join(getattr(policy.life_cycle, kind))}"
        for kind in ("normal", "standard", "emergency")
    ]
    told = [
        ("Categories", f"In scope: {listed(policy.categories, 'and')}."),
        ("Stages", f"A change passes, by its type: {'; '.join(stages)}."),
        ("Documentation", _by_risk(policy)),
    ]
    if policy.scans_required:
        told.append(("Scans", f"What is deployed was scanned: {', '.join(policy.scans_required)}."))
    if policy.design_required_at:
        told.append(("Design", f"A design is on record at {_risks(policy.design_required_at)}."))
    if policy.post_review_required_at:
        within = policy.cadences.post_review
        told.append(
            (
                "Post-implementation review",
                f"At {_risks(policy.post_review_required_at)} what was achieved is looked at"
                f" within {within}.",
            )
        )
    return told


def of_exceptions(policy: Policy) -> list[tuple[str, str]]:
    """What counts as evidence, what may be waived, what is only announced."""
    may = "may" if policy.evidence.files == "accepted" else "may not"
    told = [("Files", f"An operator {may} read in records from files and git histories.")]
    if policy.evidence.claims == "refused":
        told.append(("Claims", "At the gate an artifact is known by more than an unverified word."))
    if policy.evidence.spooled_times:
        who = listed(policy.evidence.spooled_times, "and")
        told.append(
            ("Spools", f"Reports of {who} that had to wait count from when they were made.")
        )
    if policy.freezes.pass_roles:
        who = listed(policy.freezes.pass_roles, "or")
        told.append(("Freeze", f"While production is frozen, {who} may deploy."))
    if policy.waivers.checks:
        what = listed(policy.waivers.checks, "and")
        told.append(("Waivers", f"{what} may be waived, for {policy.waivers.longest} at most."))
    told += [
        ("Announced", f"{each.check} counts from {each.effective_from} on.")
        for each in policy.announced
    ]
    return told


def of_deadlines(policy: Policy) -> list[tuple[str, str]]:
    """By when incidents, vulnerabilities, alerts and reviews are dealt with."""
    deadlines, patches = policy.deadlines, policy.patch_deadlines
    clock = {
        "published": "it was published",
        "found": "it was found here",
        "fix_available": "there was a fix",
    }[patches.clock]
    opened = policy.patch_changes
    told = [
        (
            "Incidents",
            "The change that mends one begins within "
            f"{_times(deadlines.incident_change_within.at)}.",
        ),
        (
            "Vulnerabilities",
            f"Mended after {clock} within {_times(patches.at)};"
            f" {patches.known_exploited} if known to be exploited."
            + (
                f" A change is requested by itself {opened.ahead} before, at"
                f" {_risks(opened.severities)} severity, if nothing is meant to remove it."
                if opened.severities
                else ""
            ),
        ),
        (
            "Answers",
            f"A deviation is looked at within {deadlines.deviation_review_within}, an alert about"
            f" drift answered within {deadlines.drift_answer_within}, and the access of somebody"
            f" who left removed within {deadlines.leaver_removed_within}.",
        ),
        ("Cadences", _cadences(policy)),
    ]
    told += [
        ("Escalation", f"A decision that nobody gave is asked of {each.to} after {each.after}.")
        for each in policy.escalation
    ]
    if policy.counts_business_time:
        hours = policy.business_hours
        off = len(hours.holidays)
        told.append(
            (
                "Business time",
                f"{hours.opens} to {hours.closes} ({hours.zone}) on {listed(hours.days, 'and')},"
                f" but for {off} holiday{'' if off == 1 else 's'}.",
            )
        )
    return told


def _of_the_board(policy: Policy) -> list[tuple[str, str]]:
    board = policy.board
    if not board.asked_for:
        return []
    return [
        (
            "Advisory board",
            f"{board.quorum} of the board ({listed(board.members, 'or')}) vote on what is"
            f" {'; or on what is '.join(_board_condition(each) for each in board.asked_for)}.",
        )
    ]


def _board_condition(when: BoardCondition) -> str:
    parts = []
    if when.risks:
        parts.append(f"of {listed(when.risks, 'or')} risk")
    if when.systems:
        parts.append(f"on {listed(when.systems, 'or')}")
    if when.kinds:
        parts.append(f"a change to {listed(when.kinds, 'or')}")
    if when.areas:
        parts.append(f"touching {listed([_spoken(each) for each in when.areas], 'or')}")
    if when.data_classes:
        parts.append(f"near {listed(when.data_classes, 'or')} data")
    return " and ".join(parts)


def _condition(when: RiskCondition) -> str:
    parts = []
    if when.systems:
        parts.append(f"its system is {listed(when.systems, 'or')}")
    if when.areas:
        parts.append(f"it touches {listed([_spoken(each) for each in when.areas], 'or')}")
    if when.data_classes:
        parts.append(f"its system holds {listed(when.data_classes, 'or')} data")
    if when.kinds:
        parts.append(f"it changes {listed(when.kinds, 'or')}")
    if when.paths_over is not None:
        parts.append(f"a commit of it changes more than {when.paths_over:,} files")
    if when.hours is not None:
        parts.append(_HOURS)
    return listed(parts, "and")


def _standard_change(each: StandardChange) -> str:
    where = f" on {listed(each.systems, 'or')}" if each.systems else ""
    who = f" by {listed(each.authors, 'or')}" if each.authors else ""
    areas = listed([_spoken(area) for area in each.areas], "and")
    tests = "with" if each.tests_required else "without"
    return f"{each.id}: what touches {areas} only{where}{who} is approved, {tests} tests."


def _by_risk(policy: Policy) -> str:
    by_parts: dict[str, list[str]] = {}
    for risk in RISKS:
        parts = listed([_spoken(each) for each in policy.documentation.at(risk)], "and")
        by_parts.setdefault(parts or "nothing", []).append(risk)
    told = [f"at {listed(risks, 'and')} risk {parts}" for parts, risks in by_parts.items()]
    return f"On record are {'; '.join(told)}."


def _risks(risks: tuple[Risk, ...]) -> str:
    return f"{listed(risks, 'and')} risk"


def _times(at: Callable[[Risk], Duration]) -> str:
    return ", ".join(f"{at(risk)} ({risk})" for risk in reversed(RISKS))


def _cadences(policy: Policy) -> str:
    named = {
        name: getattr(policy.cadences, name)
        for name in type(policy.cadences).model_fields
        if name != "post_review"
    }
    told = ", ".join(f"{_spoken(name)} {time}" for name, time in named.items())
    return f"Again after: {told}."


def _spoken(word: str) -> str:
    return word.replace("_", " ")
