"""What is judged: changes, systems, the organisation; incidents, vulnerabilities and items."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from changeproof.ledger.subjects_known import (
    NAMED_KINDS,
    ORGANISATION,
    PROTECTED,
    REGISTERS,
    SYSTEM,
    kind_of_subject,
)

__all__ = ["ORGANISATION", "SYSTEM", "Subjects", "every_subject", "register_tables"]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Subjects by kind; `systems` without their prefix, `named` as pairs of kind and name."""

    changes: tuple[str, ...]
    systems: tuple[str, ...]
    organisation: bool
    named: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, subjects: Collection[str]) -> "Subjects":
        """Tell them apart by their names."""
        kinds: dict[str, list[str]] = {}
        for subject in subjects:
            kinds.setdefault(kind_of_subject(subject), []).append(subject)
        systems = [name[len(SYSTEM) :] for name in kinds.get("system", ())]
        named = [
            (kind, subject.partition(":")[2])
            for kind in NAMED_KINDS
            for subject in sorted(kinds.get(kind, ()))
        ]
        return cls(
            tuple(sorted(kinds.get("change", ()))),
            tuple(sorted(systems)),
            "organisation" in kinds,
            tuple(named),
        )

    def parts(self, size: int) -> Iterator["Subjects"]:
        """The same subjects in parts of at most so many; systems stay together."""
        if self.systems or self.organisation:
            yield Subjects((), self.systems, self.organisation)
        for start in range(0, len(self.named), size):
            named = self.named[start : start + size]
            yield Subjects((), (), organisation=False, named=named)
        for start in range(0, len(self.changes), size):
            yield Subjects(self.changes[start : start + size], (), organisation=False)

    @property
    def size(self) -> int:
        """How many have evidence of their own to be read."""
        return len(self.changes) + len(self.named)

    @property
    def names(self) -> list[str]:
        """What `of` was given."""
        around = [ORGANISATION] if self.organisation else []
        named = [f"{kind}:{name}" for kind, name in self.named]
        return [*self.changes, *(SYSTEM + name for name in self.systems), *named, *around]

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """The rows of the table `subject`. A change is one by having evidence."""
        rows = [(name, "change", name) for name in self.changes]
        rows += [(SYSTEM + name, "system", name) for name in self.systems]
        rows += [(f"{kind}:{name}", kind, name) for kind, name in self.named]
        if self.organisation:
            rows.append((ORGANISATION, "organisation", ""))
        return rows


def every_subject(kinds: Iterable[str]) -> str:
    """What a whole population is, as a query over tables cut at the moment of judging: every
    change, every system of one or of whose protection a forge told, the organisation; and of the
    other kinds those asked for."""
    systems = "SELECT system FROM change"
    if "system" in kinds:
        systems = f"{systems} UNION {PROTECTED}"
    parts = [
        "SELECT change_id AS subject, 'change' AS kind, change_id AS name FROM change",
        f"SELECT DISTINCT '{SYSTEM}' || system, 'system', system FROM ({systems}) AS systems",
        f"SELECT '{ORGANISATION}', 'organisation', ''",
    ]
    for kind in NAMED_KINDS:
        if kind in kinds:
            names = " UNION ".join(
                f"SELECT {each.column} AS name FROM {each.table} WHERE {each.condition}"
                for each in REGISTERS
                if each.kind == kind
            )
            parts.append(f"SELECT '{kind}:' || name, '{kind}', name FROM ({names}) AS {kind}_names")
    return " UNION ALL ".join(parts)


def register_tables(kinds: Iterable[str]) -> set[str]:
    """The tables that `every_subject` reads beside `change`."""
    wanted = set(kinds)
    around = {"protection", "repository", "system_mapping"} if "system" in wanted else set()
    return around | {each.table for each in REGISTERS if each.kind in wanted}
