"""GitHub webhooks: one module a subject, `translate` chooses by the event's name."""

import re

from changeproof.sources.github.translate import detect_name, is_github, translate_github
from changeproof.sources.kinds import Glimpse, Kind

__all__ = ["KINDS", "detect_name", "translate_github"]

_SECRET = re.compile(rb'"(secret_type|configuration_file)"\s*:')


def _shows_a_secret(glimpse: Glimpse) -> bool:
    """An alert of secret scanning quotes what it found; a file that we read may hold one."""
    return _SECRET.search(glimpse.plain) is not None


KINDS = (
    Kind(
        "github",
        "GitHub",
        translate_github,
        fits=is_github,
        aliases=("github-webhooks",),
        of_record=True,
        options=("repository",),
        confidential=_shows_a_secret,
    ),
)
