"""Whoever is asked to decide is told so, in the rhythm that they chose.

The sweep compares what waits for each person with what they were told: something new is queued,
what somebody else decided meanwhile is not told any more. Without a mail server nothing is sent,
and an administrator passes the links on.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import quote

from django.conf import settings

from changeproof.accounts.asked_roles import StandingRole, open_roles
from changeproof.accounts.holdings import EVERYWHERE, Holding, allows
from changeproof.accounts.models import User
from changeproof.accounts.permissions import holdings_of, persons_of
from changeproof.accounts.vocabulary import Permission
from changeproof.alerts.asked_links import Asked, asked_path, digest_asked
from changeproof.alerts.case_notices import SEE, OpenCase, open_cases, said_of_cases
from changeproof.alerts.channels import mail
from changeproof.alerts.health import dead_paths
from changeproof.alerts.links import server_url
from changeproof.alerts.messages import (
    ASKED_ROLE,
    BREAK_GLASS,
    GIVEN_ALONE,
    Message,
    to_person,
)
from changeproof.alerts.models import Choice, Outgoing
from changeproof.alerts.needed import (
    APPROVE,
    AUTHORIZE,
    DECIDE,
    NEEDS,
    RESOLVE,
    REVIEW,
    Deciding,
    Needed,
    deciding,
    read_needed,
)
from changeproof.alerts.notices import Notice, named
from changeproof.alerts.outbox import (
    SECOND,
    claimed,
    enqueue,
    enqueue_for,
    notice_of,
    put_off,
    settle,
)
from changeproof.alerts.rhythms import due_at
from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal, WrongUsage
from changeproof.ledger.break_glass import unreviewed
from changeproof.ledger.joined import Change
from changeproof.ledger.judgements import Alert
from changeproof.ledger.service import Ledger, now

logger = logging.getLogger(__name__)

Wish = Literal["at_once", "daily", "none"]
WISHES: tuple[Wish, ...] = get_args(Wish)
USUAL: Wish = "at_once"
"""What holds for whoever chose nothing."""
GATHERING = 600 * SECOND
"""After a message, a person's next one gathers for so long."""
LATE_AFTER = 24 * 3600 * SECOND
"""A case that nobody resolved for so long is told to the change managers as well."""
_MOST = 300
"""Of each kind of decision, the newest: nobody reads more of them in a mail."""
_WORDS = {
    DECIDE: "Go on, or back out after a failed step of",
    RESOLVE: "Resolve the case of",
    REVIEW: "Review afterwards",
    AUTHORIZE: "Authorize",
    APPROVE: "Approve",
}
_URGENT = ("escalation", "break_glass", "alert_path")
"""Kinds that come at once, whatever somebody chose."""
_ALWAYS = ("break_glass", "alert_path")
"""Kinds that administrators are told of, even where somebody chose never to be told."""
PASSED_ON = "by hand"
"""The channel, where a person passed a link on."""

SendMail = Callable[[str, Message], None]


@dataclass(frozen=True)
class _Person:
    """Somebody who may be told; `_known` keeps what they may on which system."""

    account: str
    person: str
    wish: Wish
    holdings: frozenset[Holding]
    _known: dict[tuple[Permission, str], bool] = field(default_factory=dict)

    def may(self, permission: Permission, system: str) -> bool:
        key = (permission, system)
        if key not in self._known:
            self._known[key] = allows(self.holdings, permission, system)
        return self._known[key]

    @property
    def owns(self) -> bool:
        """Whether they administer everything here."""
        return Holding("administrator", EVERYWHERE) in self.holdings

    def manages(self, system: str) -> bool:
        """Whether lateness there is theirs to know of."""
        wanted = {Holding("change_manager", EVERYWHERE), Holding("change_manager", system)}
        return not wanted.isdisjoint(self.holdings)


