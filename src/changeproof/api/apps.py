"""The API as a Django application: it keeps the answers to requests that may be sent again."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Private tables only: what an act did is evidence, what was answered is a convenience."""

    name = "changeproof.api"
    label = "api"
    verbose_name = "API"
