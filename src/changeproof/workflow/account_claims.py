"""Whose an account is that several persons claim: somebody else settles it."""

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
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.directories.person import person_of_address
from changeproof.workflow.asked_roles import MACHINE, is_machine
from changeproof.workflow.parts import named, not_human
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
        joins = ledger.store.by(AccountPerson, "account", [account])
        _refuse_a_party(act, account, persons, {row.joined_by for row in joins})
        person = _claimant(ledger, command.person, persons)
        others = tuple(sorted(persons - {person}))
        _refuse_since(act, command.since, others)
        settled = AccountSettled(
            **act.header, effective_at=command.since, account=account, person=person, others=others
        )
        note = f"{{{account}}} is theirs; what it touches is judged again."
        return act.record("", settled, name=account, note=note)


def _refuse_a_party(
    act: Act, account: str, persons: frozenset[str], joined_by: set[str | None]
) -> None:
    others = {account, *(each for each in joined_by if each)}
    # Who quarrels with a claimant about another account may be that claimant.
    counting = persons_of({act.actor, *others}, act.at)
    is_party = counting[act.actor] in {counting[each] for each in others}
    if is_party or holder_of(act.actor, act.at) in persons:
        raise MayNot(
            _NOT_SETTLED,
            where="account",
            why="you claim it yourself, or said whose it is",
            cure="Ask another administrator.",
        )
    # Whoever works on the host may be one of them; where nobody else can, the entry names the host.
    able = second_persons(act.ledger.store, *others, *persons)
    if is_machine(act.actor) and able:
        cure = (
            f"Ask one of: {named(able[:5])}; or say so by your own name (--user ada@example.com)."
        )
        raise MayNot(_NOT_SETTLED, where="account", why=MACHINE, cure=cure)


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
