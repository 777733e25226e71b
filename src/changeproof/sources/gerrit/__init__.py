"""Gerrit: stream events (also as webhooks send them) and REST bodies."""

from changeproof.sources.gerrit.translate import is_gerrit, translate_gerrit
from changeproof.sources.kinds import Kind

__all__ = ["KINDS", "translate_gerrit"]

KINDS = (
    Kind(
        "gerrit",
        "Gerrit",
        translate_gerrit,
        fits=is_gerrit,
        json=False,
        of_record=True,
        options=("host",),
    ),
)
