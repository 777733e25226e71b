"""`changeproof verifier FILE`: an evidence pack, checked and re-performed offline.

One list of steps, top to bottom. Each looks at one thing and names what differs; a step whose
ground is missing says that it was not checked, never that it holds. What a file says is looked
at only if the file is whole: nothing of an altered one is performed. Needs no instance, no
account and no network.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from changeproof.events.refusal import Refusal
from changeproof.log.archive_members import Limits
from changeproof.log.sealed_archive import BadSeal
from changeproof.verifier.composition import Progress
from changeproof.verifier.log_steps import (
    verify_checkpoint_signature,
    verify_entries,
    verify_policies,
)
from changeproof.verifier.opened_pack import LIMITS, Found, NotChecked, OpenedPack
from changeproof.verifier.performing_steps import (
    perform_checks,
    perform_lists,
    project_evidence,
    read_checks,
    verify_contents,
)
from changeproof.verifier.reading_steps import (
    read_archive,
    read_file,
    read_manifest,
    verify_seal_digest,
    verify_seal_signature,
)
from changeproof.verifier.report import Outcome, Report, Step

StepFunction = Callable[[OpenedPack], Found]

ON_THE_FILE: tuple[tuple[str, StepFunction], ...] = (
    ("Seal", read_file),
    ("Bytes of the file", verify_seal_digest),
    ("Signature of the file", verify_seal_signature),
    ("Archive", read_archive),
    ("Members", read_manifest),
)
ON_WHAT_IT_SAYS: tuple[tuple[str, StepFunction], ...] = (
    ("Checkpoint", verify_checkpoint_signature),
    ("Entries", verify_entries),
    ("Policies and control matrices", verify_policies),
    ("Contents", verify_contents),
    ("Evidence", project_evidence),
    ("Checks", read_checks),
    ("Findings", perform_checks),
    ("Lists and report", perform_lists),
)


def verify_pack(
    file: Path,
    vkey: str | None = None,
    *,
    limits: Limits = LIMITS,
    on_progress: Progress | None = None,
) -> Report:
    """Go through all steps. `vkey` is the log's public key, from elsewhere than the pack.

    Raises Refusal where the file cannot be opened; what is wrong inside it is in the report.
    """
    with ExitStack() as stack:
        try:
            stream = stack.enter_context(file.open("rb"))
        except OSError as error:
            raise Refusal(
                "The pack was not verified.",
                where=str(file),
                why=error.strerror or str(error),
                cure="Name a pack: what `changeproof audit pack` wrote.",
            ) from error
        pack = OpenedPack(stream, vkey, limits, on_progress)
        steps = [_step(name, function, pack) for name, function in ON_THE_FILE]
        is_whole = all(step.outcome == "holds" for step in steps)
        for name, function in ON_WHAT_IT_SAYS:
            steps.append(_step(name, function, pack) if is_whole else Step(name, *_NOT_WHOLE))
    return Report(str(file), tuple(steps), pack.facts, pack.notices)


_NOT_WHOLE: tuple[Outcome, str] = (
    "not_checked",
    "Not checked: a step before this one does not hold.",
)


def _step(name: str, function: StepFunction, pack: OpenedPack) -> Step:
    """Run one step. Whatever a hostile file makes it raise is a finding, no crash."""
    try:
        found = function(pack)
    except NotChecked as reason:
        return Step(name, "not_checked", str(reason))
    except BadSeal as error:
        return Step(name, "differs", f"{error.part} is not as it should be.", (str(error),))
    except (Exception, RecursionError) as error:
        # Step by step the file was made by somebody else; no way of breaking us is excluded.
        what = f"it could not be gone through: {type(error).__name__}: {str(error)[:200]}"
        return Step(name, "differs", "The step broke off.", (what,))
    return Step(name, "differs" if found.problems else "holds", found.says, tuple(found.problems))
