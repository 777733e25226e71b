"""Accounts as a Django application: private state only."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, tokens, links, names. Roles and joins are evidence and stand in the ledger."""

    name = "changeproof.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from changeproof.accounts import second_factor, sign_in_log  # noqa: F401 - they listen
