"""An event of every type about registers: systems, items, incidents, vulnerabilities, access."""

from typing import Protocol

from changeproof.events import (
    access,
    acquisitions,
    acts,
    asked_roles,
    assessments,
    baselines,
    break_glass,
    cases,
    controls,
    deployments,
    documents,
    group_roles,
    incidents,
    inventory,
    oversight,
    production_acts,
    receipts,
    requests,
    scans,
    seats,
    steps,
    systems,
    vulnerabilities,
    waivers,
)
from changeproof.events.event import Event
from changeproof.policy.controls import controls_text

MINUTE = 60_000_000
CONSOLE = {"source": "trail", "system": "shop", "environment": "production"}
DESK = {"source": "desk"}
BEFORE, AFTER, OTHER = "a" * 64, "b" * 64, "c" * 64


class Teller(Protocol):
    """What collects events (`small_company.History`)."""

    def text(self, words: str) -> str: ...

    def say(
        self, event: type[Event], at: int | None, actor: str | None = None, **said: object
    ) -> None: ...


def tell_registers(history: Teller, at: int, who: str, other: str, revision: str) -> None:
    """All of them, from `at` on; `who` acts and `other` decides. The change is CHG-2026-0001."""
    change = "CHG-2026-0001"
    _about_the_change(history, at, who, other, revision, change)
    _about_production(history, at, who, other, change)
    _about_incidents(history, at, who, other, change)
    _about_oversight(history, at, who, other)
    _about_auditors(history, at, who, other)
    _about_cases(history, at, who, other, change)
    _about_documents(history, at, who, other)
    _about_steps(history, at, who, other)
    _later_policy(history, at, other)
    _control_matrices(history, at, who, other)


def _about_cases(history: Teller, at: int, who: str, other: str, change: str) -> None:
    say, text = history.say, history.text
    of_it = {"case": "case:1"}
    approval = {"check": "cc8_1/08_approval"}
    mine = {"source": "monitor"}
    say(cases.CaseExtended, at, **mine, **of_it, **approval, subjects=(change,))
    say(cases.CaseReopened, at, **mine, **of_it, **approval, subject=change)
    say(cases.CaseTaken, at, who, **DESK, **of_it, owner=who, due_at=at + 9 * MINUTE)
    say(cases.CaseCommented, at, who, **DESK, **of_it, text=text("Looking into it"))
    say(cases.RevertAwaited, at, who, **DESK, **of_it, reason=text("Taken back"))
    searched = {"query": text("SELECT"), "checks": ("cc8_1/08_approval",), "found": text("None")}
    say(cases.LikeSearched, at, who, **DESK, **of_it, **searched, population=1_261, hits=0)
    explained = {"cause": "omission", "extent": "isolated", "because": text("Nobody asked")}
    say(cases.DeviationExplained, at, who, **DESK, **of_it, **explained, response=text("Trained"))
    ended = {"outcome": "linked", "linked": change, "reason": text("Requested afterwards")}
    say(acts.CaseResolved, at + MINUTE, who, **DESK, **of_it, **ended)
    rule = {"owner": who, "ends_at": at + 9 * MINUTE, "reason": text("Known")}
    say(cases.CaseRuleRequested, at, who, **DESK, rule="rule:1", **of_it, **approval, **rule)
    say(cases.CaseRuleAnswered, at, other, **DESK, rule="rule:1", answer="approved")
    say(cases.CaseExcluded, at, **mine, rule="rule:1", **approval, subject=change)
    say(cases.CaseRuleEnded, at + MINUTE, other, **DESK, rule="rule:1")


def _later_policy(history: Teller, at: int, other: str) -> None:
    """One that counts in business time, in force long after everything here."""
    put_forward = {
        **DESK,
        "policy_version": 2,
        "policy": history.text("version: 2"),
        "in_force_from": at + 10**6 * MINUTE,
    }
    history.say(receipts.PolicyProposed, at, **put_forward)
    history.say(
        receipts.PolicyAdopted,
        at,
        other,
        **put_forward,
        parameters={
            "risk_rule/1/area": ("migration",),
            "business.used": ("true",),
            "business.opens": ("09:00",),
            "business.closes": ("17:00",),
            "business.days": ("Monday",),
            "business.years": ("2026", "2026"),
            "business.offset_from": ("0",),
            "business.offset": ("0",),
        },
    )


def _control_matrices(history: Teller, at: int, who: str, other: str) -> None:
    """The shipped one, then one that gives a control another owner."""
    shipped = controls_text()
    history.say(
        controls.ControlsAdopted,
        None,
        source="controls",
        controls_version=1,
        controls=history.text(shipped),
    )
    edited = shipped.replace("version: 1\n", "version: 2\n").replace("Head of Quality", "Testers")
    put_forward = {
        **DESK,
        "controls_version": 2,
        "controls": history.text(edited),
        "in_force_from": at + MINUTE,
    }
    history.say(controls.ControlsProposed, at, who, **put_forward)
    history.say(controls.ControlsAdopted, at, other, **put_forward, proposed_by=who)