def wish_of(user: User) -> Wish:
    """How this user wants to be told."""
    found = Choice.objects.filter(user=user).first()
    return _wish(found.rhythm) if found is not None else USUAL


def choose(user: User, word: str, moment: int) -> Wish:
    """Remember it, for what waits already too. Raises Refusal for another word."""
    if word not in WISHES:
        raise WrongUsage(
            "Nothing was changed.",
            where="rhythm",
            why="it is none of the three",
            cure=f"Choose one of: {', '.join(WISHES)}.",
        )
    wish = _wish(word)
    Choice.objects.update_or_create(user=user, defaults={"rhythm": wish})
    waiting = Outgoing.objects.filter(recipient=user.account, given_up_at=None)
    if wish == "none":
        waiting.exclude(kind__in=_ALWAYS).delete()
    else:
        waiting.exclude(kind__in=_URGENT).update(rhythm=wish, next_at=due_at(wish, moment))
    return wish


def sweep_persons(ledger: Ledger, moment: int) -> int:
    """Queue what waits for people and was not told them; how many things that is."""
    persons = _persons()
    needed = read_needed(ledger, NEEDS, _MOST)
    known = deciding(ledger, needed)
    late = [each for group in needed.values() for each in group if _is_late(each, moment)]
    cases = open_cases(ledger.store, _MOST)
    broken = [*_broken(ledger), *(notice for _, notice in dead_paths(moment))]
    asked = open_roles(ledger.store)
    wanted = {
        person.account: [
            *_notices(person, needed, late, known),
            *_of_cases(person, cases, moment),
            *([*broken, *_roles_for(person, asked)] if person.owns else ()),
        ]
        for person in persons
    }
    names = {each.case for notices in wanted.values() for each in notices}
    told = {(row.account, row.case_id) for row in ledger.store.by(Alert, "case_id", names)}
    waiting = _waiting()
    queued = 0
    with ledger.database.transaction():
        gone = Outgoing.objects.exclude(recipient="").exclude(recipient__in=list(wanted))
        gone.delete()
        for person in persons:
            mine = wanted[person.account]
            _forget(person.account, waiting[person.account] - {each.case for each in mine})
            fresh = [
                each
                for each in mine
                if (person.account, each.case) not in told
                and each.case not in waiting[person.account]
            ]
            urgent = [each for each in fresh if each.kind in _URGENT]
            others = [each for each in fresh if each.kind not in _URGENT]
            enqueue_for(person.account, urgent, "at_once", moment)
            if person.wish != "none":
                enqueue_for(person.account, others, person.wish, moment)
            queued += len(fresh)
        _tell_channels(ledger, late, known, moment)
    return queued


def send_to_persons(ledger: Ledger, send: SendMail = mail, moment: int | None = None) -> int:
    """Send what is due to people, one mail each; how many things were told or given up."""
    if not settings.MAIL.configured:
        return 0
    at = now() if moment is None else moment
    due = Outgoing.objects.exclude(recipient="").filter(given_up_at=None, next_at__lte=at)
    groups = sorted(set(due.values_list("recipient", "rhythm")))
    return sum(_send(ledger, account, rhythm, send, at) for account, rhythm in groups)


def pass_on(ledger: Ledger, account: str, actor: str) -> int:
    """Somebody told this person by other means; how many things that was. Raises Refusal."""
    rows = list(Outgoing.objects.filter(recipient=account, given_up_at=None).order_by("pk"))
    if not rows:
        raise Refusal(
            "Nothing was recorded.",
            where=account[:60],
            why="no link waits for this person",
            cure="Look at the list again.",
        )
    settle(ledger, rows, "sent", PASSED_ON, now(), told=account, actor=actor)
    return len(rows)


