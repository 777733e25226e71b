"""API tokens: what is good, what it may do, when it was used last, and the form that makes one."""

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from changeproof.events.refusal import Refusal

LIVES = (
    (1, gettext_noop("1 day")),
    (7, gettext_noop("7 days")),
    (30, gettext_noop("30 days")),
    (90, gettext_noop("90 days")),
    (365, gettext_noop("365 days")),
)
"""Days that a token may live, and their words."""


@dataclass(frozen=True)
class TokenRow:
    """One token; times are UTC microseconds. `state` is good, ended or revoked."""

    number: int
    prefix: str
    account: str
    scopes: str
    created_at: int
    ends_at: int
    used_at: int | None
    state: str

    @property
    def is_good(self) -> bool:
        return self.state == "good"


@dataclass(frozen=True)
class ScopeChoice:
    """A box of the form."""

    value: str
    hint: str
    is_chosen: bool = False


@dataclass(frozen=True)
class TokensPage:
    """`tokens.html`. `made` is a new token, shown in this one answer."""

    rows: tuple[TokenRow, ...]
    wide: tuple[ScopeChoice, ...]
    narrow: tuple[ScopeChoice, ...]
    chosen_days: int
    sees_all: bool
    made: str = ""
    refusal: Refusal | None = None
    done: str = ""

    @property
    def good(self) -> tuple[TokenRow, ...]:
        return tuple(row for row in self.rows if row.is_good)

    @property
    def past(self) -> tuple[TokenRow, ...]:
        return tuple(row for row in self.rows if not row.is_good)

    @property
    def refusal_field(self) -> str:
        """The field that was wrong, for the link on top."""
        return "scopes" if self.refusal is not None and self.refusal.where == "scope" else ""

    @property
    def lives(self) -> tuple[tuple[int, str, bool], ...]:
        return tuple((days, gettext(words), days == self.chosen_days) for days, words in LIVES)
