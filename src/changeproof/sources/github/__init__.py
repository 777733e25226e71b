"""GitHub webhooks: one module a subject, `translate` chooses by the event's name."""

from changeproof.sources.github.translate import detect_name, translate_github
from changeproof.sources.kinds import Kind

__all__ = ["KINDS", "detect_name", "translate_github"]

KINDS = (
    Kind(
        "github",
        "GitHub",
        translate_github,
        fits=lambda glimpse: detect_name(glimpse.body) is not None,
        aliases=("github-webhooks",),
        of_record=True,
    ),
)
