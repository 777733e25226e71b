"""How a system writes its versions, so that a version leads to a tag or a commit.

A pattern is text with named places in braces: `app-{version}-{revision}`, `{tag}`,
`registry/shop:v{version}`. Never a regular expression: what somebody configures is matched against
what a sender writes, and no pair of them may take long. Each place ends where the text after it
begins, sought once from the right end, so that matching takes one pass over a bounded text.
"""

import re
from typing import NamedTuple

LONGEST = 500
"""Characters of a pattern, and of a version that is matched."""

_MOST_PLACES = 4
_PLACE = re.compile(r"\{([a-z]+)\}")
_NAMES = ("tag", "version", "revision", "any")
_SHORT_HASH = re.compile(r"[0-9a-f]{7,64}")


class Named(NamedTuple):
    """What a version names: tags, one of which it may be, or the beginning of a commit's hash."""

    tags: tuple[str, ...]
    revision: str | None


def checked(pattern: str) -> str:
    """The pattern, if it is one. Raises ValueError that says what it lacks."""
    names = _PLACE.findall(pattern)
    literals = _PLACE.split(pattern)[::2]
    if any("{" in text or "}" in text for text in literals):
        raise ValueError("a version pattern has braces only around the name of a place")
    if unknown := [name for name in names if name not in _NAMES]:
        raise ValueError(
            f'a version pattern has no place "{unknown[0]}"; there are: {", ".join(_NAMES)}'
        )
    if not {"tag", "version", "revision"} & set(names):
        raise ValueError("a version pattern names a {tag}, a {version} or a {revision}")
    if len(names) > _MOST_PLACES or len(set(names)) != len(names):
        raise ValueError(f"a version pattern names each place once, {_MOST_PLACES} at most")
    if "" in literals[1:-1]:
        raise ValueError("a version pattern has some text between two places")
    return pattern


def named_in(pattern: str, version: str) -> Named | None:
    """What `version` names by a pattern that was checked, or None where it is written otherwise.

    A `{tag}` is a tag's name; a `{version}` is one with or without "v" before it.
    """
    if len(version) > LONGEST:
        return None
    literals, names = _PLACE.split(pattern)[::2], _PLACE.findall(pattern)
    if not version.startswith(literals[0]):
        return None
    rest = version[len(literals[0]) :]
    found: dict[str, str] = {}
    for name, after in zip(reversed(names), reversed(literals[1:]), strict=True):
        # From the right: what stands last is the hash or the tag, and a version holds dashes.
        if not rest.endswith(after):
            return None
        rest = rest[: len(rest) - len(after)]
        before = literals[names.index(name)]
        if name == names[0]:
            found[name], rest = rest, ""
        else:
            rest, cut, found[name] = rest.rpartition(before)
            if not cut:
                return None
            rest += before
    if not all(found.values()):
        return None
    revision = found.get("revision")
    if revision is not None and _SHORT_HASH.fullmatch(revision) is None:
        return None
    tags = [found["tag"]] if "tag" in found else []
    if "version" in found:
        tags += [found["version"], f"v{found['version']}"]
    return Named(tuple(dict.fromkeys(tags)), revision)
