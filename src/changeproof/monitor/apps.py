"""The monitor as a Django application; it has no tables of its own."""

from django.apps import AppConfig


class MonitorConfig(AppConfig):
    """Findings and cases are ledger tables."""

    name = "changeproof.monitor"
    label = "monitor"
    verbose_name = "Monitor"
