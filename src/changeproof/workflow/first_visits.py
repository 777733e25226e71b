"""The link by which somebody comes in for the first time.

Where this instance sends mail, it goes to their own address and nobody else sees it. Where it does
not, whoever makes it is shown it, and could come in as them: so the log names who saw it, and a
role that decides is theirs only once a second administrator, who saw no link, confirms that they
came.
"""

from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from changeproof.accounts.asked_roles import open_roles
from changeproof.accounts.links import create_sign_in_link
from changeproof.accounts.models import User
from changeproof.accounts.people import user_named
from changeproof.accounts.permissions import holdings_of, persons_of
from changeproof.alerts.channels import mail, sends_mail
from changeproof.alerts.messages import Message
from changeproof.events.asked_roles import RoleRefused, VisitLinkMade
from changeproof.events.event import Event
from changeproof.events.people import RoleRevoked
from changeproof.events.refusal import Refusal
from changeproof.ledger.service import Ledger
from changeproof.workflow.asked_roles import (
    Wanted,
    ask_or_give,
    needs_two,
    nobodys_second,
    require_manager,
)
from changeproof.workflow.membership import BY_GROUPS, giver_of
from changeproof.workflow.recording import Act, Done, acting
from changeproof.workflow.rulings import MayNot

Way = Literal["shown", "mailed"]
_NOT_MADE = "No link was made."
_SAFER = "Name a mail server (CHANGEPROOF_SMTP): the link then goes to them alone."


@dataclass(frozen=True, slots=True)
class MakeLink:
    """`person` is an e-mail address or an account of somebody who never signed in. `may_show`: this
    door can show a link to one person alone."""

    person: str
    may_show: bool = True


@dataclass(frozen=True, slots=True)
class VisitLink:
    """What came of it; `link` is empty where it was sent by mail."""

    done: Done
    link: str = ""


def make_link(ledger: Ledger, actor: str, command: MakeLink, server: str) -> VisitLink:
    """Make the link, and end those before it. `server` is the address under which a browser
    reaches us. Raises Refusal, MayNot."""
    require_manager(ledger, actor, _NOT_MADE)
    user = user_named(command.person)
    _refuse_known(user)
    if sends_mail():
        return _mailed(ledger, actor, user, server)
    if not command.may_show:
        why = "this instance sends no mail, and no link is shown here"
        cure = f"{_SAFER} Or make it at People, or by changeproof user invite."
        raise Refusal(_NOT_MADE, where="person", why=why, cure=cure)
    with transaction.atomic(), acting(ledger, actor) as act:
        _refuse_known(user)
        waits = _ask_anew(act, user)
        link = create_sign_in_link(user, server)
        note = f"{{{user.account}}} has a link for their first visit; the log says that you saw it."
        done = act.record("", _made(act, user, "shown"), name=user.account, note=note + waits)
        return VisitLink(done, link)


def _mailed(ledger: Ledger, actor: str, user: User, server: str) -> VisitLink:
    """Sent outside the writer's lock: a mail server takes its time."""
    link = create_sign_in_link(user, server)
    text = (
        "An administrator of Changeproof lets you sign in. Your first visit, once and within "
        f"half an hour:\n\n{link}\n\n"
        "Nobody else was shown this link. If you expected none, tell your administrators.\n"
    )
    try:
        mail(user.email, Message("Your first visit to Changeproof", text, {}))
    except OSError as error:  # smtplib's own are of that kind
        user.sign_in_links.all().delete()
        why = f"the mail server did not take it ({type(error).__name__})"
        cure = "Look at CHANGEPROOF_SMTP with: changeproof doctor"
        raise Refusal(_NOT_MADE, where="person", why=why, cure=cure) from error
    with acting(ledger, actor) as act:
        note = f"A link for their first visit was sent to {{{user.account}}}; nobody else saw it."
        return VisitLink(act.record("", _made(act, user, "mailed"), name=user.account, note=note))


def _made(act: Act, user: User, way: Way) -> VisitLinkMade:
    return VisitLinkMade(**act.header, account=user.account, way=way)


def _refuse_known(user: User) -> None:
    if user.last_login is not None or user.is_operator:
        raise Refusal(
            _NOT_MADE,
            where="person",
            why="they signed in already, and a link would let its bearer in as them",
            cure="They sign in by their passkey, password or your sign-on.",
        )


def _ask_anew(act: Act, user: User) -> str:
    """What decides on others waits from now on in the name of whoever sees the link, so that
    another confirms it; what to tell of it. Raises Refusal, MayNot."""
    store, account = act.ledger.store, user.account
    opened = [each for each in open_roles(store) if each.stated.account == account]
    alone = {each.holding for each in opened if each.state == "given alone"}
    held = [
        each for each in sorted(holdings_of([account], act.at)[account]) if needs_two(each.role)
    ]
    if any(
        giver_of(act.ledger, account, each.role, each.system).startswith(BY_GROUPS) for each in held
    ):
        why = "a group lets them decide, and whoever is shown the link could come in as them"
        cure = f"They come in by your sign-on. {_SAFER}"
        raise Refusal(_NOT_MADE, where="person", why=why, cure=cure)
    own = persons_of({act.actor, *(each.stated.asked_by or "" for each in opened)}, act.at)
    others = [
        each
        for each in opened
        if each.state == "waits" and own[each.stated.asked_by or ""] != own[act.actor]
    ]
    again = [each for each in held if each not in alone]
    if not again and not others:
        return ""
    if why := nobodys_second(store, [act.actor]):
        cure = f"Make it by your own name: --user ada@example.com. {_SAFER}"
        raise MayNot(_NOT_MADE, where="person", why=why, cure=cure)
    ended: list[Event] = [RoleRefused(**act.header, asked=each.stated.asked) for each in others]
    ended += [
        RoleRevoked(**act.header, account=account, role=each.role, system=each.system or None)
        for each in again
    ]
    act.record("", *ended)
    for each in dict.fromkeys([*again, *(each.holding for each in others)]):
        ask_or_give(act, Wanted(user, each.role, each.system or None, None, alone=False))
    return " What they decide by waits until a second administrator confirms that they came."