def spoken(ledger: Ledger, rows: Sequence[Outgoing]) -> list[tuple[str, str]]:
    """(words, path of its page) of each row that goes to a person."""
    changes = {
        row.change_id: row
        for row in ledger.store.by(Change, "change_id", {each.subject for each in rows})
    }
    titles = ledger.texts({row.title for row in changes.values() if row.title})
    cases = said_of_cases(ledger.store, [notice_of(row) for row in rows if _act(row) == SEE])
    said = []
    for row in rows:
        if row.case_id.startswith(ASKED_ROLE):
            name = row.case_id.removeprefix(ASKED_ROLE)
            said.append((f"Confirm or refuse {name}: a role that decides", "/people"))
            continue
        if row.kind == "break_glass":
            name = row.case_id.removeprefix(BREAK_GLASS)
            if name.startswith(GIVEN_ALONE):
                said.append((f"Look at {name}: one person gave a role that decides", "/people"))
                continue
            said.append((f"Look at {name}: somebody broke the glass", "/break-glass"))
            continue
        if row.kind == "alert_path":
            said.append((f"Look at the alerts: {row.subject}", "/alerts"))
            continue
        act = _act(row)
        late = "Late: " if row.kind == "escalation" else ""
        if act == SEE:
            words = cases.get(row.subject, f"See to a case: {row.subject}")
            said.append((f"{late}{words}", f"/cases/{quote(row.subject, safe=':/')}"))
            continue
        change = changes.get(row.subject)
        title = titles.get(change.title or "", "") if change is not None else ""
        lead = f"{late}{_WORDS.get(act, 'Look at')}"
        name = title.split("\n", 1)[0] or row.subject
        where = f" ({row.system})" if row.system else ""
        if act == DECIDE:
            said.append((f"{lead}: {name}{where}", f"/desk/steps/{quote(row.subject)}"))
            continue
        digest = digest_asked(ledger.store, change, act) if change is not None else ""
        link = asked_path(Asked(row.recipient, act, row.subject, digest))
        said.append((f"{lead}: {name}{where}", link))
    return said


def _act(row: Outgoing) -> str:
    """The act that its name asks for; empty where it asks for none."""
    return next(iter(row.case_id.split(":", 2)[1:]), "")


def _send(ledger: Ledger, account: str, rhythm: str, send: SendMail, at: int) -> int:
    waiting = Outgoing.objects.filter(
        recipient=account, rhythm=rhythm, given_up_at=None, next_at__lte=at
    )
    user = User.objects.filter(pk=account.rpartition("/")[2], is_active=True).first()
    if user is None:
        waiting.delete()
        return 0
    choice, _ = Choice.objects.get_or_create(user=user, defaults={"rhythm": USUAL})
    gathers = rhythm == "at_once" and not waiting.filter(kind__in=_ALWAYS).exists()
    if gathers and choice.sent_at is not None and choice.sent_at + GATHERING > at:
        return 0
    rows = claimed(waiting, at)
    if not rows:
        return 0
    message = to_person(spoken(ledger, rows), server_url(ledger), is_digest=rhythm != "at_once")
    try:
        send(user.email, message)
    except Exception as error:  # whatever a mail server does
        logger.warning("a mail to a person failed: %s", type(error).__name__)
        dead = put_off(rows, at)
        if dead:
            settle(ledger, dead, "dead_letter", "mail", at, told=account)
        return len(dead)
    choice.sent_at = at
    settle(ledger, rows, "sent", "mail", at, told=account)
    choice.save(update_fields=["sent_at"])
    return len(rows)


def _persons() -> list[_Person]:
    """Everybody who signs in by name; whoever works on the machine sees the desk there."""
    users = list(User.objects.filter(is_active=True, is_operator=False).order_by("pk"))
    accounts = [user.account for user in users]
    holdings, persons = holdings_of(accounts), persons_of(accounts)
    choices = dict(Choice.objects.values_list("user_id", "rhythm"))
    return [
        _Person(
            user.account,
            persons[user.account],
            _wish(choices.get(user.pk, USUAL)),
            holdings[user.account],
        )
        for user in users
    ]


