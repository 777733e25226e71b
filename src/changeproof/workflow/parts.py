"""Who took which part in a change, by person: second accounts and the agents people run count."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from changeproof.accounts.permissions import persons_of
from changeproof.events.forges import is_pull
from changeproof.ledger.break_glass import BreakGlassUse
from changeproof.ledger.joined import Change, Implementation, RevisionImplementation
from changeproof.ledger.joins.completing import completed
from changeproof.ledger.people import AccountDeclaration, AccountKindRow
from changeproof.ledger.pulls import PullHead, PullHeadPusher, PullMerge, PullOpened
from changeproof.ledger.requests import ChangeRelation, ChangeRequest, Emergency
from changeproof.ledger.revisions import PushRevision, Revision, RevisionAuthor
from changeproof.ledger.steps import StepPlan
from changeproof.ledger.store import Store

SHOWN = 7


@dataclass(slots=True)
class Parts:
    """For each person: what they did, in words, each once and in order."""

    by_person: dict[str, list[str]] = field(default_factory=dict)

    def of(self, person: str) -> tuple[str, ...]:
        return tuple(self.by_person.get(person, ()))

    @property
    def persons(self) -> frozenset[str]:
        return frozenset(self.by_person)


@dataclass(slots=True)
class _Acts:
    """Accounts and what each did, before they are resolved to persons."""

    pairs: list[tuple[str, str]] = field(default_factory=list)

    def say(self, account: str | None, what: str) -> None:
        if account and (account, what) not in self.pairs:
            self.pairs.append((account, what))


def parts_in(store: Store, change: str, at: int) -> Parts:
    """Requester, authors, co-authors and pushers of a change, who planned its steps, who requested
    another that shares its work, it was split from or that was merged into it, and who runs those
    of them that are agents or services, as persons of that day.

    Merging is not writing: a merge's own commit and push make nobody an author or pusher.
    """
    acts = _Acts()
    works = [row.implementation for row in store.by(Implementation, "change_id", [change])]
    _of_requests(store, change, works, acts)
    _of_relatives(store, change, acts)
    for plan in store.by(StepPlan, "change_name", [change]):
        acts.say(plan.account, "planned its steps")
    _of_pulls(store, [name for name in works if is_pull(name)], acts)
    _of_revisions(store, works, acts)
    _behind(store, acts)
    return _by_person(acts, at)


def _of_requests(store: Store, change: str, works: Collection[str], acts: _Acts) -> None:
    """Who asked for the change, and for every other that the same work carries.

    Else two people who cite one pull request in a request each would decide for one another.
    """
    for requested in store.by(ChangeRequest, "change_name", [change]):
        acts.say(requested.requested_by, "requested it")
    for completion in completed(store, [change]).get(change, ()):
        acts.say(completion.account, "completed it, for which nobody else asked")
    for row in store.by(Change, "change_id", [change]):
        if row.origin != "requested":
            acts.say(row.requested_by, "opened it")
    for emergency in store.by(Emergency, "change_name", [change]):
        acts.say(emergency.declared_by, f"declared {emergency.emergency}")
    shared = {row.change_id for row in store.by(Implementation, "implementation", works)}
    for requested in store.by(ChangeRequest, "change_name", shared - {change}):
        acts.say(
            requested.requested_by,
            f"requested {requested.change_name}, which the same work carries",
        )
    for name, completions in completed(store, shared - {change}).items():
        for completion in completions:
            acts.say(completion.account, f"completed {name}, which the same work carries")


def _of_relatives(store: Store, change: str, acts: _Acts) -> None:
    """Who asked for it under another number: it was split from that one, or that one was merged
    into it. Else a request could be handed to a colleague's number, and decided by its requester.
    """
    said = {
        row.other_name: "of which it is a part"
        for row in store.by(ChangeRelation, "change_name", [change])
        if row.relation == "split_from"
    } | {
        row.change_name: "which asks for the same"
        for row in store.by(ChangeRelation, "other_name", [change])
        if row.relation == "duplicates"
    }
    for requested in store.by(ChangeRequest, "change_name", said):
        name = requested.change_name
        acts.say(requested.requested_by, f"requested {name}, {said[name]}")
    for name, completions in completed(store, said).items():
        for completion in completions:
            acts.say(completion.account, f"completed {name}, {said[name]}")


def _of_pulls(store: Store, pulls: Collection[str], acts: _Acts) -> None:
    for row in store.by(PullOpened, "pull", pulls):
        acts.say(row.author, "opened its pull request")
    for pushed in store.by(PullHeadPusher, "pull", pulls):
        acts.say(pushed.account, f"pushed {pushed.revision[:SHOWN]}")


def _of_revisions(store: Store, works: Collection[str], acts: _Acts) -> None:
    owned = {
        row.revision: row.implementation
        for row in store.by(RevisionImplementation, "implementation", works)
    }
    pulls = [name for name in works if is_pull(name)]
    for head in store.by(PullHead, "pull", pulls):
        owned.setdefault(head.revision, head.pull)
    merged = {row.revision for row in store.by(PullMerge, "pull", pulls) if row.revision}
    merged |= {
        row.revision
        for row in store.by(Revision, "revision", owned)
        if row.complete and row.parent_count > 1
    }
    heads = {row.revision for row in store.by(PullHead, "pull", pulls)}
    for row in store.by(RevisionAuthor, "revision", owned):
        if row.part == "author" and row.revision in merged - heads:
            continue
        words = "wrote" if row.part == "author" else "co-authored"
        acts.say(row.account, f"{words} {row.revision[:SHOWN]}")
    for listing in store.by(PushRevision, "revision", owned):
        # What a merge brings to the protected branch was pushed by whoever merged.
        through_pull = is_pull(owned[listing.revision])
        if through_pull and listing.revision in merged - heads:
            continue
        if through_pull and listing.after_revision in merged - heads:
            continue
        acts.say(listing.pusher, f"pushed {listing.revision[:SHOWN]}")


def _behind(store: Store, acts: _Acts) -> None:
    """Who stands behind the agents and services that took part."""
    accounts = {account for account, _ in acts.pairs}
    run_by = {
        row.account: row.run_by
        for row in store.by(AccountDeclaration, "account", accounts)
        if row.run_by
    }
    for account, what in list(acts.pairs):
        if account in run_by:
            acts.say(run_by[account], f"runs {{{account}}}, which {what}")


def _by_person(acts: _Acts, at: int) -> Parts:
    persons = persons_of({account for account, _ in acts.pairs}, at)
    parts = Parts()
    for account, what in acts.pairs:
        held = parts.by_person.setdefault(persons[account], [])
        if what not in held:
            held.append(what)
    return parts


def kind_of_account(store: Store, account: str) -> str:
    """`human`, `bot`, `agent` or `service`: what was declared, else how it presents itself."""
    return kinds_of_accounts(store, [account])[account]


def kinds_of_accounts(store: Store, accounts: Collection[str]) -> dict[str, str]:
    """The kinds of many accounts, in two queries."""
    kinds = dict.fromkeys(accounts, "human")
    kinds |= {
        row.account: row.kind
        for row in store.by(AccountKindRow, "account", accounts)
        if not row.claimed  # anybody may write a commit in their name
    }
    return kinds | {
        row.account: row.kind for row in store.by(AccountDeclaration, "account", accounts)
    }


def humans_among(store: Store, accounts: Collection[str]) -> list[str]:
    """Those of these accounts that are no program's."""
    kinds = kinds_of_accounts(store, accounts)
    return [each for each in accounts if kinds[each] == "human"]


def not_human(store: Store, account: str) -> str:
    """Why an account may not decide although its roles would do: it is a program's. Empty for a
    human's."""
    if kind_of_account(store, account) == "human":
        return ""
    return f"{{{account}}} is no human's account, and a human decides"


def broken_glass(store: Store, accounts: Collection[str]) -> str:
    """Why two accounts are no two people although their names differ: one of them broke the glass,
    and nobody knows whose second account that is. Empty where none did."""
    broke = {row.account for row in store.by(BreakGlassUse, "account", accounts)}
    return f"{named(broke)} broke the glass, and is nobody's second person" if broke else ""


def named(accounts: Iterable[str]) -> str:
    """Accounts as placeholders that page and terminal fill."""
    return ", ".join(f"{{{account}}}" for account in sorted(accounts))
