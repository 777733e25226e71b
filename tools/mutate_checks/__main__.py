"""`python -m tools.mutate_checks [cc8_1/08_approval …]`: a line a file, its survivors below.

Ctrl-C stops it after printing what was counted. It exits 0: survivors are to be read by a person.
"""

import contextlib
import sys

from changeproof.checks.loader import load_checks
from tools.mutate_checks.run import Outcome, outcomes

AIM = 0.9


def main(only: list[str]) -> int:
    done: list[Outcome] = []
    with contextlib.suppress(KeyboardInterrupt):
        for outcome in outcomes(load_checks(), only):
            done.append(outcome)
            total = outcome.killed + len(outcome.survivors)
            mark = "" if outcome.share >= AIM else "   below the aim"
            print(f"{outcome.share:6.1%}  {outcome.killed:>4} of {total:>4}  {outcome.file}{mark}")
            if only or outcome.share < AIM:
                for survivor in outcome.survivors:
                    print(f"          {survivor}")
            sys.stdout.flush()
    killed, left = sum(one.killed for one in done), sum(len(one.survivors) for one in done)
    if not killed + left:
        print(f"Nothing is called {', '.join(only)}; write a check's id, or views/NAME.")
        return 2
    print(f"{killed / (killed + left):6.1%}  {killed:,} of {killed + left:,} mutants noticed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
