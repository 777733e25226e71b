"""Audits as a Django application: it keeps what packs were asked for on the page."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    """Private tables only: that a pack was issued is evidence and stands in `pack_issue`."""

    name = "changeproof.audits"
    label = "audits"
    verbose_name = "Audits"
