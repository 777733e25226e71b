"""What the request form offers, and what evidence can fill in of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from changeproof.accounts.callers import Caller
from changeproof.accounts.vocabulary import Permission
from changeproof.events.forges import is_pull, repository_of_pull
from changeproof.events.refusal import Refusal
from changeproof.ledger.joins.systems import read_systems
from changeproof.ledger.policy_read import policy_at
from changeproof.ledger.pulls import PullDescription, PullTicket
from changeproof.ledger.revisions import Revision, RevisionClaim, RevisionRepository
from changeproof.ledger.service import Ledger
from changeproof.web.pages.desk_page import Choice
from changeproof.web.pages.fields import NONE
from changeproof.web.pages.request_page import Choices
from changeproof.web.readings.desk.reading import may_systems
from changeproof.workflow.describing import names
from changeproof.workflow.naming import find_work
from changeproof.workflow.rating import rate, registered, touched_by
from changeproof.workflow.standard_changes import templates_at

_BY_HAND = frozenset({"infrastructure", "pipeline", "configuration"})
_SHOWN_BOXES = 40


@dataclass
class Filled:
    """Values by field, and for each the evidence that it came from."""

    values: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: str | None, evidence: str) -> None:
        """Take a value, unless the field has one."""
        if value and name not in self.values:
            self.values[name] = value
            self.marks[name] = gettext(
                "Filled in from %(evidence)s. Correct it where it is wrong."
            ) % {"evidence": evidence}


def read_choices(held: Ledger, caller: Caller, moment: int) -> Choices:
    """What the form can offer the viewer."""
    store = held.store
    systems = may_systems(held, caller, Permission.CHANGE_REQUEST)
    objectives = {*policy_at(store, moment).get("objective", ()), *registered(store, "objective")}
    return Choices(
        systems=systems,
        reached=_offered(may_systems(held, caller, Permission.CHANGE_READ)),
        objectives=_offered(names("objectives", tuple(sorted(objectives)))),
        data_classes=_offered(registered(store, "data_class")),
        templates=[
            Choice(each.id, each.id, False, each.conditions) for each in templates_at(store, moment)
        ],
    )


def works_named(held: Ledger, links: str) -> list[str]:
    """The work that a text names, with commas between. Raises Refusal."""
    wanted = [each.strip() for each in links.split(",") if each.strip()]
    return list(dict.fromkeys(find_work(held, each) for each in wanted))


def fill_from(held: Ledger, caller: Caller, works: Iterable[str]) -> Filled:
    """What pull requests and revisions tell: title, system, kind, ticket. Only what may be seen."""
    filled, store = Filled(), held.store
    known = read_systems(store)
    for work in works:
        system: str | None
        if is_pull(work):
            system = known.of(repository_of_pull(work))
        else:
            placed = store.by(RevisionRepository, "revision", [work.removeprefix("git:")])
            system = known.of(placed[0].repository) if placed else None
        if not system or not caller.may(Permission.CHANGE_READ, system):
            continue
        if is_pull(work):
            _of_pull(held, work, filled)
        else:
            _of_revision(held, work.removeprefix("git:"), filled)
        evidence = _named(work)
        filled.put("system", system, evidence)
        areas = touched_by(store, [system], "software", [work]).areas
        if areas:
            by_hand = areas <= _BY_HAND
            filled.put(
                "kind",
                "infrastructure" if by_hand else "software",
                gettext("the files of %(evidence)s") % {"evidence": evidence},
            )
    return filled


def rating_so_far(held: Ledger, typed: Mapping[str, str], moment: int) -> str:
    """What policy's rules make of what was typed, in one sentence; empty where nothing."""
    if not typed.get("system"):
        return ""
    try:
        works = works_named(held, typed.get("links", ""))
    except Refusal:
        works = []
    further = [each for each in typed.get("systems", "").split("\n") if each and each != NONE]
    systems = {typed["system"], *further}
    touched = touched_by(held.store, systems, typed.get("kind") or "software", works)
    rating = rate(held.store, moment, touched)
    if rating is None:
        unrated = policy_at(held.store, moment).get("unrated_risk", ("",))[0]
        return (
            gettext("No rule of the policy rates it; left open, it counts as %(unrated)s.")
            % {"unrated": unrated}
            if unrated
            else ""
        )
    return gettext("Rule %(rule)s of the policy rates it %(risk)s: %(because)s.") % {
        "rule": rating.rule,
        "risk": rating.risk,
        "because": rating.because,
    }


def _of_pull(held: Ledger, pull: str, filled: Filled) -> None:
    for row in held.store.by(PullDescription, "pull", [pull]):
        filled.put("title", held.text(row.title), _named(pull))
    tickets = sorted(row.ticket_key for row in held.store.by(PullTicket, "pull", [pull]))
    filled.put("ticket", tickets[0] if tickets else None, _named(pull))


def _of_revision(held: Ledger, revision: str, filled: Filled) -> None:
    for row in held.store.by(Revision, "revision", [revision]):
        filled.put("title", held.text(row.title), _named(f"git:{revision}"))
    claims = held.store.by(RevisionClaim, "revision", [revision])
    tickets = sorted(row.value for row in claims if row.claim == "ticket")
    filled.put("ticket", tickets[0] if tickets else None, _named(f"git:{revision}"))


def _named(work: str) -> str:
    if is_pull(work):
        return gettext("pull request %(number)s") % {"number": work.rpartition("/")[2]}
    return gettext("revision %(revision)s") % {"revision": work.removeprefix("git:")[:7]}


def _offered(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(each, each) for each in list(values)[:_SHOWN_BOXES]]
