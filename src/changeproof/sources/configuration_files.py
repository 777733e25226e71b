"""Which files say how a repository is built and deployed, and what is kept of them.

By default: what runs in CI and what that needs (workflows, pipelines), what is built and deployed
from (Dockerfiles, Helm, Kustomize, Argo CD, Compose, Terraform), who must review (CODEOWNERS), and
what opens pull requests by itself (Dependabot, Renovate).
"""

import base64
import binascii
import re
from collections import Counter
from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from changeproof.events.event import sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.revisions import ConfigurationFileSeen
from changeproof.sources.areas import area_of
from changeproof.sources.delivery import MalformedPayload, Pseudonyms
from changeproof.sources.described import described
from changeproof.sources.document_files import documents
from changeproof.sources.reading import Reading

DEFAULT = "default"
"""In a list of patterns, all that counts without one."""
NONE = "none"
MOST_FILES = 500
"""Files of one repository that are looked at."""
LARGEST = 1 << 20
"""Bytes of a file that is looked at."""
LONGEST_PATH = 300
_AREAS = frozenset({"pipeline", "code_owners", "infrastructure"})
_BOTS = re.compile(
    r"^\.github/dependabot\.ya?ml$|(^|/)\.?renovate(rc)?(\.json5?)?$|^\.gitlab/renovate\.json5?$"
)
_DATA = re.compile(r"\.(ya?ml|json)$")
_MOST_PATTERNS = 50


def wanted_files(stated: str | None) -> Callable[[str], bool]:
    """Whether a path counts. `stated` is a list of patterns with commas (`*` also crosses `/`), in
    which `default` stands for what counts without one; `none` for nothing. Raises Refusal."""
    patterns = [each.strip() for each in (stated or DEFAULT).split(",") if each.strip()]
    if len(patterns) > _MOST_PATTERNS or any(len(each) > LONGEST_PATH for each in patterns):
        raise Refusal(
            "Which files are configuration was not understood.",
            where="configuration_files",
            why=f"there are over {_MOST_PATTERNS} patterns, or one of over {LONGEST_PATH} letters",
            cure="Write fewer and shorter ones, as in: default, deploy/*.ini",
        )
    if patterns == [NONE]:
        return lambda _path: False
    globs = [each for each in patterns if each != DEFAULT]
    by_default = DEFAULT in patterns

    def is_wanted(path: str) -> bool:
        if len(path) > LONGEST_PATH:
            return False
        return (by_default and is_configuration(path)) or any(
            fnmatchcase(path, each) for each in globs
        )

    return is_wanted


def is_configuration(path: str) -> bool:
    """Whether a path counts by default."""
    return area_of(path) in _AREAS or _BOTS.search(path) is not None


def file_fields(path: str, body: bytes, pseudonyms: Pseudonyms) -> str:
    """What a file says, as named fields for people to compare, in canonical JSON; secrets stand in
    it as salted digests. YAML and JSON go by their members, anything else by its lines."""
    return described(_said(path, body), pseudonyms)


def _said(path: str, body: bytes) -> Any:
    if _DATA.search(path.lower()):
        try:
            held = documents(body)
        except MalformedPayload:  # an alias, a template
            pass
        else:
            return held[0] if len(held) == 1 else held
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"SHA-256": sha256_hex(body)}
    # By what it says, not by its number: one more line moves no other.
    lines = Counter(line.strip() for line in text.splitlines() if line.strip())
    return {f"line: {line}": times for line, times in lines.items()}


NAME = "configuration_file"
"""Of the envelope in which our clients deliver one: no webhook tells what a file says."""


class File(msgspec.Struct):
    """One file: `content` in base64, null where it is gone (`was` tells one end from another);
    `revision` is the commit that touched it last."""

    path: str
    content: str | None = None
    revision: str | None = None


def file_seen(reading: Reading, repository: str, file: File) -> ConfigurationFileSeen:
    """What our client read of a file. Raises MalformedPayload."""
    body = _decoded(file.content)
    fields = None if body is None else file_fields(file.path, body, reading.pseudonyms)
    return ConfigurationFileSeen(
        **reading.header(None),
        repository=repository,
        path=file.path,
        digest=None if body is None else sha256_hex(body),
        fields=reading.keep(fields),
        revision=file.revision,
    )


def _decoded(content: str | None) -> bytes | None:
    if content is None:
        return None
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedPayload("it is no base64", where=f"{NAME}.content") from error


def shown_first(paths: Iterable[str]) -> list[str]:
    """Of too many, the same ones every time."""
    return sorted(paths)[:MOST_FILES]
