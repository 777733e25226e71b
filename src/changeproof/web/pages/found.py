"""Where a word that was searched for stands: the field, and a line of it with the word marked."""

from dataclasses import dataclass

FIELD_WORDS = {
    "name": "identifier",
    "title": "title",
    "request": "request",
    "comment": "comments",
    "document": "documents",
    "finding": "a finding",
    "system": "system",
    "revision": "a revision",
    "person": "people",
}


@dataclass(frozen=True)
class Found:
    """`parts` are text and whether it was searched for; joined they are the line."""

    field: str
    parts: tuple[tuple[str, bool], ...]

    @property
    def where(self) -> str:
        return FIELD_WORDS.get(self.field, self.field)
