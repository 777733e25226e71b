"""GitHub webhooks: one module a subject, `translate` chooses by the event's name."""

from changeproof.sources.github.translate import detect_name, is_github, translate_github
from changeproof.sources.kinds import Kind

__all__ = ["KINDS", "detect_name", "translate_github"]

KINDS = (
    Kind(
        "github",
        "GitHub",
        translate_github,
        fits=is_github,
        aliases=("github-webhooks",),
        of_record=True,
        options=("repository",),
    ),
)
