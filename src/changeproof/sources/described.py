"""An item's content as named fields, so that two contents can be compared field by field.

What is kept is for people to read, so it errs on the side of hiding: whatever is called a secret,
looks like one, is a person's address or is long stands as a digest that is salted with this
instance's key. It differs where the value does, and tells nobody what it is.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from changeproof.events.event import canonical
from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.fingerprints import sealed
from changeproof.sources.reading import Reading

MOST = 1_000
"""Fields of one content; how many more there are is said."""
LONGEST = 200
"""Characters of a value that is shown, and of a field's name."""
SEALED = "sealed:"
MORE = "(further fields)"
_DEEPEST = 40
_SECRET_NAME = re.compile(
    r"(?i)pass(word|wd|phrase)?|secret|token|api.?key|private.?key|access.?key|credential|"
    r"user.?data|plaintext|^(env(ironment)?|variables?|data|stringdata|binarydata)$|cert|signature|"
    r"connection.?string|^auth(orization)?$"
)
_SECRET_VALUE = re.compile(
    r"(?i)-----BEGIN|://[^/\s:@]*:[^@\s]+@|(pass(word|wd)?|secret|token|key|credential)\S*\s*[=:]|"
    r"^(gh[opsu]_|github_pat_|glpat-|xox[a-z]-|akia|asia|sk_(live|test)_|eyj|hvs\.|bearer |basic )|"
    r"[^\s@]+@[^\s@]+\.[a-z]{2,}$"
)
_RANDOM = re.compile(r"[A-Za-z0-9+/=_-]{20,}")
_SPEAKS_OF_ONE = re.compile(r"(?i)^-{1,2}\S*(pass|secret|token|key|credential|auth)\S*$")
_ENTROPY = 3.7
"""Bits a character: generated keys lie above, names of things below."""


def fields_of(reading: Reading, value: Any) -> str | None:
    """Keep the fields of a content; the digest by which they are found. None for no content."""
    return None if value is None else reading.keep(described(value, reading.pseudonyms))


def described(value: Any, pseudonyms: Pseudonyms) -> str:
    """The fields of a content as canonical JSON: `{"spec.containers[app].image": "…"}`."""
    kept: dict[str, Any] = {}
    further = 0
    for name, part in _fields(value, "", pseudonyms, 0):
        if len(kept) < MOST:
            kept[name] = part
        else:
            further += 1
    if further:
        kept[MORE] = further
    return canonical(kept).decode()


def _fields(value: Any, name: str, pseudonyms: Pseudonyms, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > _DEEPEST:
        yield _short(name, pseudonyms), sealed(value, pseudonyms)
    elif isinstance(value, dict) and value:
        for key in sorted(value, key=str):
            said = _key(key, pseudonyms)
            place = f"{name}.{said}" if name else said
            if _SECRET_NAME.search(str(key)):
                yield from _hidden(value[key], place, pseudonyms, depth + 1)
            else:
                yield from _fields(value[key], place, pseudonyms, depth + 1)
    elif isinstance(value, list) and value:
        for number, part in enumerate(value):
            place = f"{name}[{_called(part, number, pseudonyms)}]"
            if (
                number
                and isinstance(value[number - 1], str)
                and _SPEAKS_OF_ONE.match(value[number - 1])
            ):
                yield from _hidden(part, place, pseudonyms, depth + 1)
            else:
                yield from _fields(part, place, pseudonyms, depth + 1)
    else:
        yield _short(name or "value", pseudonyms), _shown(value, pseudonyms)


def _hidden(value: Any, name: str, pseudonyms: Pseudonyms, depth: int) -> Iterator[tuple[str, Any]]:
    """The names of what is in there stay readable, no value does."""
    if isinstance(value, dict) and value and depth <= _DEEPEST:
        for key in sorted(value, key=str):
            place = f"{name}.{_key(key, pseudonyms)}"
            yield from _hidden(value[key], place, pseudonyms, depth + 1)
    elif isinstance(value, list) and value and depth <= _DEEPEST:
        for number, part in enumerate(value):
            yield from _hidden(
                part, f"{name}[{_called(part, number, pseudonyms)}]", pseudonyms, depth + 1
            )
    else:
        is_sealed = isinstance(value, str) and _is_sealed(value)
        yield _short(name, pseudonyms), value if is_sealed else sealed(value, pseudonyms)


def _called(part: Any, number: int, pseudonyms: Pseudonyms) -> str:
    """Members of a list that have a name are known by it: one more moves no other."""
    said = part.get("name") if isinstance(part, dict) else None
    return _key(said, pseudonyms) if isinstance(said, str) and said else str(number)


def _shown(value: Any, pseudonyms: Pseudonyms) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) else "[]"
    text = str(value)
    if _is_sealed(text):
        return text
    return sealed(text, pseudonyms) if len(text) > LONGEST or _looks_secret(text) else text


def _short(name: str, pseudonyms: Pseudonyms) -> str:
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST // 2]}…{_mark(name, pseudonyms)}"


def _key(key: Any, pseudonyms: Pseudonyms) -> str:
    """A name may be a secret, too: somebody's token, or address, as the name of a label."""
    text = str(key)
    if len(text) > LONGEST or _looks_secret(text):
        return f"(hidden {_mark(text, pseudonyms)})"
    return text


def _mark(text: str, pseudonyms: Pseudonyms) -> str:
    return sealed(text, pseudonyms)[len(SEALED) :][:12]


def _is_sealed(text: str) -> bool:
    return re.fullmatch(rf"{SEALED}[0-9a-f]{{64}}", text) is not None


def _looks_secret(text: str) -> bool:
    return _SECRET_VALUE.search(text) is not None or any(
        _looks_random(word) for word in _RANDOM.findall(_without_digests(text))
    )


def _without_digests(text: str) -> str:
    """`sha256:…` names a content, and is no secret."""
    return re.sub(r"sha(256|512):[0-9a-f]{64,128}", "", text)


def _looks_random(word: str) -> bool:
    if len(word) < 20 or not re.search(r"[0-9]", word) or not re.search(r"[A-Za-z]", word):
        return False
    counts = Counter(word).values()
    return -sum(n / len(word) * math.log2(n / len(word)) for n in counts) >= _ENTROPY or bool(
        re.fullmatch(r"[0-9a-f]{32,}", word)
    )
