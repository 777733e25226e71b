"""GitLab's webhooks, system hooks and REST bodies: one module a subject."""

from changeproof.sources.gitlab.translate import is_gitlab, translate_gitlab
from changeproof.sources.kinds import Kind

__all__ = ["KINDS", "translate_gitlab"]

KINDS = (
    Kind(
        "gitlab",
        "GitLab",
        translate_gitlab,
        fits=is_gitlab,
        aliases=("gitlab-webhooks",),
        of_record=True,
        options=("host", "project"),
    ),
)
