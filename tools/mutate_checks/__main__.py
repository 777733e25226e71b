"""`python -m tools.mutate_checks [cc8_1/08_approval …]`: survivors, then a table of all files.

Ctrl-C stops it after printing what was counted. A survivor that is not explained is to be read by
a person and fails nothing; a stale explanation does (1).
"""

import sys
import time

from changeproof.checks.loader import load_checks
from tools.mutate_checks.explained import FILE, Explained
from tools.mutate_checks.run import Outcome, outcomes

AIM = 0.9


def main(only: list[str]) -> int:
    explained, done = Explained.read(), list[Outcome]()
    begun, whole = time.monotonic(), True
    try:
        for outcome in outcomes(load_checks(), only):
            done.append(outcome)
            _tell(outcome, explained)
    except KeyboardInterrupt:
        whole = False
    if not done:
        print(f"Nothing is called {', '.join(only)}; write a check's id, or views/NAME.")
        return 2
    _table(done, explained)
    print(f"{time.monotonic() - begun:.0f} s{'' if whole else '; stopped before the end'}")
    stale = explained.stale(done)
    for file, place, what in stale:
        print(f"{FILE.name} explains what does not survive: {file} {place} {what}")
    return 1 if stale else 0


def _tell(outcome: Outcome, explained: Explained) -> None:
    for survivor in outcome.survivors:
        why = explained.of(survivor)
        print(f"{survivor.file}.sql:{survivor.line}  {survivor.place}  {survivor.what}")
        if why:
            print(f"    explained: {why}")
    sys.stdout.flush()


def _table(done: list[Outcome], explained: Explained) -> None:
    print("\nmutants  killed  explained    rate")
    every = Outcome("all files")
    for outcome in done:
        _row(outcome, explained)
        every.killed += outcome.killed
        every.survivors += outcome.survivors
    _row(every, explained)


def _row(outcome: Outcome, explained: Explained) -> None:
    known = sum(1 for survivor in outcome.survivors if explained.of(survivor))
    told = outcome.killed + known
    mark = "" if told >= AIM * outcome.total else "   below the aim"
    print(
        f"{outcome.total:>7,}  {outcome.killed:>6,}  {known:>9,}  {outcome.share:>6.1%}"
        f"  {outcome.file}{mark}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
