"""GitHub webhooks: one module a subject, `translate` chooses by the event's name."""

from changeproof.sources.github.translate import detect_name, translate_github

__all__ = ["detect_name", "translate_github"]
