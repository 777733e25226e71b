"""Whose an account is that several persons claim: somebody else settles it."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from changeproof.accounts.asked_roles import second_persons
from changeproof.accounts.models import User
from changeproof.accounts.people import as_git_knows
from changeproof.accounts.permissions import claims_of, holder_of, may, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.events.people import AccountSettled
from changeproof.events.refusal import Refusal
from changeproof.ledger.holders import claimants
from changeproof.ledger.people import AccountPerson
from changeproof.ledger.service import Ledger
from changeproof.ledger.store import Store
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.directories.person import person_of_address
from changeproof.workflow.asked_roles import MACHINE, is_machine
from changeproof.workflow.parts import humans_among, not_human
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.rulings import MayNot

_NOT_SETTLED = "Whose account it is was not settled."


@dataclass(frozen=True, slots=True)
class SettleAccount:
    """`account` is `person`'s: an e-mail address, an account of theirs, or as the record names
    them. `since` (UTC microseconds): the other one had it until then; None: they never had."""

    account: str
    person: str
    since: int | None = None


def settle_account(ledger: Ledger, actor: str, command: SettleAccount) -> Done:
    """Record whose it is; not by one of them, nor by whoever joined it. Raises Refusal, MayNot."""
    why = not_human(ledger.store, actor)
    if not may(actor, Permission.ACCOUNT_MANAGE):
        why = "whose an account is, is for administrators to say"
    if why:
        raise MayNot(_NOT_SETTLED, why=why, cure="Ask an administrator.")
    with transaction.atomic(), acting(ledger, actor) as act:
        account = as_git_knows(command.account.strip())
        persons = claimants(claims_of([account])).get(account)
        if persons is None:
            raise Refusal(
                _NOT_SETTLED,
                where="account",
                why="no two persons claim it",
                cure="Name one that the check segregation/one_holder tells of.",
            )
        if why := is_party(ledger.store, actor, account, persons, act.at):
            cure = "Ask another administrator; on the host, say so by your own name (--user …)."
            raise MayNot(_NOT_SETTLED, where="account", why=why, cure=cure)
        person = _claimant(ledger, command.person, persons)
        others = tuple(sorted(persons - {person}))
        _refuse_since(act, command.since, others)
        settled = AccountSettled(
            **act.header, effective_at=command.since, account=account, person=person, others=others
        )
        note = f"{{{account}}} is theirs; what it touches is judged again."
        return act.record("", settled, name=account, note=note)


def is_party(store: Store, actor: str, account: str, persons: Collection[str], at: int) -> str:
    """Why `actor` does not say whose it is, of whom these persons claim; empty if they may."""
    joins = store.by(AccountPerson, "account", [account])
    others = {account, *(row.joined_by for row in joins if row.joined_by)}
    # Who quarrels with a claimant about another account may be that claimant.
    counting = persons_of({actor, *others}, at)
    is_one = counting[actor] in {counting[each] for each in others}
    if is_one or holder_of(actor, at) in persons:
        return "you claim it yourself, or said whose it is"
    # Whoever works on the host may be one of them; where nobody else can, the entry names the host.
    if is_machine(actor) and humans_among(store, second_persons(store, *others, *persons)):
        return MACHINE
    return ""


def _refuse_since(act: Act, since: int | None, others: tuple[str, ...]) -> None:
    why = ""
    if since is not None and since > act.at:
        why = "that is still to come"
    elif since is not None and len(others) > 1:
        why = "more than one other claims it, and who had it before is not known"
    if why:
        raise Refusal(_NOT_SETTLED, where="since", why=why, cure="Leave it out, or correct it.")


def _claimant(ledger: Ledger, word: str, persons: frozenset[str]) -> str:
    """One of `persons`. Raises Refusal."""
    named = word.strip()
    meant = {named, holder_of(named)}
    if "@" in named and ":" not in named:
        pseudonyms = Pseudonyms(ledger.instance.pseudonym_key)
        meant.add(person_of_address(pseudonyms, named.lower()))
        user = User.objects.filter(email=named.lower()).first()
        if user is not None:
            meant.add(holder_of(user.account))
    found = persons & meant
    if len(found) != 1:
        raise Refusal(
            _NOT_SETTLED,
            where="person",
            why="they do not claim it",
            cure=f"Name one of: {', '.join(sorted(persons))}.",
        )
    return next(iter(found))
