"""What a provenance says it was built from: the commit, and where it was fetched.

https://slsa.dev/spec/v1.1/provenance, https://slsa.dev/spec/v0.2/provenance
"""

import re
from collections.abc import Iterator
from typing import Any

from changeproof.sources.facts import inside, listed, revision_in, text

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMIT_PAGE = re.compile(r"(https?://[^\s]+)/commit/([0-9a-f]{40})")


def built_from(predicate: Any) -> tuple[str | None, str | None]:
    """Commit and repository; of several dependencies, the one that the build was started on."""
    entry = inside(predicate, "invocation", "configSource")
    main = _address(text(entry, "uri") or text(predicate, "externalParameters", "source"))
    main = main or _address(
        text(predicate, "buildDefinition", "externalParameters", "workflow", "repository")
    )
    found = list(_fetched(predicate, entry))
    for commit, repository in found:
        if main is None or repository == main:
            return commit, repository
    if len(found) == 1:
        return found[0]
    return revision_in(text(predicate, "invocation", "environment", "GITHUB_SHA")), main


def git_commit(digest: Any) -> str | None:
    """The commit of a set of digests."""
    for name in ("gitCommit", "sha1"):
        said = text(digest, name)
        if said and _COMMIT.fullmatch(said):
            return said
    return None


def _fetched(predicate: Any, entry: Any) -> Iterator[tuple[str, str | None]]:
    dependencies = (
        *listed(predicate, "buildDefinition", "resolvedDependencies"),
        *listed(predicate, "materials"),
    )
    for one in (entry, *dependencies):
        uri = text(one, "uri") or ""
        if page := _COMMIT_PAGE.fullmatch(uri):
            yield page[2], _address(page[1])
        elif (commit := git_commit(inside(one, "digest"))) and (
            "git" in uri or text(one, "digest", "gitCommit")
        ):
            yield commit, _address(uri)


def _address(uri: str | None) -> str | None:
    """`https://host/owner/name` of `git+https://host/owner/name.git@ref`."""
    if not uri:
        return None
    plain = uri.removeprefix("git+").removeprefix("git://")
    scheme, found, rest = plain.partition("://")
    rest = rest if found else plain
    path = rest.partition("@")[0] if "@" in rest.partition("/")[2] else rest
    return f"{scheme if found else 'https'}://{path.removesuffix('.git').rstrip('/')}"[:500] or None
