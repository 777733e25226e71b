"""What counts as production in a repository: a branch, or tags of a pattern."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from changeproof.events.refusal import Refusal
from changeproof.sources.git.command import ask, damaged
from changeproof.sources.git.reader import Repository, resolve

_TAGS = "tags:"
_TAG_FIELDS = "%00".join(
    (
        "%(refname)",
        "%(objectname)",
        "%(objecttype)",
        "%(taggername)",
        "%(taggeremail:trim)",
        "%(taggerdate:unix)",
        "%(committerdate:unix)",
        "%(*objectname)",
        "%(*objecttype)",
        "%(*committerdate:unix)",
    )
)


@dataclass(frozen=True)
class Tag:
    """A tag that stands for a deployment of `revision`; `tagger` if it is annotated."""

    name: str
    object_id: str
    revision: str
    tagger: tuple[bytes, bytes, bytes] | None
    committed: bytes
    """The commit's own time, in Unix seconds; blank where git does not say."""


@dataclass(frozen=True)
class Production:
    """Where history is read from; `branch_tip` if its first parents count as deployed."""

    query: str
    tips: tuple[str, ...]
    branch_tip: str | None
    tags: tuple[Tag, ...] = ()


def find_production(repository: Repository, stated: str | None) -> Production:
    """`stated` is a ref, `tags:GLOB`, or None for the default branch.

    Raises Refusal if it is unknown, or if there is no commit at all.
    """
    if stated is not None and stated.startswith(_TAGS):
        return _tagged(repository, stated)
    tip = resolve(repository, stated or "HEAD")
    if tip is None:
        raise _unknown(repository, stated)
    return Production(f"log {stated or _default_branch(repository)}", (tip,), tip)


def newest(production: Production) -> str:
    """The commit that is in production: the branch's tip, or the tag that was made last."""
    if production.branch_tip is not None:
        return production.branch_tip
    if not production.tags:
        return production.tips[0]
    return max(production.tags, key=lambda tag: (_made(tag), tag.name)).revision


def _made(tag: Tag) -> int:
    told = tag.tagger[2] if tag.tagger else tag.committed
    return int(told) if told.isdigit() else 0


def _tagged(repository: Repository, stated: str) -> Production:
    glob = stated.removeprefix(_TAGS)
    known = read_tags(repository)
    tags = [tag for tag in known if fnmatchcase(tag.name, glob)]
    if not tags:
        raise _no_tag(repository, glob, [tag.name for tag in known])
    tips = {tag.revision for tag in tags}
    if default := resolve(repository, "HEAD"):
        tips.add(default)
    return Production(f"log {stated}", tuple(sorted(tips)), None, tuple(tags))


def read_tags(repository: Repository) -> list[Tag]:
    """Every tag that names a commit. Raises Refusal for a damaged repository."""
    status, output, complaint = ask(
        repository.path, "for-each-ref", f"--format={_TAG_FIELDS}", "refs/tags"
    )
    if status:
        raise damaged(repository.path, complaint)
    rows = [line.split(b"\0") for line in output.splitlines()]
    named = [(row[0].decode("utf-8", "replace").removeprefix("refs/tags/"), row) for row in rows]
    tags = (_tag(repository, name, row) for name, row in named)
    return [tag for tag in tags if tag is not None]


def _tag(repository: Repository, tag: str, row: list[bytes]) -> Tag | None:
    """None where a tag names no commit: then nothing was released."""
    _, object_id, kind, name, address, date, own_time, inner, inner_kind, inner_time = row
    if kind == b"commit":
        return Tag(tag, object_id.decode("ascii"), object_id.decode("ascii"), None, own_time)
    revision: str | None = inner.decode("ascii")
    if inner_kind != b"commit":  # a tag of a tag, or of a file
        revision = resolve(repository, object_id.decode("ascii"))
        inner_time = b""
    if kind != b"tag" or revision is None:
        return None
    tagger = (name, address, date) if date else None
    return Tag(tag, object_id.decode("ascii"), revision, tagger, inner_time)


def _default_branch(repository: Repository) -> str:
    status, output, _ = ask(repository.path, "symbolic-ref", "--quiet", "--short", "HEAD")
    return output.decode("utf-8", "replace").strip()[:400] if status == 0 else "HEAD"


def _branches(repository: Repository) -> list[str]:
    _, output, _ = ask(
        repository.path,
        "for-each-ref",
        "--count=8",
        "--format=%(refname:short)",
        "refs/heads",
        "refs/remotes",
    )
    return output.decode("utf-8", "replace").split()


def _unknown(repository: Repository, stated: str | None) -> Refusal:
    branches = _branches(repository)
    if not branches and resolve(repository, "HEAD") is None:
        status, _, complaint = ask(repository.path, "rev-parse", "--verify", "HEAD^{tree}")
        loose = ask(repository.path, "for-each-ref", "--count=1")[1]
        if status and loose:
            return damaged(repository.path, complaint)
        return Refusal(
            "The history was not read.",
            where=str(repository.path),
            why="the repository is empty: it has no commit",
            cure="Commit or fetch something, then import it again.",
        )
    shown = ", ".join(branches) or "none"
    return Refusal(
        "The history was not read.",
        where=str(repository.path),
        why=f'"{stated}" names no commit here'
        if stated
        else f'the default branch "{_default_branch(repository)}" has no commit',
        cure=f"Name the branch that is production with --production; there are: {shown}.",
    )


def _no_tag(repository: Repository, glob: str, names: list[str]) -> Refusal:
    shown = ", ".join(names[-5:]) or "none"
    return Refusal(
        "The history was not read.",
        where=str(repository.path),
        why=f'no tag matches "{glob}"',
        cure=f"Name a pattern that tags here match, as in 'tags:v*'; there are: {shown}.",
    )
