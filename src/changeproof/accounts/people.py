"""Adding people, granting and revoking roles, joining accounts: each act an event.

The private row and the event stand or fall together.
"""

import secrets
from collections.abc import Collection, Iterable, Iterator

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from changeproof.accounts.calendar_addresses import end_calendar_address
from changeproof.accounts.holdings import EVERYWHERE, Holding
from changeproof.accounts.models import NAME_LENGTH, DirectoryEntry, DirectoryUser, User
from changeproof.accounts.permissions import administrators, holder_of, holdings_of
from changeproof.events.access import PersonLeft, PersonReturned
from changeproof.events.event import AccountKind, Event
from changeproof.events.people import AccountDeclared, AccountJoined, Role, RoleGranted, RoleRevoked
from changeproof.events.refusal import Refusal
from changeproof.ledger.people import AccountPerson
from changeproof.ledger.service import Recorded, ledger, now
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.directories.person import person_of_address
from changeproof.sources.identities import git_identity

SOURCE = "accounts"
OPERATOR_ADDRESS = "operator@localhost"
# Whoever works on the machine can do everything there; that it stands as grants makes it seen.
# Not approver or deployer: as long as nobody holds such a role on a system, any human may approve
# there, and these grants would end that everywhere.
OPERATOR_ROLES: tuple[Role, ...] = ("requester", "change_manager", "administrator")
_LONGEST_NUMBER = 18  # digits; what is longer no database holds, and reading it takes long
_FIRST_ROLES: tuple[Role, ...] = ("requester",)


def operator() -> User:
    """The user behind the command line of this machine, made at first need, with its grants."""
    found = User.objects.filter(is_operator=True).first()
    if found is not None:
        return found
    with transaction.atomic():
        made, created = User.objects.get_or_create(
            is_operator=True,
            defaults={
                "email": OPERATOR_ADDRESS,
                "display_name": "Operator",
                "password": f"!{secrets.token_hex(20)}",  # none: it signs in by link or passkey
            },
        )
        if created:
            grant_roles(made.account, OPERATOR_ROLES, by=made.account)
    return made


def user_named(word: str) -> User:
    """The user with this e-mail address, account id or number. Raises Refusal."""
    wanted = word.strip().lower().removeprefix("local:user/")
    users = User.objects.filter(is_active=True)
    if wanted == "operator":
        return operator()
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) <= _LONGEST_NUMBER
    by_number = users.filter(pk=int(wanted)) if is_number else None
    found = (users.filter(email=wanted) if by_number is None else by_number).first()
    if found is None:
        raise Refusal(
            "There is no such user.",
            where=word[:200],
            why="nobody who may sign in has this e-mail address or account",
            cure="Add them: changeproof user add",
        )
    return found


@transaction.atomic
def add_user(
    email: str,
    display_name: str,
    roles: Collection[Role] = _FIRST_ROLES,
    *,
    by: str,
    password: str | None = None,
) -> User:
    """Let somebody sign in, with roles on all systems; who is there already gains the roles.

    Commits by their address are theirs from then on, so that they approve none of their own.
    Raises Refusal for an address or name that is none, and for somebody who was locked out.
    """
    address = email.strip().lower()
    name = display_name.strip() or address.partition("@")[0]
    _refuse_bad_address(address, name)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, name, password)
        accounts = (user.account, as_git_knows(address))
        _record(_joined_to_address(address, accounts, by=by))
    elif not user.is_active:
        raise Refusal(
            "The user was not added.",
            where=address,
            why="this user was deactivated, and an ended account does not come back",
            cure="Add the person under another address.",
        )
    grant_roles(user.account, roles, by=by)
    return user


@transaction.atomic
def join_users_of_before() -> int:
    """Say of users whom an earlier version added what is said of each since: that they are who a
    directory means by their address; how many. Their commits were given to the user alone, and a
    directory that tells of the same address would claim them for somebody else.

    In nobody's name: an administrator who said so could not settle a quarrel about them.
    """
    users = {
        user.account: user.email
        for user in User.objects.filter(is_operator=False).order_by("pk")
        if not user.email.endswith("@localhost")  # of a broken glass, or forgotten
    }
    known = {row.account for row in ledger().store.by(AccountPerson, "account", users)}
    joined = [
        event
        for account, address in users.items()
        if account not in known
        for event in _joined_to_address(address, (account,), by=None)
    ]
    _record(joined)
    return len(joined)


def _joined_to_address(
    address: str, accounts: Collection[str], *, by: str | None
) -> Iterator[AccountJoined]:
    """They are who a directory means by this address, whichever of the two tells of them first."""
    pseudonyms = Pseudonyms(ledger().instance.pseudonym_key)
    for account in accounts:
        yield AccountJoined(
            source=SOURCE,
            delivery=secrets.token_hex(16),
            occurred_at=now(),
            effective_at=0,
            actor=by,
            account=account,
            person=person_of_address(pseudonyms, address),
        )


