"""Files that say how a repository is built and deployed, as they are at a commit."""

from collections.abc import Callable, Collection, Iterator

from changeproof.events.event import sha256_hex
from changeproof.events.revisions import ConfigurationFileSeen
from changeproof.sources.configuration_files import LARGEST, file_fields, shown_first
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.git.command import ask, damaged
from changeproof.sources.git.reader import Repository
from changeproof.sources.git.translate import SOURCE, Translated


def changed_files(
    repository: Repository,
    name: str,
    tip: str,
    known: dict[str, str],
    wanted: Callable[[str], bool],
    pseudonyms: Pseudonyms,
) -> Iterator[Translated]:
    """What is another than `known` (digests by path) of the wanted files at `tip`, and what is
    gone. The commit that put it there is asked for where something was known before."""
    blobs = _blobs(repository, tip, wanted)
    looked_at = shown_first(blobs)
    bodies = _bodies(repository, {blobs[path] for path in looked_at})
    for path in looked_at:
        body = bodies.get(blobs[path])
        if body is None:  # too large, or left out of a partial clone
            continue
        digest = sha256_hex(body)
        if known.get(path) == digest:
            continue
        said = file_fields(path, body, pseudonyms).encode()
        by = _last_commit(repository, tip, path) if known else None
        yield _seen(name, tip, path, digest, sha256_hex(said), by), (said,)
    for path in sorted(known.keys() - blobs.keys()):
        by = _last_commit(repository, tip, path)
        yield _seen(name, tip, path, None, None, by), ()


def _seen(
    name: str, tip: str, path: str, digest: str | None, fields: str | None, by: str | None
) -> ConfigurationFileSeen:
    return ConfigurationFileSeen(
        source=SOURCE,
        delivery=tip,
        occurred_at=None,
        time_basis="none",
        repository=name,
        path=path,
        digest=digest,
        fields=fields,
        revision=by,
    )


def _blobs(repository: Repository, tip: str, wanted: Callable[[str], bool]) -> dict[str, str]:
    """Path and object of each. Raises Refusal where the repository is damaged."""
    listed = _asked(repository, "ls-tree", "-r", "-z", "--full-tree", tip)
    blobs: dict[str, str] = {}
    for line in listed.split(b"\0"):
        told, _, path = line.partition(b"\t")
        words = told.split()
        if len(words) == 3 and words[1] == b"blob":
            # A name that is no UTF-8 is not ours to spell: no pattern is meant for it.
            spelled = path.decode("utf-8", "replace")
            if "\ufffd" not in spelled and wanted(spelled):
                blobs[spelled] = words[2].decode("ascii")
    return blobs


def _bodies(repository: Repository, blobs: Collection[str]) -> dict[str, bytes]:
    """By object, the content of those that are not too large."""
    given = "".join(f"{blob}\n" for blob in sorted(blobs)).encode()
    if not given:
        return {}
    listed = _asked(repository, "cat-file", "--batch-check", given=given).decode("ascii", "replace")
    told = map(str.split, listed.splitlines())
    small = [words[0] for words in told if len(words) == 3 and int(words[2]) <= LARGEST]
    given = "".join(f"{blob}\n" for blob in small).encode()
    held = _asked(repository, "cat-file", "--batch", given=given) if small else b""
    found, at = {}, 0
    for blob in small:
        line_end = held.index(b"\n", at)
        size = int(held[at:line_end].split()[2])
        found[blob] = held[line_end + 1 : line_end + 1 + size]
        at = line_end + size + 2
    return found


def _last_commit(repository: Repository, tip: str, path: str) -> str | None:
    """The commit of the branch itself that touched a file last."""
    question = ("log", "-1", "--first-parent", "--format=%H", tip, "--", path)
    told = _asked(repository, "--no-pager", "--literal-pathspecs", *question)
    return told.decode("ascii", "replace").strip() or None


def _asked(repository: Repository, *words: str, given: bytes = b"") -> bytes:
    status, output, complaint = ask(repository.path, *words, given=given)
    if status:
        raise damaged(repository.path, complaint)
    return output
