"""hold, perform, acknowledge: what the process asks of people beside the changes."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from changeproof.cli.desk import Actor, Reason, perform_act
from changeproof.cli.options import DEFAULT_DATA, AsJson, DataDirectory

if TYPE_CHECKING:
    from changeproof.ledger.service import Ledger
    from changeproof.workflow.oversight import Activity, Outcome, Result, Topic
    from changeproof.workflow.recording import Done

OfSystem = Annotated[str | None, typer.Option("--system", help="Of one; default: of all.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    for command in (hold, perform, acknowledge):
        app.command()(command)


def hold(
    topic: Annotated[
        str,
        typer.Argument(
            help="process, pipeline, protection, baseline, deviations, unilateral_path, scope or"
            " prover."
        ),
    ],
    reason: Reason,
    outcome: Annotated[str, typer.Option(help="kept, changed or escalated.")] = "kept",
    system: OfSystem = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record that a topic was looked at again."""

    def act(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.oversight import HoldReview, hold_review

        command = HoldReview(cast("Topic", topic), cast("Outcome", outcome), reason, system)
        return hold_review(ledger, actor, command)

    perform_act(data, user, as_json, act)


def perform(
    activity: Annotated[
        str,
        typer.Argument(
            help="drift_scan, restore_test, failover_test, capacity_review, vendor_assessment,"
            " data_reconciliation or notice_monitoring."
        ),
    ],
    outcome: Annotated[str, typer.Option(help="passed or failed.")],
    found: Annotated[str | None, typer.Option(help="What came out, in one line.")] = None,
    system: OfSystem = None,
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Record that a control was performed, with its result."""

    def act(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.oversight import PerformControl, perform_control

        command = PerformControl(cast("Activity", activity), cast("Result", outcome), system, found)
        return perform_control(ledger, actor, command)

    perform_act(data, user, as_json, act)


def acknowledge(
    version: Annotated[int, typer.Argument(metavar="VERSION", help="The policy in force.")],
    user: Actor = "operator",
    data: DataDirectory = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Say that you read the policy in force, and work by it."""

    def act(ledger: "Ledger", actor: str) -> "Done":
        from changeproof.workflow.oversight import AcknowledgePolicy, acknowledge_policy

        return acknowledge_policy(ledger, actor, AcknowledgePolicy(version))

    perform_act(data, user, as_json, act)
