"""GitLab's webhooks, system hooks and REST bodies: one module a subject."""

import re

from changeproof.sources.gitlab.translate import is_gitlab, translate_gitlab
from changeproof.sources.kinds import Glimpse, Kind

__all__ = ["KINDS", "translate_gitlab"]

_VARIABLES = re.compile(rb'"variables"\s*:\s*\[\s*\{|"configuration_file"\s*:')


def _shows_variables(glimpse: Glimpse) -> bool:
    """A pipeline that somebody started tells the variables that they gave it, tokens too; a file
    that we read may hold one."""
    return _VARIABLES.search(glimpse.plain) is not None


KINDS = (
    Kind(
        "gitlab",
        "GitLab",
        translate_gitlab,
        fits=is_gitlab,
        aliases=("gitlab-webhooks",),
        of_record=True,
        options=("host", "project"),
        confidential=_shows_variables,
    ),
)
