"""The log as a Django application: it brings four tables and no models."""

from django.apps import AppConfig


class LogConfig(AppConfig):
    """Its tables are made by the migration and read through `storage`."""

    name = "changeproof.log"
    label = "log"
    verbose_name = "Log"