def _about_the_change(
    history: Teller, at: int, who: str, other: str, revision: str, change: str
) -> None:
    say = history.say
    named = {**DESK, "change": change}
    say(
        assessments.ChangeAssessed,
        at,
        who,
        **named,
        topic="systems",
        answer="addressed",
        items=("shop", "billing"),
    )
    say(assessments.ChangeDocumented, at, who, **named, part="back_out", digest=BEFORE)
    for moment in ("before", "after"):
        say(
            assessments.TotalsRecorded,
            at,
            who,
            **named,
            measure="orders",
            moment=moment,
            value="1042",
        )
    say(requests.TemplateClaimed, at, who, **named, template="dependency-update")
    say(
        acquisitions.SoftwareAcquired,
        at,
        who,
        **named,
        vendor="Example",
        product="queue",
        origin="digest",
    )
    asked = {
        "check": "cc8_1/07_testing",
        "subject": change,
        "begins_at": at,
        "ends_at": at + 9 * MINUTE,
    }
    said = {"reason": history.text("No time"), "compensation": history.text("Watched closely")}
    say(waivers.WaiverRequested, at, who, **DESK, waiver="waiver:1", **asked, **said)
    say(waivers.WaiverGranted, at, other, **DESK, waiver="waiver:1", **asked)
    say(waivers.WaiverRequested, at, who, **DESK, waiver="waiver:2", **asked, **said)
    say(waivers.WaiverRefused, at, other, **DESK, waiver="waiver:2", reason=history.text("No"))
    say(waivers.WaiverEnded, at + MINUTE, other, **DESK, waiver="waiver:1")
    say(scans.ScanRan, at, source="scanner", revision=revision, kind="secrets", open_findings=0)


def _about_production(history: Teller, at: int, who: str, other: str, change: str) -> None:
    say = history.say
    say(
        systems.SystemRegistered,
        at,
        who,
        **DESK,
        system="shop",
        owner="person:1",
        data_classes=("cards",),
        depends_on=("billing",),
        categories=("availability",),
        version_pattern="shop-{version}",
    )
    say(
        systems.EnvironmentRegistered,
        at,
        who,
        **DESK,
        system="shop",
        environment="production",
        purpose="production",
        boundary="cluster-1",
    )
    say(
        requests.ChangeRelated,
        at,
        who,
        **DESK,
        change=change,
        other="CHG-OTHER",
        relation="relates",
    )
    say(
        assessments.FileAttached,
        at,
        who,
        **DESK,
        change=change,
        digest=AFTER,
        name=history.text("plan.pdf"),
        media_type="application/pdf",
        size=9,
    )
    say(
        production_acts.ItemProposed,
        at,
        who,
        **{**CONSOLE, **DESK},
        change=change,
        item="limits",
        before_digest=BEFORE,
        after_digest=AFTER,
    )
    say(
        production_acts.ItemAuthorized,
        at,
        other,
        **{**CONSOLE, **DESK},
        change=change,
        item="limits",
        after_digest=AFTER,
    )
    say(baselines.BaselineProposed, at, who, **{**CONSOLE, **DESK}, item="limits", digest=BEFORE)
    say(
        baselines.BaselineApproved,
        at,
        other,
        **{**CONSOLE, **DESK},
        item="limits",
        digest=BEFORE,
        proposed_by=who,
    )
    act = {**CONSOLE, "kind": "infrastructure", "item": "limits"}
    say(
        production_acts.ProductionActed,
        at + MINUTE,
        who,
        **act,
        act="act-1",
        change=change,
        before_digest=BEFORE,
        after_digest=AFTER,
    )
    say(production_acts.ProductionActed, at + MINUTE, who, **act, act="act-2", after_digest=OTHER)
    say(production_acts.ProductionActed, at + MINUTE, **act, act="act-3", automatic=True)
    fields = history.text('{"most": 9}')
    limits = {**CONSOLE, "item": "limits", "digest": AFTER}
    say(deployments.StateObserved, at + MINUTE, **limits, fields=fields)


def _about_incidents(history: Teller, at: int, who: str, other: str, change: str) -> None:
    say = history.say
    incident = {**DESK, "incident": "INC-7"}
    say(requests.IncidentOpened, at, **incident, system="shop", severity="high")
    say(incidents.IncidentDecided, at, other, **incident, needs_change=True)
    say(incidents.IncidentLinked, at, who, **incident, change=change)
    weakness = {"source": "scanner", "vulnerability": "shop/CVE-2026-1"}
    found = {**weakness, "advisory": "CVE-2026-1", "severity": "medium", "system": "shop"}
    say(vulnerabilities.VulnerabilityFound, at, **found)
    say(vulnerabilities.VulnerabilityFound, at + MINUTE, **found)
    say(vulnerabilities.VulnerabilityFound, at, **found, aliases=("GHSA-1",), fixed_in=("2.0",))
    say(vulnerabilities.AdvisoryExploited, at, source="kev", advisory="CVE-2026-1", catalogue="KEV")
    say(
        vulnerabilities.VulnerabilityScored,
        at + MINUTE,
        **weakness,
        severity="critical",
        known_exploited=True,
    )
    say(vulnerabilities.VulnerabilityLinked, at, who, **weakness, change=change)
    say(vulnerabilities.VulnerabilityEnded, at + 5 * MINUTE, who, **weakness, outcome="fixed")


