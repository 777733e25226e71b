"""Checks that a file names and nobody has: a misspelt one would change nothing, unnoticed."""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from changeproof.events.refusal import Refusal
from changeproof.policy.document import Kind, Place, read_document, refused


def unknown_checks(
    kind: Kind,
    text: str,
    file: str,
    named: Iterable[tuple[Place, str]],
    checks: Collection[str],
) -> Iterator[Refusal]:
    """A refusal for each of `named` that is not in `checks` (empty: not compared), with its line.

    `named` gives each check with its place in the document.
    """
    if not checks:
        return
    document = read_document(text, file, kind)
    for place, check in named:
        if check not in checks:
            near = get_close_matches(check, checks, n=1)
            yield refused(
                kind,
                file,
                document.line(place),
                f'there is no check "{check}"',
                f'Did you mean "{near[0]}"?' if near else "List them: changeproof checks",
            )
