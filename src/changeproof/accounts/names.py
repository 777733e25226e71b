"""The directory: identifiers become people where a page or the terminal shows them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast

from changeproof.accounts.models import NAME_LENGTH, DirectoryEntry, User

LOCAL = "local:user/"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_-]*:[^{}\s]+)\}")


def remember_names(names: Mapping[str, str]) -> None:
    """Note what sources call the people behind accounts; later words replace earlier ones."""
    DirectoryEntry.objects.bulk_create(
        [
            DirectoryEntry(account=account, display_name=name[:NAME_LENGTH])
            for account, name in names.items()
            if name
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["display_name"],
    )


def names_of(accounts: Iterable[str]) -> dict[str, str]:
    """What each account is shown as; who is not in the directory keeps a short identifier."""
    wanted = set(accounts)
    users = {
        account.removeprefix(LOCAL)
        for account in wanted
        if account.startswith(LOCAL) and account.removeprefix(LOCAL).isdecimal()
    }
    listed = DirectoryEntry.objects.filter(account__in=wanted).values_list(
        Value(""), "account", "display_name"
    )
    own = User.objects.filter(pk__in=users).values_list(
        Value(LOCAL), Cast("pk", CharField()), "display_name"
    )
    rows = listed.union(own, all=True) if users else listed
    found = {f"{kind}{account}": name for kind, account, name in rows if name}
    return {account: found.get(account) or short_identifier(account) for account in wanted}


def accounts_called(words: Sequence[str], most: int = 50) -> list[str]:
    """The accounts whose shown name holds all of these words, at most `most`; of no word, none."""
    if not words:
        return []
    asked = Q()
    for word in words:
        asked &= Q(display_name__icontains=word)
    users = User.objects.filter(asked).order_by("pk")[:most]
    listed = DirectoryEntry.objects.filter(asked).order_by("account")[:most]
    return sorted({*(user.account for user in users), *(entry.account for entry in listed)})[:most]


def name_of(account: str) -> str:
    """What one account is shown as."""
    return names_of([account])[account]


def name_resolver(accounts: Iterable[str] = ()) -> Callable[[str], str]:
    """`name_of` for one page: asks for `accounts` at once and for any other when it comes up."""
    known: dict[str, str] = names_of(accounts)

    def resolve(account: str) -> str:
        if account not in known:
            known[account] = name_of(account)
        return known[account]

    return resolve


def accounts_in(text: str) -> set[str]:
    """The accounts that a reason's placeholders mention."""
    return set(_PLACEHOLDER.findall(text))


def filled(text: str, resolve: Callable[[str], str] = name_of) -> str:
    """The text with each `{account}` replaced by what it is shown as."""
    return _PLACEHOLDER.sub(lambda found: resolve(found[1]), text)


def short_identifier(account: str) -> str:
    """`git:9f86d081…` for a git author; other identifiers are short enough to stand whole."""
    kind, _, rest = account.partition(":")
    return f"git author {rest[:8]}" if kind == "git" and len(rest) > 8 else account
