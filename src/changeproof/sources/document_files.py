"""A file of one or many documents, as values: JSON, JSON lines, YAML; UTF-8 or UTF-16.

Numbers with a fraction stay exact (Decimal). YAML is read without aliases (a few lines of them
unfold to gigabytes) and without dates: a time stays the text that somebody wrote.
"""

import re
from decimal import Decimal
from typing import Any

import msgspec
import yaml

from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.documents import utf8
from changeproof.sources.guards import DEEPEST_NESTING, guard_json

MOST_DOCUMENTS = 100_000
"""Documents in one file."""

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_NO_YAML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def documents(body: bytes) -> list[Any]:
    """The values that a file of any of these formats holds. Raises MalformedPayload."""
    text = utf8(body)
    if text.lstrip()[:1] in (b"{", b"["):
        return _json(text)
    return _yaml(text)


def _json(text: bytes) -> list[Any]:
    guard_json(text)
    try:
        return [_decoder.decode(text)]
    except (msgspec.DecodeError, ArithmeticError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not _is_json(lines[0]):  # one document over many lines
            raise MalformedPayload(f"it is no JSON: {_without_excerpt(error)}") from error
    if len(lines) > MOST_DOCUMENTS:
        raise MalformedPayload(f"it has {len(lines):,} lines; we read {MOST_DOCUMENTS:,}")
    values = []
    for number, line in enumerate(lines, 1):
        try:
            values.append(_decoder.decode(line))
        except (msgspec.DecodeError, ArithmeticError, RecursionError) as error:
            raise MalformedPayload(
                f"it is no JSON: {_without_excerpt(error)}", where=f"line {number:,}"
            ) from error
    return values


def _is_json(line: bytes) -> bool:
    try:
        _decoder.decode(line)
    except (msgspec.DecodeError, ArithmeticError, RecursionError):
        return False
    return True


def _without_excerpt(error: Exception) -> str:
    return str(error)[:200] if isinstance(error, msgspec.DecodeError) else type(error).__name__


class _Loader(yaml.CSafeLoader):
    """Plain values; keys are texts, as in JSON, and stated once."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        del deep
        built: dict[Any, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key that is no text", key.start_mark
                )
            if key.value in built:
                raise yaml.constructor.ConstructorError(
                    None, None, "a key that is stated twice", key.start_mark
                )
            built[key.value] = self.construct_object(value, deep=True)
        return built


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _map(loader: _Loader, node: Any) -> dict[Any, Any]:
    return loader.construct_mapping(node)


def _float(loader: _Loader, node: Any) -> Any:
    try:
        number = Decimal(loader.construct_scalar(node))
    except ArithmeticError:
        return loader.construct_scalar(node)
    return number if number.is_finite() else str(number)


_Loader.add_constructor("tag:yaml.org,2002:map", _map)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def _yaml(text: bytes) -> list[Any]:
    try:
        written = text.decode()
    except UnicodeDecodeError as error:
        raise MalformedPayload("it is not UTF-8", where=f"byte {error.start:,}") from error
    if found := _NO_YAML.search(written):
        raise MalformedPayload("it holds a control character", where=f"character {found.start():,}")
    try:
        _guard_events(written)
        values = [value for value in yaml.load_all(written, _Loader) if value is not None]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise MalformedPayload(
            f"it is no YAML: {getattr(error, 'problem', None) or type(error).__name__}",
            where=f"line {mark.line + 1:,}" if mark else "",
        ) from error
    if not values:
        raise MalformedPayload("it holds no document")
    return values


def _guard_events(written: str) -> None:
    depth = 0
    for event in yaml.parse(written, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise MalformedPayload("it holds an alias, which can unfold to gigabytes")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST_NESTING:
                raise MalformedPayload(f"it nests deeper than {DEEPEST_NESTING} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
