"""The policy or matrix file that a command names, as text."""

from pathlib import Path
from typing import Annotated

import typer

from changeproof.events.refusal import Refusal

PolicyFile = Annotated[Path, typer.Argument(metavar="FILE", help="A policy.yaml.")]
MatrixFile = Annotated[Path, typer.Argument(metavar="FILE", help="A controls.yaml.")]


class NoText(Refusal):
    """The file is there, and is no text."""


def policy_text(file: Path, what: str = "The policy was not read.") -> str:
    """Raises Refusal for what cannot be read, NoText for what is no text; both say `what`."""
    cure = "Name a YAML file."
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeError as error:
        why = "it is no text in UTF-8, which a YAML file that people read is"
        raise NoText(what, where=str(file), why=why, cure=cure) from error
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        raise Refusal(what, where=str(file), why=why, cure=cure) from error
