"""The ledger as a Django application: derived tables without models, a few private ones with."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Derived tables are made from their row classes when an instance is opened."""

    name = "changeproof.ledger"
    label = "ledger"
    verbose_name = "Ledger"
