"""Forges: where repositories, reviews and merges live, and how their natural keys read.

A pull request is `github:repo/9/pull/7`, `gitlab:HOST/project/3/merge/12` or
`gerrit:HOST/project/NAME/change/12`; what stands before its last two parts is its repository.
"""

FORGES: tuple[str, ...] = (
    "azure-devops",
    "bitbucket",
    "gerrit",
    "gitea",
    "github",
    "gitlab",
    "gogs",
)
"""Sources that tell of everything that happens in a repository."""

_MARKS = ("/pull/", "/merge/", "/change/")


def is_forge(source: str) -> bool:
    """Whether a source, or a kind of delivery, is a forge's."""
    return source in FORGES


def is_pull(name: str) -> bool:
    """Whether an identifier names a pull request, a merge request or a review server's change."""
    return "/pull/" in name or (_mark(name) != "" and is_forge(name.partition(":")[0]))


def repository_of_pull(name: str) -> str:
    """The repository of a pull request's natural key."""
    mark = _mark(name)
    return name.split(mark, 1)[0] if mark else name


def _mark(name: str) -> str:
    for mark in _MARKS:
        if mark in name:
            return mark
    return ""
