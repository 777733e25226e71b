"""What people are called on one page: asked for many at once, the rest when it comes up."""

from collections.abc import Iterable

from django.http import HttpRequest

from changeproof.accounts.names import accounts_in, names_of


class Directory:
    """Names by account. What is no account, such as a collector, is called what it is."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, account: str) -> str:
        if account not in self._known:
            self.expect([account])
        return self._known[account]

    def expect(self, accounts: Iterable[str | None], texts: Iterable[str] = ()) -> None:
        """Look up accounts, and those that reasons mention, in two queries."""
        wanted = {account for account in accounts if account}
        wanted.update(account for text in texts for account in accounts_in(text))
        wanted -= self._known.keys()
        machines = {account for account in wanted if ":" not in account}
        self._known.update((machine, machine) for machine in machines)
        if wanted - machines:
            self._known.update(names_of(wanted - machines))


def directory_of(request: HttpRequest) -> Directory:
    """The one directory of a request: what a view expects, its templates find."""
    held: Directory | None = getattr(request, "_changeproof_directory", None)
    if held is None:
        held = Directory()
        request._changeproof_directory = held  # type: ignore[attr-defined]
    return held