def _refuse_bad_address(address: str, name: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refusal(
            "The user was not added.",
            where=address,
            why="that is no e-mail address",
            cure="Write it like ada@example.com.",
        ) from error
    if len(name) > NAME_LENGTH:
        raise Refusal(
            "The user was not added.",
            where=address,
            why=f"the name is longer than {NAME_LENGTH} characters",
            cure="Shorten it.",
        )


def grant_roles(
    account: str, roles: Iterable[Role], *, by: str, system: str | None = None
) -> Recorded:
    """Record a grant for each role that the account does not hold there already."""
    held = holdings_of([account])[account]
    return _record(
        RoleGranted(
            source=SOURCE,
            delivery=secrets.token_hex(16),
            occurred_at=now(),
            actor=by,
            account=account,
            role=role,
            system=system,
        )
        for role in dict.fromkeys(roles)
        if Holding(role, system or EVERYWHERE) not in held
    )


@transaction.atomic
def revoke_role(account: str, role: Role, *, by: str, system: str | None = None) -> Recorded:
    """Record that it may no longer. Raises Refusal for the last administrator."""
    ledger().log.lock()  # two administrators may revoke each other at once: one comes first
    if role == "administrator" and system is None:
        refuse_last_administrator(account)
    return _record([_revocation(account, role, by, system)])


def refuse_last_administrator(account: str) -> None:
    """Raise Refusal if nobody else could administer the instance."""
    if administrators() == [account]:
        raise Refusal(
            "The last administrator stays.",
            where=account,
            why="without one nobody could grant a role again",
            cure="First make somebody else one: changeproof user add --role administrator",
        )


@transaction.atomic
def deactivate(user: User, *, by: str) -> None:
    """End every role and every way in; what they did stays on record."""
    ledger().log.lock()
    refuse_last_administrator(user.account)
    held = holdings_of([user.account])[user.account]
    _record(_revocation(user.account, role, by, system or None) for role, system in sorted(held))
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.api_tokens.all().delete()
    user.sign_in_links.all().delete()
    end_calendar_address(user)
    end_sessions(user)


@transaction.atomic
def note_departure(user: User, *, by: str) -> Recorded:
    """Deactivate them, and record that they left: what they still do is a deviation from now."""
    deactivate(user, by=by)
    left = PersonLeft(
        source=SOURCE,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        actor=by,
        person=holder_of(user.account),
    )
    return _record([left])


@transaction.atomic
def note_return(user: User, *, by: str) -> Recorded:
    """Record that somebody who left is back: they may sign in anew, with no role of before.

    Password and passkeys of before are gone: who knows or holds them need not be who came back.
    """
    ledger().log.lock()
    user.is_active = True
    user.set_unusable_password()  # a session of before, if one was left, ends with it
    user.save(update_fields=["is_active", "password"])
    Authenticator.objects.filter(user=user).delete()
    back = PersonReturned(
        source=SOURCE,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        actor=by,
        person=holder_of(user.account),
    )
    return _record([back])


def end_sessions(user: User) -> int:
    """Sign the user out of every browser; how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def link_account(user: User, account: str, *, by: str, since: int | None = None) -> Recorded:
    """Record that `account` (of a forge, or an address that signs commits) belongs to the person
    of `user`: from the beginning, or `since` (UTC microseconds), then though it is known already.

    Who approves is compared with who wrote by person, so a link closes a way around that.
    """
    if account.startswith("local:user/"):
        raise Refusal(
            "The account was not linked.",
            where=account,
            why="it is a user of this instance, and one person has one of these",
            cure="Name an account elsewhere, like github:user/583231.",
        )
    if ":" not in account and "@" not in account:
        raise Refusal(
            "The account was not linked.",
            where=account,
            why="it does not say where the account is",
            cure="Write it like github:user/583231, or as an address that signs commits.",
        )
    person = holder_of(user.account)
    account = as_git_knows(account)
    if since is None and has_claimed(account, person):
        return _record([])
    joined = AccountJoined(
        source=SOURCE,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        # It was theirs before somebody said so: what they wrote earlier was theirs too.
        effective_at=since or 0,
        actor=by,
        account=account,
        person=person,
    )
    return _record([joined])


def has_claimed(account: str, person: str) -> bool:
    """Whether this was said before: who is settled not to be it claims nothing new by saying it."""
    joins = ledger().store.by(AccountPerson, "account", [account])
    return account == person or any(row.person == person for row in joins)


def declare_machine(account: str, kind: AccountKind, run_by: User, *, by: str) -> Recorded:
    """Record that `account` is a machine's, and that `run_by` stands behind it.

    It approves nothing, and they approve nothing that it wrote (hard case 4).
    """
    declared = AccountDeclared(
        source=SOURCE,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        actor=by,
        account=as_git_knows(account),
        kind=kind,
        run_by=run_by.account,
    )
    return _record([declared])


def as_git_knows(account: str) -> str:
    """The account of an e-mail address is the one that commits by it get."""
    if "@" not in account or ":" in account:
        return account
    pseudonyms = Pseudonyms(ledger().instance.pseudonym_key)
    return git_identity("", account, pseudonyms).account or account


@transaction.atomic
def forget(user: User, *, by: str) -> None:
    """Take a person's name and address away, here and in the directory; proofs stay whole."""
    if user.is_active:
        deactivate(user, by=by)
    person = holder_of(user.account)
    theirs = [row.account for row in ledger().store.by(AccountPerson, "person", [person])]
    DirectoryEntry.objects.filter(account__in=[*theirs, user.account]).delete()
    SocialAccount.objects.filter(user=user).delete()
    DirectoryUser.objects.filter(user=user).delete()
    user.email = f"forgotten-{user.pk}@localhost"
    user.display_name = ""
    user.set_unusable_password()
    user.save()


def _revocation(account: str, role: Role, by: str, system: str | None) -> RoleRevoked:
    return RoleRevoked(
        source=SOURCE,
        delivery=secrets.token_hex(16),
        occurred_at=now(),
        actor=by,
        account=account,
        role=role,
        system=system,
    )


def _record(events: Iterable[Event]) -> Recorded:
    return ledger().record_events(list(events), collector=SOURCE)
