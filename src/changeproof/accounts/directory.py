"""People and groups as the company's directory keeps them here, over SCIM.

Each act is recorded: whose account it is, which roles its groups give, that somebody left or came
back. Back are those whom the directory itself had let go; whom an administrator here locked out
stays out, whatever it repeats.
"""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from changeproof.accounts.group_roles import BY_DIRECTORY, given_by_groups, standing_group_roles
from changeproof.accounts.mapped_roles import keep_roles_as_mapped
from changeproof.accounts.models import DirectoryGroup, DirectoryUser, User
from changeproof.accounts.people import add_user, link_account, note_departure, note_return
from changeproof.accounts.permissions import holder_of
from changeproof.events.refusal import Refusal
from changeproof.ledger.access import Departure
from changeproof.ledger.people import AccountPerson
from changeproof.ledger.service import ledger, now
from changeproof.sources.directories.person import addresses

MOST_MEMBERS = 20_000


class Taken(Refusal):
    """It contradicts what is here already (HTTP 409)."""


@transaction.atomic
def keep_user(document: dict[str, Any], *, by: str, number: str | None = None) -> DirectoryUser:
    """Note what the directory says of somebody, new or known as `number`, and act on it.

    `document` holds userName, and optionally name, displayName, emails, externalId and active,
    spelled as in RFC 7643. Raises Taken, and Refusal for whom this instance cannot take.
    """
    ledger().log.lock()  # of two requests at once the second sees what the first did
    at = timezone.now()
    kept = DirectoryUser.objects.filter(pk=number).first() if number else None
    if kept is None:
        kept = DirectoryUser(pk=str(uuid.uuid4()), version=0, created_at=at)
    name = str(document["userName"]).strip().lower()
    if not name:
        raise Refusal(
            "The user was not kept.", where="userName", why="it is blank", cure="Send one."
        )
    if DirectoryUser.objects.filter(user_name=name).exclude(pk=kept.pk).exists():
        raise _taken("another user has this userName", "Give each their own.")
    was_away = kept.version > 0 and kept.document.get("active") is False
    kept.user_name, kept.document = name, document
    kept.version, kept.modified_at = kept.version + 1, at
    _act(kept, by, was_away=was_away)
    kept.save()
    if kept.user is not None and kept.user.is_active:
        _keep_roles([kept])
    return kept


@transaction.atomic
def remove_user(kept: DirectoryUser, *, by: str) -> None:
    """They are gone from the directory: so they left."""
    if kept.user is not None and kept.user.is_active:
        note_departure(kept.user, by=by)
    kept.delete()


@transaction.atomic
def keep_group(
    name: str,
    members: Collection[str],
    *,
    external_id: str = "",
    number: str | None = None,
) -> DirectoryGroup:
    """Note a group and who is in it, by numbers of users; roles follow. Raises Refusal."""
    ledger().log.lock()
    at = timezone.now()
    group = DirectoryGroup.objects.filter(pk=number).first() if number else None
    if group is None:
        group = DirectoryGroup(pk=str(uuid.uuid4()), version=0, created_at=at)
    before = set(group.members.values_list("pk", flat=True)) if group.version else set()
    wanted = set(members)
    if len(wanted) > MOST_MEMBERS:
        raise _refused(f"it has more than {MOST_MEMBERS:,} members", "Send smaller groups.")
    found = list(DirectoryUser.objects.filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise _refused("a member is no user that is here", "Send the users first.")
    group.display_name, group.external_id = name, external_id
    group.version, group.modified_at = group.version + 1, at
    group.save()
    group.members.set(found)
    _keep_roles(DirectoryUser.objects.filter(pk__in=before | wanted))
    return group


@transaction.atomic
def remove_group(group: DirectoryGroup) -> None:
    """It gives nothing any more."""
    ledger().log.lock()
    members = list(group.members.all())
    group.delete()
    _keep_roles(members)


def keep_roles_of_group(name: str) -> None:
    """What the group gives was settled anew: its members hold that from now on."""
    _keep_roles(DirectoryUser.objects.filter(directory_groups__display_name=name).distinct())


def _act(kept: DirectoryUser, by: str, *, was_away: bool) -> None:
    """Bring the account here in line with the document."""
    document = kept.document
    stays = document.get("active") is not False
    known = addresses(*_ordered(document.get("emails")), document.get("userName"))
    if kept.user is not None and not kept.user.is_active and stays:
        if not was_away:
            raise _taken(
                "an administrator here let this user go, and the directory did not",
                "Deactivate them there, and activate them again if they are to come back.",
            )
        note_return(kept.user, by=by)
    since: int | None = None
    if kept.user is None and known:
        kept.user = _account_for(kept, known[0], stays=stays, by=by)
        if kept.user is not None and not kept.user.is_active and stays:
            note_return(kept.user, by=by)
            since = now()
    if kept.user is None or not kept.user.is_active:
        return
    for account in (str(kept), *known):
        link_account(kept.user, account, by=by, since=since)
    if not stays:
        note_departure(kept.user, by=by)


def _account_for(kept: DirectoryUser, address: str, *, stays: bool, by: str) -> User | None:
    """The user with this address, made if there is none; nobody is made who has not begun."""
    user = User.objects.filter(email=address).first()
    if user is None:
        return add_user(address, _name(kept.document), (), by=by) if stays else None
    if user.is_operator:
        raise _taken("this is the account of the machine", "Leave it out of the directory.")
    if DirectoryUser.objects.filter(user=user).exists():
        raise _taken("another user has this address", "Give each their own.")
    if not user.is_active and stays and not _deleted_by_directory(user):
        raise _taken(
            "an administrator here let the user with this address go, and the directory did not",
            "Create them not active, and activate them then, if they are to come back.",
        )
    return user


def _deleted_by_directory(user: User) -> bool:
    """Whether the directory kept them once, and said that they left. A user that it deleted is in
    the way of no new one (RFC 7644, section 3.6): it is the same person, who is back. Nobody whom
    it keeps is let go here by hand, so the departure was its own."""
    store, person = ledger().store, holder_of(user.account)
    joined = any(
        row.account.startswith("scim:user/") for row in store.by(AccountPerson, "person", [person])
    )
    return joined and bool(store.by(Departure, "person", [person]))


def _keep_roles(members: Iterable[DirectoryUser]) -> None:
    adopted = standing_group_roles(ledger().store)
    for member in members:
        if member.user is not None and member.user.is_active:
            names = member.directory_groups.values_list("display_name", flat=True)
            wanted = given_by_groups(
                adopted, BY_DIRECTORY, settings.ISSUERS.directory, frozenset(names)
            )
            keep_roles_as_mapped(member.user.account, wanted, by=BY_DIRECTORY)


def _ordered(emails: object) -> list[object]:
    """The values of addresses, the primary one first."""
    held = [each for each in emails if isinstance(each, dict)] if isinstance(emails, list) else []
    held.sort(key=lambda each: each.get("primary") is not True)
    return [each.get("value") for each in held]


def _name(document: dict[str, Any]) -> str:
    name = document.get("name") or {}
    parts = [name.get("givenName"), name.get("familyName")]
    shown = document.get("displayName") or name.get("formatted")
    return str(shown or " ".join(each for each in parts if each))[:200]


def _taken(why: str, cure: str) -> Taken:
    return Taken("The user was not kept.", where="scim", why=why, cure=cure)


def _refused(why: str, cure: str) -> Refusal:
    return Refusal("The group was not kept.", where="scim", why=why, cure=cure)