def _notices(
    person: _Person,
    needed: Mapping[str, Sequence[Needed]],
    late: Collection[Needed],
    known: Deciding,
) -> list[Notice]:
    if person.wish == "none" or not person.holdings:
        return []
    mine = [
        _notice(each, known)
        for group in needed.values()
        for each in group
        if known.is_for(each, person.person, person.may)
    ]
    return [*mine, *(_escalation(each, known) for each in late if _concerns(each, person, known))]


def _of_cases(person: _Person, cases: Sequence[OpenCase], moment: int) -> Iterator[Notice]:
    """The cases that this person is to see to; one that is late its managers hear of as well."""
    if person.wish == "none" or not person.holdings:
        return
    everywhere = allows(person.holdings, Permission.CHANGE_AUTHORIZE)
    for each in cases:
        is_theirs = each.is_for(person.account, person.may, everywhere=everywhere)
        if is_theirs:
            yield each.notice()
        if each.is_late(moment, LATE_AFTER) and (is_theirs or person.manages(each.system)):
            yield each.notice(late=True)


def _concerns(each: Needed, person: _Person, known: Deciding) -> bool:
    change = known.changes.get(each.change)
    manages = change is not None and person.manages(change.system)
    return manages or person.account in each.asked or known.is_for(each, person.person, person.may)


def _notice(each: Needed, known: Deciding) -> Notice:
    # Asked again about other content, it is another question.
    asked = sha256_hex(each.reason.encode())[:12]
    name = named("needs", each.act, each.change, asked)
    return Notice("needs_you", name, each.change, known.changes[each.change].system)


def _broken(ledger: Ledger) -> list[Notice]:
    """Uses of the glass that nobody looked at yet."""
    return [
        Notice("break_glass", f"{BREAK_GLASS}{row.use_name}", row.use_name)
        for row in unreviewed(ledger.store)
    ]


def _roles_for(person: _Person, asked: Sequence[StandingRole]) -> list[Notice]:
    """Roles that this administrator may be the second person for, and those that one gave alone."""
    found = []
    for each in asked:
        row = each.stated
        if each.state == "given alone":
            found.append(Notice("break_glass", f"{BREAK_GLASS}{row.asked}", row.asked))
        elif person.wish != "none" and person.account not in (row.asked_by, row.account):
            found.append(Notice("needs_you", f"{ASKED_ROLE}{row.asked}", row.asked))
    return found


def _escalation(each: Needed, known: Deciding) -> Notice:
    change = known.changes.get(each.change)
    system = change.system if change is not None else ""
    return Notice("escalation", named("late", each.act, each.change), each.change, system)


def _is_late(each: Needed, moment: int) -> bool:
    return each.is_late or (each.opened_at is not None and each.opened_at + LATE_AFTER <= moment)


def _waiting() -> defaultdict[str, set[str]]:
    """What waits for each person, dead letters too: these wait for somebody to send them again."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    rows = Outgoing.objects.exclude(recipient="").values_list("recipient", "case_id")
    for recipient, case in rows:
        found[recipient].add(case)
    return found


def _forget(account: str, cases: Collection[str]) -> None:
    """What nobody needs to decide any more is not told."""
    if cases:
        Outgoing.objects.filter(recipient=account, case_id__in=list(cases)).delete()


def _tell_channels(ledger: Ledger, late: Sequence[Needed], known: Deciding, moment: int) -> None:
    notices = [_escalation(each, known) for each in late]
    names = {each.case for each in notices}
    told = {row.case_id for row in ledger.store.by(Alert, "case_id", names) if not row.account}
    waiting = set(
        Outgoing.objects.filter(recipient="", kind="escalation").values_list("case_id", flat=True)
    )
    enqueue([each for each in notices if each.case not in told | waiting], moment)


def _wish(word: str) -> Wish:
    return word if word in WISHES else USUAL
