"""Rules that remember: which of them covers what would open a case."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from changeproof.ledger.case_rules import CaseRule
from changeproof.ledger.case_rules_read import rules_at
from changeproof.ledger.joined import (
    Change,
    Deployment,
    DeploymentRevision,
    Implementation,
    RevisionImplementation,
)
from changeproof.ledger.joins.changes import ACT
from changeproof.ledger.production_acts import ProductionAct
from changeproof.ledger.pulls import PullOpened
from changeproof.ledger.revisions import RevisionAuthor, RevisionTouch
from changeproof.ledger.store import Store
from changeproof.ledger.subjects_known import SYSTEM
from changeproof.monitor.causes import Raised

ITEM = "item:"


@dataclass(frozen=True, slots=True)
class _About:
    """What a rule's scope is held against."""

    system: str
    paths: frozenset[str]
    accounts: frozenset[str]


def covered(store: Store, found: Collection[Raised], moment: int) -> dict[Raised, str]:
    """Those of `found` that an approved rule in force keeps from opening a case, and its name."""
    rules = [each.stated for each in rules_at(store, moment) if each.outcome == "in force"]
    named = {rule.check_id for rule in rules}
    asked = [each for each in found if each.check in named]
    if not asked:
        return {}
    about = _read(store, {each.subject for each in asked})
    covering = {}
    for each in asked:
        held = [rule.rule for rule in rules if _covers(rule, each, about[each.subject])]
        if held:
            covering[each] = min(held)
    return covering


def _covers(rule: CaseRule, found: Raised, about: _About) -> bool:
    return (
        rule.check_id == found.check
        and rule.system in (None, about.system)
        and _any(rule.path, about.paths)
        and _any(rule.account, about.accounts)
    )


def _any(pattern: str | None, names: Iterable[str]) -> bool:
    """Every one of `names`, of which there is one at least, is what the pattern says: a rule about
    a robot does not cover what a person did along with it."""
    held = list(names)
    return pattern is None or (bool(held) and all(fnmatchcase(name, pattern) for name in held))


def _said(name: str | None) -> tuple[str, ...]:
    return (name,) if name else ()


def _read(store: Store, subjects: Collection[str]) -> dict[str, _About]:
    systems = {row.change_id: row.system for row in store.by(Change, "change_id", subjects)}
    works: dict[str, str] = {
        row.implementation: row.change_id for row in store.by(Implementation, "change_id", subjects)
    }
    revisions = {
        row.revision: works[row.implementation]
        for row in store.by(RevisionImplementation, "implementation", works)
    }
    paths: dict[str, set[str]] = {subject: set() for subject in subjects}
    accounts: dict[str, set[str]] = {subject: set() for subject in subjects}
    for touch in store.by(RevisionTouch, "revision", revisions):
        paths[revisions[touch.revision]].add(touch.area)
    for author in store.by(RevisionAuthor, "revision", revisions):
        accounts[revisions[author.revision]].add(author.account)
    for pull in store.by(PullOpened, "pull", works):
        accounts[works[pull.pull]].update(_said(pull.author))
    acts = {work.removeprefix(ACT): change for work, change in works.items()}
    for act in store.by(ProductionAct, "act", acts):
        accounts[acts[act.act]].update(_said(act.account))
        paths[acts[act.act]].update(_said(act.item))
    for subject in subjects:
        if subject.startswith(ITEM):
            path = subject.removeprefix(ITEM)
            paths[subject].add(path)
            systems.setdefault(subject, path.partition("/")[0])
    put_in = {
        row.deployment: revisions[row.revision]
        for row in store.by(DeploymentRevision, "revision", revisions)
        if row.direction == 1
    }
    for deployment in store.by(Deployment, "deployment", {*put_in, *works}):
        change = put_in.get(deployment.deployment) or works[deployment.deployment]
        accounts[change].update(_said(deployment.triggered_by or deployment.account))
    return {
        subject: _About(
            systems.get(subject, subject.removeprefix(SYSTEM)),
            frozenset(paths[subject]),
            frozenset(accounts[subject]),
        )
        for subject in subjects
    }
