"""Where the engines and the oracle differ: the heart of the comparison."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from changeproof.checks.judge import all_subjects, judge
from changeproof.ledger.joined import Change, Finding
from changeproof.ledger.store import Store
from tests.checks.populations import BEGINNING
from tests.oracle.company import company
from tests.oracle.reading import Answers, read
from tests.oracle.record import DAY, SECOND
from tests.oracle.world import all_rows


@dataclass
class Comparison:
    """How many findings were held against each other, and those that differ."""

    changes: int = 0
    findings: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)

    def add(self, other: "Comparison") -> None:
        self.changes += other.changes
        self.findings += other.findings
        self.differing += other.differing
        for verdict, count in other.verdicts.items():
            self.verdicts[verdict] = self.verdicts.get(verdict, 0) + count


def compare(store: Store, as_of: int, label: str) -> Comparison:
    """Judge a ledger by the checks and by the oracle."""
    said = judge(store, all_subjects(store, as_of), as_of)
    points: dict[str, list[str]] = defaultdict(list)
    for finding in said:
        # Of segregation only what was missed counts: it judges the same acts once more.
        is_missed = finding.verdict == "deviation" and finding.check_id.startswith("segregation/")
        if is_missed or finding.check_id.startswith("cc8_1/"):
            points[finding.subject].append(finding.verdict)
    found = against(said, read(all_rows(store), as_of, points), label)
    found.changes = len(store.all(Change))
    return found


def against(said: Iterable[Finding], answers: Answers, label: str) -> Comparison:
    """Each answer of the oracle beside the check's finding: verdict, and of `met` its basis."""
    given = {(finding.subject, finding.check_id): finding for finding in said}
    found = Comparison()
    for (subject, check), answer in sorted(answers.items()):
        finding = given.get((subject, check))
        found.findings += 1
        found.verdicts[answer.verdict] = found.verdicts.get(answer.verdict, 0) + 1
        said_so = (finding.verdict, finding.basis) if finding is not None else ("", "")
        basis = answer.basis if answer.verdict == "met" else said_so[1]
        if said_so == (answer.verdict, basis):
            continue
        told = f"{finding.verdict}, {finding.basis}: {finding.reason}" if finding else "nothing"
        found.differing.append(
            f"{label}, {subject}, {check}: the oracle says {answer.verdict}, {answer.basis}"
            f" ({answer.why}); the check says {told}"
        )
    return found


def of_company(seed: int, changes: int) -> Comparison:
    """A generated company, judged after everything happened, or in the midst of it."""
    world = company(seed, changes)
    as_of = BEGINNING + world.now * SECOND + 10 * DAY
    random = Random(seed)
    if random.random() < 0.25:
        as_of = BEGINNING + random.randint(1_000_000, world.now) * SECOND
    return compare(world.store(), as_of, f"company {seed}")
