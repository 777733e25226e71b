"""What is judged: a change, `system:NAME`, or the organisation."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

ORGANISATION = "organisation"
SYSTEM = "system:"


@dataclass(frozen=True, slots=True)
class Subjects:
    """Subjects by kind; `systems` without their prefix."""

    changes: tuple[str, ...]
    systems: tuple[str, ...]
    organisation: bool

    @classmethod
    def of(cls, subjects: Collection[str]) -> "Subjects":
        """Tell them apart by their names."""
        changes = [
            name for name in subjects if name != ORGANISATION and not name.startswith(SYSTEM)
        ]
        systems = [name[len(SYSTEM) :] for name in subjects if name.startswith(SYSTEM)]
        return cls(tuple(sorted(changes)), tuple(sorted(systems)), ORGANISATION in subjects)

    def parts(self, size: int) -> Iterator["Subjects"]:
        """The same subjects in parts of at most so many changes; systems stay together."""
        if self.systems or self.organisation:
            yield Subjects((), self.systems, self.organisation)
        for start in range(0, len(self.changes), size):
            yield Subjects(self.changes[start : start + size], (), organisation=False)

    @property
    def names(self) -> list[str]:
        """What `of` was given."""
        around = [ORGANISATION] if self.organisation else []
        return [*self.changes, *(SYSTEM + name for name in self.systems), *around]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """The rows of the table `subject`. A change is one by having evidence."""
        rows = [(name, "change", name) for name in self.changes]
        rows += [(SYSTEM + name, "system", name) for name in self.systems]
        if self.organisation:
            rows.append((ORGANISATION, "organisation", ""))
        return rows
