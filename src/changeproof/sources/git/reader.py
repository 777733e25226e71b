"""Opening a repository, and its commits as a stream of records."""

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from changeproof.events.refusal import Refusal
from changeproof.sources.git.command import Fields, ask, damaged
from changeproof.sources.git.merges import Merges
from changeproof.sources.git.patches import Patch, Patches

_FIELDS = ("", "%H", "%P", "%T", "%an", "%ae", "%at", "%cn", "%ce", "%ct", "%B")
"""An empty field first: no path is empty, so it tells where a list of paths ends."""

_LOG = (
    "--no-pager",
    "log",
    "-z",
    "--topo-order",
    "--reverse",
    "--no-show-signature",
    "--encoding=UTF-8",
    "--name-only",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-merges=first-parent",
    "--ignore-submodules=none",
    "--root",
    f"--format={'%x00'.join(_FIELDS)}",
    "--stdin",
)


@dataclass(frozen=True)
class Repository:
    """A repository on this machine, bare or not."""

    path: Path
    shallow: frozenset[str]
    """Commits whose parents were left out when it was cloned."""


class Commit(NamedTuple):
    """One commit, as bytes where people wrote it. `paths` is what differs from its first parent."""

    revision: str
    parents: tuple[str, ...]
    tree: str
    author: tuple[bytes, bytes, bytes]
    committer: tuple[bytes, bytes, bytes]
    message: bytes
    paths: tuple[bytes, ...]
    edited: bool | None
    """Of a merge: whether it holds what merging its parents afresh does not give."""
    patch: Patch


def open_repository(path: Path | str) -> Repository:
    """The repository whose top is `path`. Raises Refusal if there is none."""
    place = Path(path).expanduser()
    if not place.is_dir():
        raise _no_repository(place, "no such directory" if not place.exists() else "it is a file")
    place = place.resolve()
    status, output, complaint = ask(
        place, "rev-parse", "--is-shallow-repository", "--git-path", "shallow"
    )
    if status:
        if (place / ".git").exists() or (place / "objects").is_dir():
            raise damaged(place, complaint)
        raise _no_repository(place, "there is no git repository")
    answer, _, boundary = output.decode("utf-8", "surrogateescape").strip().partition("\n")
    shallow: frozenset[str] = frozenset()
    if answer == "true":
        shallow = frozenset((place / boundary).read_text("ascii", "replace").split())
    return Repository(place, shallow)


def resolve(repository: Repository, name: str) -> str | None:
    """The commit that a name stands for, or None."""
    question = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    status, output, _ = ask(repository.path, *question)
    return output.decode("ascii").strip() if status == 0 else None


def existing(repository: Repository, revisions: Iterable[str]) -> tuple[str, ...]:
    """Those of `revisions` that are still commits here (a force push may have removed some)."""
    wanted = sorted(set(revisions))
    if not wanted:
        return ()
    given = "".join(f"{revision}\n" for revision in wanted).encode()
    status, output, complaint = ask(repository.path, "cat-file", "--batch-check", given=given)
    if status:
        raise damaged(repository.path, complaint)
    lines = (line.split() for line in output.decode("utf-8", "replace").splitlines())
    return tuple(words[0] for words in lines if len(words) == 3 and words[1] == "commit")


_HEADS = ("refs/pull/*/head", "refs/merge-requests/*/head", "refs/pull-requests/*/from")
"""Where GitHub, GitLab and Bitbucket keep what was proposed; a mirror clone has them."""


def proposed(repository: Repository) -> tuple[str, ...]:
    """The commits that pull requests propose, as far as the forge's own refs are here."""
    question = ("for-each-ref", "--format=%(objecttype) %(objectname)", *_HEADS)
    status, output, complaint = ask(repository.path, *question)
    if status:
        raise damaged(repository.path, complaint)
    lines = (line.split() for line in output.decode("ascii", "replace").splitlines())
    return tuple(words[1] for words in lines if words[:1] == ["commit"])


def first_parents(repository: Repository, tip: str) -> frozenset[bytes]:
    """The commits that `tip` passed through, following first parents, as raw hashes."""
    return frozenset(_listed(repository, "--first-parent", given=_revisions((tip,), ())))


def reached(repository: Repository, tips: Iterable[str], known: Iterable[str]) -> frozenset[bytes]:
    """The commits that `commits` will give, as raw hashes."""
    return frozenset(_listed(repository, given=_revisions(tips, known)))


def last_of(repository: Repository, tip: str, landed: frozenset[bytes]) -> str | None:
    """The newest commit that `tip` passed through and that is one of `landed`."""
    line = _listed(repository, "--first-parent", given=_revisions((tip,), ()))
    with closing(line):
        return next((raw.hex() for raw in line if raw in landed), None)


def _listed(repository: Repository, *words: str, given: bytes) -> Generator[bytes]:
    with closing(Fields(repository.path, ("rev-list", *words, "--stdin"), given)) as stream:
        for field in stream:
            yield from (bytes.fromhex(line.decode("ascii")) for line in field.split())


def count(repository: Repository, tips: Iterable[str], known: Iterable[str]) -> int:
    """How many commits `commits` will give."""
    given = _revisions(tips, known)
    status, output, complaint = ask(repository.path, "rev-list", "--count", "--stdin", given=given)
    if status:
        raise damaged(repository.path, complaint)
    return int(output)


def commits(repository: Repository, tips: Iterable[str], known: Iterable[str]) -> Iterator[Commit]:
    """Every commit reachable from `tips` and not from `known`, parents first."""
    given = _revisions(tips, known)
    with (
        closing(Fields(repository.path, _LOG, given)) as stream,
        closing(Merges(repository.path, given)) as merges,
        closing(Patches(repository.path, given)) as patches,
    ):
        try:
            yield from _read(stream, merges, patches)
        except (RuntimeError, StopIteration, UnicodeDecodeError) as error:
            why = "its output ended in the middle of a commit"
            raise damaged(repository.path, why) from error


def _read(stream: Iterator[bytes], merges: Merges, patches: Patches) -> Iterator[Commit]:
    begun = next(stream, None)
    while begun is not None:
        revision, parents, tree = (next(stream).decode("ascii") for _ in range(3))
        author = (next(stream), next(stream), next(stream))
        committer = (next(stream), next(stream), next(stream))
        message = next(stream)
        paths = []
        while begun := next(stream, None):
            paths.append(begun)
        if paths:
            paths[0] = paths[0].removeprefix(b"\n")
        above = tuple(parents.split())
        edited = merges.edited(revision) if len(above) == 2 else None
        patch = patches.of(revision, message)
        yield Commit(revision, above, tree, author, committer, message, tuple(paths), edited, patch)


def _revisions(tips: Iterable[str], known: Iterable[str]) -> bytes:
    lines = [*sorted(set(tips)), *(f"^{revision}" for revision in sorted(set(known)))]
    return "".join(f"{line}\n" for line in lines).encode()


def _no_repository(place: Path, why: str) -> Refusal:
    return Refusal(
        "The history was not read.",
        where=str(place),
        why=why,
        cure="Name the top of a git repository: what `git init` or `git clone` made.",
    )
