"""policy diff, propose, adopt: what a draft would change, and how it comes into force."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from changeproof.cli.adopting import perform_adopting
from changeproof.cli.desk import Actor
from changeproof.cli.exits import ExitStatus, refusals_exit
from changeproof.cli.known_checks import known_checks
from changeproof.cli.opening import open_ledger
from changeproof.cli.options import DEFAULT_DATA, AsJson, AsOf, DataDirectory, read_time
from changeproof.cli.output import print_json, print_table, stderr, stdout, verdict_words
from changeproof.cli.policy_file import PolicyFile, policy_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changeproof.checks.what_if import JudgedOtherwise
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.recording import Done

MOST_SHOWN = 20


def register(policy: typer.Typer) -> None:
    """Add these to the group `policy`."""
    policy.command("diff")(diff)
    policy.command("propose")(propose)
    policy.command("adopt")(adopt)


def diff(
    draft: Annotated[Path, typer.Argument(metavar="DRAFT", help="A policy.yaml.")],
    as_of: AsOf = None,
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Show which past changes a draft would judge otherwise, and why. Writes nothing."""
    with refusals_exit():
        text = policy_text(draft)
    with refusals_exit(ExitStatus.FOUND):
        from changeproof.policy.reading import read_policy

        policy = read_policy(text, str(draft), known_checks(data))
    with refusals_exit():
        moment = read_time(as_of)
        ledger = open_ledger(data)
        from changeproof.checks.what_if import judged_otherwise
        from changeproof.ledger.service import now

        found = judged_otherwise(ledger.store, policy, now() if moment is None else moment)
        if as_json:
            for each in found:
                print_json(
                    {
                        "subject": each.subject,
                        "check": each.check,
                        "verdict": each.verdict,
                        "basis": each.basis,
                        "reason": each.reason,
                        "draft_verdict": each.draft_verdict,
                        "draft_basis": each.draft_basis,
                        "draft_reason": each.draft_reason,
                    }
                )
        else:
            _show(found)


def propose(
    file: PolicyFile,
    in_force: Annotated[
        str, typer.Option("--in-force", help="From when it judges: RFC 3339, or a date (UTC).")
    ],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Put a policy forward; a second person adopts it."""
    with refusals_exit():
        text = policy_text(file)
        begins = read_time(in_force) or 0

        def perform(ledger: "Ledger", actor: str) -> "Done":
            from changeproof.workflow.policies import ProposePolicy, propose_policy

            return propose_policy(
                ledger, actor, ProposePolicy(text, begins, str(file), known_checks(data))
            )

        perform_adopting(data, user, as_json, perform, "proposed; another administrator adopts it")


def adopt(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="A proposed version.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Adopt what somebody else put forward; it judges from its time on."""

    def perform(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.policies import AdoptPolicy, adopt_policy

        return adopt_policy(ledger, actor, AdoptPolicy(version))

    with refusals_exit():
        perform_adopting(data, user, as_json, perform, "adopted")


def _show(found: "Sequence[JudgedOtherwise]") -> None:
    from changeproof.accounts.names import filled
    from changeproof.checks.what_if import counted, examples

    if not found:
        stdout.print("The draft would judge nothing on record otherwise.", highlight=False)
        return
    print_table(
        "What the draft would judge otherwise",
        ("check", "as judged", "by the draft", "how many"),
        [
            (check, verdict_words(verdict), verdict_words(draft), f"{number:,}")
            for check, verdict, draft, number in counted(found)
        ],
    )
    shown = examples(found, MOST_SHOWN)
    print_table(
        f"{len(shown)} of {len(found):,}, some of every kind"
        if len(found) > len(shown)
        else "Each of them",
        ("subject", "check", "why, by the draft"),
        [
            (each.subject, each.check, filled(each.draft_reason).replace("[", r"\["))
            for each in shown
        ],
    )
    if len(found) > len(shown):
        stderr.print("All of them, with both reasons: --json", highlight=False)
