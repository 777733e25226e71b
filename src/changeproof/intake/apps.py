"""Intake as a Django application: it keeps connection secrets."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Private tables only."""

    name = "changeproof.intake"
    label = "intake"
    verbose_name = "Intake"
