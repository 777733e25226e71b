"""What a command's exit status promises, and how a refusal ends one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from changeproof.cli.output import stderr
from changeproof.events.refusal import Refusal, WrongUsage


class ExitStatus(IntEnum):
    """Scripts may rely on these."""

    SOUND = 0
    FOUND = 1
    """It ran; the answer is bad."""
    USAGE = 2
    """What was typed is no such command, or names what can never be."""
    UNABLE = 3
    """It could not run."""


@contextmanager
def refusals_exit(status: ExitStatus = ExitStatus.UNABLE) -> Iterator[None]:
    """Print a refusal's four parts and leave with `status`."""
    try:
        yield
    except Refusal as refusal:
        stderr.print(named(str(refusal)), markup=False, highlight=False, soft_wrap=True)
        wrong = isinstance(refusal, WrongUsage)
        raise typer.Exit(ExitStatus.USAGE if wrong else status) from refusal
    except BrokenPipeError as error:  # `changes | head`: whoever read has enough
        sys.stderr.close()
        raise typer.Exit(ExitStatus.SOUND) from error


def named(text: str) -> str:
    """The text with people's names for their accounts, once an instance is open."""
    if "{" not in text or "django" not in sys.modules:
        return text
    from django.apps import apps

    if not apps.ready:
        return text
    from changeproof.accounts.names import filled

    return filled(text)
