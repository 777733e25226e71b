"""Who did what: segregation of duties over every role, on resolved persons."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop, ngettext

from changeproof.web.counting import count, thousands

ROLES = (
    ("requester", gettext_noop("Requester")),
    ("authorizer", gettext_noop("Authorizer")),
    ("author", gettext_noop("Author")),
    ("co_author", gettext_noop("Co-author")),
    ("last_pusher", gettext_noop("Last pusher")),
    ("approver", gettext_noop("Approver")),
    ("tester", gettext_noop("Tester")),
    ("merger", gettext_noop("Merger")),
    ("deployer", gettext_noop("Deployer")),
    ("post_reviewer", gettext_noop("Post-reviewer")),
)

HELD = "held"
AGAINST_THE_RULE = "against"
DUE = "due"
MAY_NOT = "may_not"
MAY = "may"

# Who holds the role on the left may not hold those on the right (MISSION.md, row 3).
EXCLUDES = {
    "requester": frozenset({"authorizer", "approver"}),
    "authorizer": frozenset({"requester"}),
    "author": frozenset({"approver", "post_reviewer"}),
    "co_author": frozenset({"approver", "post_reviewer"}),
    "last_pusher": frozenset({"approver", "post_reviewer"}),
    "approver": frozenset({"requester", "author", "co_author", "last_pusher"}),
    "post_reviewer": frozenset({"author", "co_author", "last_pusher"}),
}


@dataclass(frozen=True)
class Cell:
    """One role of one person."""

    role: str  # the heading, for narrow screens
    holding: str  # held, against, due, may_not, may

    @property
    def words(self) -> str:
        """What a screen reader hears instead of the mark."""
        return {
            HELD: "held",
            AGAINST_THE_RULE: gettext("held against the rule"),
            DUE: "due",
            MAY_NOT: gettext("may not"),
            MAY: "",
        }[self.holding]


@dataclass(frozen=True)
class Participant:
    """A person (or bot, or agent) and the roles held in this change."""

    account: str  # shown through the directory
    note: str = ""  # "engineer; also amara-o-2", "agent, run by {github:user/7}"
    held: frozenset[str] = frozenset()
    due: frozenset[str] = frozenset()
    is_human: bool = True

    @property
    def against(self) -> frozenset[str]:
        """Roles held although another held role excludes them; the later duty is the marked one."""
        barred = self._barred
        return frozenset(role for role in self.held if role in barred and role in _JUDGING)

    @property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(Cell(gettext(label), self._holding(role)) for role, label in ROLES)

    @property
    def _barred(self) -> frozenset[str]:
        barred: set[str] = set()
        for role in self.held:
            barred |= EXCLUDES.get(role, frozenset())
        if not self.is_human:
            barred |= {"authorizer", "approver", "post_reviewer"}
        return frozenset(barred)

    def _holding(self, role: str) -> str:
        if role in self.against:
            return AGAINST_THE_RULE
        if role in self.held:
            return HELD
        if role in self.due:
            return DUE
        return MAY_NOT if role in self._barred else MAY


# The duties that must be somebody else's: a conflict is shown on these, not on the work.
_JUDGING = frozenset({"authorizer", "approver", "post_reviewer"})


@dataclass(frozen=True)
class RolesMatrix:
    """The table; its caption counts, and names no intent."""

    participants: tuple[Participant, ...]
    note: str = ""  # "Accounts are joined to persons by the roster of 1 Mar 2026."

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(gettext(label) for _, label in ROLES)

    @property
    def conflicts(self) -> int:
        return sum(len(person.against) for person in self.participants)

    @property
    def caption(self) -> str:
        if not self.participants:
            return gettext("Nobody is on record: no act on it names an account.")
        humans = sum(1 for person in self.participants if person.is_human)
        others = len(self.participants) - humans
        who = count(humans, "person")
        if others:
            who += ngettext(" and %(number)s bot", " and %(number)s bots", others) % {
                "number": thousands(others)
            }
        conflicts = count(self.conflicts, "conflict") if self.conflicts else gettext("no conflict")
        return gettext("%(who)s, %(roles)s roles: %(conflicts)s.") % {
            "who": who,
            "roles": len(ROLES),
            "conflicts": conflicts,
        }
