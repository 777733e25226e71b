"""What the policy in force asked for, with the values of `standard` where it is silent."""

from changeproof.ledger.receipts import PolicyInForce, PolicyParameter
from tests.oracle.record import DAY, HOUR, MINUTE, Record


class Terms:
    """One version of the policy."""

    def __init__(self, record: Record, version: int | None) -> None:
        self.version = version
        self._values: dict[str, list[str]] = {}
        for row in sorted(
            record.of(PolicyParameter, "policy_version", version), key=lambda row: row.position
        ):
            self._values.setdefault(row.parameter, []).append(row.value)

    def one(self, name: str, otherwise: str) -> str:
        """A single value."""
        return self._values.get(name, [otherwise])[0]

    def many(self, name: str, otherwise: tuple[str, ...] = ()) -> list[str]:
        """A list. A policy on record that names none has an empty one."""
        return self._values.get(name, list(otherwise) if self.version is None else [])

    def time(self, name: str, otherwise: int) -> int:
        return int(self.one(name, str(otherwise)))

    def approvals(self, risk: str) -> int:
        standard = {"low": "1", "medium": "1", "high": "2", "critical": "2"}
        return int(self.one(f"approvals_required.{risk}", standard[risk]))

    @property
    def has_emergencies(self) -> bool:
        return self.version is None or "emergency.declare_within" in self._values

    @property
    def declare_within(self) -> int:
        return self.time("emergency.declare_within", 60 * MINUTE)

    @property
    def approve_within(self) -> int:
        return self.time("emergency.approve_within", 24 * HOUR)

    @property
    def review_within(self) -> int:
        return self.time("emergency.review_within", 5 * DAY)


def terms_at(record: Record, at: int) -> Terms:
    """The version in force at a moment; the first one judges what came before it."""
    versions = sorted(
        record.all(PolicyInForce), key=lambda row: (row.in_force_from, row.policy_version)
    )
    then = [row for row in versions if row.in_force_from <= at] or versions[:1]
    return Terms(record, then[-1].policy_version if then else None)
