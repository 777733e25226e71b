"""`people.html`: who takes part, in which roles, and the forms that say so."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changeproof.accounts.vocabulary import ROLES
from changeproof.events.refusal import Refusal
from changeproof.web.pages.desk_page import Choice, Field, FormPage, MayNot
from changeproof.web.pages.entry_link import EntryLink
from changeproof.web.pages.fields import Typed, select_field, text_field
from changeproof.workflow.asked_roles import HOLDS_AT_ONCE, needs_two


def what_it_may(role: str) -> str:
    """What somebody in a role does, in one line."""
    return {
        "requester": _("Asks for changes, answers their questions, closes them."),
        "approver": _("Authorizes and approves changes of others, reviews afterwards."),
        "change_manager": _("All that both may, and waivers, access and boards."),
        "deployer": _("Deploys, and tells of deployments."),
        "auditor": _("Reads everything, and makes packs; decides nothing."),
        "administrator": _("People, sources, alerts and policy; decides on no change."),
    }[role]


def _back() -> tuple[str, str]:
    return ("people", _("Back to the people"))


def role_words(role: str) -> str:
    """`change manager`."""
    return role.replace("_", " ")


@dataclass(frozen=True)
class HeldRole:
    """A role that somebody holds; an empty system stands for all."""

    role: str
    system: str
    given_by: str  # an account, or in whose name groups give it
    by_group: bool
    may_take: bool = False

    @property
    def words(self) -> str:
        """`approver on payments`."""
        named = role_words(self.role)
        if not self.system:
            return named
        return _("%(role)s on %(system)s") % {"role": named, "system": self.system}


@dataclass(frozen=True)
class PersonRow:
    """Somebody who may sign in. `email` is empty for viewers who manage no accounts."""

    account: str
    email: str
    roles: tuple[HeldRole, ...]
    kept_by: str  # directory, hand
    last_at: int | None
    may_leave: bool = False
    may_link: bool = False  # they never signed in, and can be given another link
    is_own: bool = False


@dataclass(frozen=True)
class AskedRow:
    """A role that a second administrator is to look at."""

    asked: str
    account: str
    words: str  # "approver on payments"
    asked_by: str
    asked_at: int
    is_alone: bool  # given at once, by one person on the host
    has_visited: bool  # whose it is signed in once
    email: str = ""
    reason: str = ""
    entry: EntryLink | None = None
    may_not_confirm: str = ""  # why the viewer may not


@dataclass(frozen=True)
class QuarrelRow:
    """An account that several claim: (the person as the record names them, whom to show)."""

    account: str
    claimants: tuple[tuple[str, str], ...]
    found_at: int
    entry: EntryLink | None = None
    may_not_settle: str = ""  # why the viewer may not


@dataclass(frozen=True)
class PeoplePage:
    """The list. `total` counts all who fit `text`, of whom `rows` are the first."""

    rows: tuple[PersonRow, ...]
    total: int
    text: str
    may_manage: bool
    without_role: int
    asked: tuple[AskedRow, ...] = ()
    quarrels: tuple[QuarrelRow, ...] = ()
    is_only_one: bool = False  # nobody but the viewer could confirm what they ask for
    link: str = ""
    refusal: Refusal | None = None
    done: str = ""
    done_entry: int | None = None

    @property
    def sentence(self) -> str:
        """How many there are."""
        if not self.total:
            return _("Nobody is called so.") if self.text else _("Nobody may sign in yet.")
        told = ngettext("%(count)d person", "%(count)d people", self.total) % {"count": self.total}
        rest = ""
        if self.without_role:
            rest = _(" %(number)d of them without a role.") % {"number": self.without_role}
        return f"{told} {_('may sign in.')}{rest}"


def add_form(
    url: str,
    systems: Sequence[str],
    typed: Typed,
    wrong: Typed,
    recorded_as: str,
    *,
    waits: str,
) -> FormPage:
    """Add somebody by hand."""
    told = _(
        "For somebody of whom neither your directory nor your sign-on tells. "
        "Commits by their address are theirs from then on."
    )
    return FormPage(
        title=_("Add a person"),
        sentence=f"{told} {_two_persons(waits)}",
        url=url,
        fields=(
            text_field("email", _("E-mail address"), "", typed, wrong, kind="email"),
            text_field("name", _("Name"), "", typed, wrong, is_required=False),
            _roles(typed, wrong),
            _system(systems, typed, wrong),
            _reason(typed, wrong),
        ),
        button=_("Add"),
        promise=_(
            "Recorded as %(who)s. A link for their first visit is sent to them; where no mail "
            "server is named, it is shown to you, once, and the log says so. "
            "This cannot be undone; each role can be taken back."
        )
        % {"who": recorded_as},
        back=_back(),
    )


def give_form(
    url: str,
    person: str,
    called: str,
    systems: Sequence[str],
    typed: Typed,
    wrong: Typed,
    recorded_as: str,
    *,
    waits: str,
) -> FormPage:
    """Give one role more."""
    return FormPage(
        title=_("Give a role to %(who)s") % {"who": called},
        sentence=f"{_two_persons(waits)} {_('It holds until it is taken back.')}",
        url=url,
        fields=(
            select_field(
                "role",
                _("Role"),
                "",
                [(each, f"{role_words(each).capitalize()}: {what_it_may(each)}") for each in ROLES],
                typed,
                wrong,
            ),
            _system(systems, typed, wrong),
            _reason(typed, wrong),
        ),
        button=_("Give the role"),
        promise=_("Recorded as %(who)s. It becomes a log entry at once; it can be taken back.")
        % {"who": recorded_as},
        hidden=(("person", person),),
        back=_back(),
    )


def leave_form(
    url: str, person: str, called: str, recorded_as: str, barred: MayNot | None = None
) -> FormPage:
    """Say that somebody left: asked once more, for it ends every way in."""
    return FormPage(
        title=_("%(who)s left") % {"who": called},
        sentence=_(
            "Their roles, sessions and tokens end at once. What they did stays on record; what an "
            "account of theirs still deploys is a deviation from then on."
        ),
        url=url,
        fields=(),
        button=_("Record that they left"),
        promise=_("Recorded as %(who)s. This cannot be undone by hand.") % {"who": recorded_as},
        may_not=barred,
        hidden=(("person", person),),
        back=_back(),
    )


def _two_persons(waits: str) -> str:
    """Which roles wait for a second person; and, where there is none, what then (`waits`)."""
    if waits == HOLDS_AT_ONCE:
        return waits
    named = ", ".join(role_words(each) for each in ROLES if needs_two(each))
    told = _(
        "A role that decides (%(roles)s) waits until a second administrator confirms it; any other "
        "holds at once."
    ) % {"roles": named}
    return f"{told} {waits}".strip()


def _reason(typed: Typed, wrong: Typed) -> Field:
    return text_field(
        "reason", _("Why"), _("For the second administrator."), typed, wrong, is_required=False
    )


def _system(systems: Sequence[str], typed: Typed, wrong: Typed) -> Field:
    return select_field(
        "system",
        _("On"),
        _("Left open, on all systems."),
        [(each, each) for each in systems],
        typed,
        wrong,
        is_required=False,
    )


def _roles(typed: Typed, wrong: Typed) -> Field:
    chosen = set(typed.get("roles", "").split("\n"))
    return Field(
        "roles",
        _("Roles"),
        _("The least that they need."),
        typed.get("roles", ""),
        wrong.get("roles", ""),
        kind="boxes",
        choices=tuple(
            Choice(each, role_words(each).capitalize(), each in chosen, what_it_may(each))
            for each in ROLES
        ),
    )
