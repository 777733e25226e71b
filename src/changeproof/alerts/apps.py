"""Alerts as a Django application: channels and what waits to be sent."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    """Private tables only; what was sent is evidence."""

    name = "changeproof.alerts"
    label = "alerts"
    verbose_name = "Alerts"