def _about_auditors(history: Teller, at: int, who: str, other: str) -> None:
    seat = {**DESK, "seat": "SEAT-2026-0001"}
    end = at + 10**6 * MINUTE
    period = {"period_from": at, "period_until": end, "ends_at": end}
    engagement = {"account": "local:user/90", "engagement": "SOC 2", "systems": ("shop",)}
    history.say(seats.AuditorSeatGiven, at, who, **seat, **period, **engagement)
    history.say(seats.AuditorSeatEnded, at + MINUTE, other, **seat)
    history.say(access.PersonReturned, at + MINUTE, who, **DESK, person="local:user/92")
    mapping = {**DESK, "mapping": "GRP-2026-0001"}
    gives = {"provider": "scim:directory", "group": "payments-approvers", "role": "approver"}
    history.say(group_roles.GroupRoleProposed, at, who, **mapping, **gives, system="shop")
    history.say(group_roles.GroupRoleAdopted, at + MINUTE, other, **mapping)
    file = history.text("[]")
    history.say(group_roles.GroupRolesPinned, at, None, **DESK, pinned=file, mappings=0)
    history.say(group_roles.GroupRoleEnded, at + 2 * MINUTE, who, **mapping)
    asked = {**DESK, "asked": "ROL-2026-0001", "account": "local:user/92", "role": "approver"}
    history.say(asked_roles.RoleAsked, at, who, **asked)
    history.say(asked_roles.RoleConfirmed, at + MINUTE, other, **DESK, asked="ROL-2026-0001")
    history.say(asked_roles.RoleRefused, at + 2 * MINUTE, who, **DESK, asked="ROL-2026-0001")
    visit = {**DESK, "account": "local:user/92", "way": "shown"}
    history.say(asked_roles.VisitLinkMade, at, who, **visit)
    use = {**DESK, "use": "BG-2026-0001", "reason": history.text("Nobody could sign in")}
    history.say(break_glass.BreakGlassUsed, at, who, **use, account="local:user/91", ends_at=end)
    history.say(break_glass.BreakGlassReviewed, at + MINUTE, other, **use, outcome="justified")


def _about_documents(history: Teller, at: int, who: str, other: str) -> None:
    version = {**DESK, "document": "releasing", "document_version": "1"}
    change = "CHG-2026-0001"
    history.say(
        documents.DocumentVersionProposed,
        at,
        who,
        **version,
        change=change,
        system="shop",
        kind="runbook",
        title="How we release",
        text=history.text("1. Tell everybody."),
        review_every=10**6 * MINUTE,
        roles=("approver",),
        accounts=(who,),
        acknowledge_within=10**6 * MINUTE,
    )
    history.say(documents.DocumentPutInForce, at + MINUTE, who, **version, change=change)
    history.say(documents.DocumentReviewed, at + 2 * MINUTE, other, **version, outcome="kept")


def _about_steps(history: Teller, at: int, who: str, other: str) -> None:
    plan = history.text("Stop the queue\nRestore")
    change = {**DESK, "change": "CHG-2026-0001"}
    step = {**change, "plan": plan, "step": 1}
    history.say(steps.StepsPlanned, at, who, **change, text=plan, steps=2)
    history.say(steps.StepReported, at + MINUTE, who, **step, outcome="failed")
    history.say(steps.StepFailureDecided, at + 2 * MINUTE, other, **step, decision="go_on")


def _about_oversight(history: Teller, at: int, who: str, other: str) -> None:
    say = history.say
    granted = {**DESK, "account": who, "access": "deploy", "system": "shop"}
    say(access.AccessGranted, at, other, **granted, effective_at=at - MINUTE)
    no_more = history.text("No longer on call")
    say(access.AccessEnded, at + MINUTE, other, **granted, reason=no_more)
    reviewed = {**DESK, "review": "ACR-2026-0001"}
    say(access.AccessReviewOpened, at, who, **reviewed, system="shop", due_at=at + 9 * MINUTE)
    say(
        access.AccessReviewed,
        at + MINUTE,
        other,
        **{**granted, **reviewed},
        outcome="keep",
        reason=history.text("Still on call"),
    )
    say(access.PersonLeft, at + MINUTE, other, **DESK, person="person:3")
    say(oversight.ReviewHeld, at, other, **DESK, topic="process")
    say(oversight.DocumentAcknowledged, at, who, **DESK, document="policy", document_version="1")
    say(
        oversight.ControlPerformed,
        at,
        who,
        **DESK,
        activity="restore_test",
        system="shop",
        outcome="passed",
    )
    say(oversight.DetectionRaised, at, source="scanner", detection="drift:1", kind="drift")
    say(oversight.DetectionAnswered, at, who, **DESK, detection="drift:1", outcome="expected")
    say(
        inventory.InventoryTaken,
        at,
        source="cmdb",
        inventory="github",
        kind="repository",
        items=("shop/web", "shop/forgotten"),
    )
    say(inventory.ScopeDecided, at, other, **DESK, item="shop/forgotten", in_scope=False)
