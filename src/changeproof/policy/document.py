"""A YAML text as plain data with the line of every key and value (YAML 1.2 core schema).

PyYAML reads YAML 1.1, where `on` is a truth value and `1:30` a number; here a word is a word, and
truth is `true` or `false`. Anchors, aliases, merge keys and tags are refused: a policy is read by
people, and what stands on a line is what it says. Keys that stand twice are refused.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from changeproof.events.refusal import Refusal

LARGEST = 64 * 1024
"""Characters; the standard policy has 3,000."""

DEEPEST = 10
"""Mappings and lists inside each other; a policy has three."""

Place = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is to be: `what` is said when it is not, `example` shows what it looks like."""

    what: str
    example: str


POLICY = Kind("The policy was not taken.", "a profile")


@dataclass(frozen=True, slots=True)
class Document:
    """`data` holds mappings, tuples and scalars; `lines` the line on which each of them begins."""

    file: str
    data: dict[str, Any]
    lines: dict[Place, int] = field(default_factory=dict)
    kind: Kind = POLICY

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest thing around it that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_document(text: str, file: str, kind: Kind = POLICY) -> Document:
    """The mapping that `text` states. Raises Refusal naming file, line and cure."""
    if len(text) > LARGEST:
        raise refused(
            kind,
            file,
            1,
            f"the file has {len(text):,} characters; {LARGEST:,} are read",
            "Keep rules in it, and texts and lists of people elsewhere.",
        )
    root = _composed(text, file, kind)
    if root is None:
        raise refused(kind, file, 1, "the file is empty", f"Begin with a copy of {kind.example}.")
    if not isinstance(root, MappingNode):
        raise refused(
            kind,
            file,
            root.start_mark.line + 1,
            f"a {_kind(root)} stands where keys and values belong",
            'Write a key and its value on each line, such as "version: 1".',
        )
    document = Document(file, {}, kind=kind)
    document.lines[()] = root.start_mark.line + 1
    document.data.update(_mapping(root, (), document))
    return document


def refused(kind: Kind, file: str, line: int, why: str, cure: str) -> Refusal:
    """The Refusal of a file, at a line."""
    return Refusal(kind.what, where=f"{file}, line {line}", why=why, cure=cure)


class _Composer(yaml.SafeLoader):
    """Builds nodes only; stops at aliases and at depth, before either can cost anything."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) is not None:
            raise _Stop(line, "anchors (&) and aliases (*) are not read", "Write the value out.")
        if getattr(event, "tag", None) is not None:
            raise _Stop(line, f'the tag "{event.tag}" is not read', "Write the value without it.")
        if self.depth > DEEPEST:
            raise _Stop(line, "too many levels inside each other", "Write it flatter.")
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Stop(Exception):
    def __init__(self, line: int, why: str, cure: str) -> None:
        super().__init__(why)
        self.line, self.why, self.cure = line, why, cure


def _composed(text: str, file: str, kind: Kind) -> Node | None:
    cure = "Check indentation (no tabs), colons and quotes on this line and the one above."
    composer: _Composer | None = None
    try:
        composer = _Composer(text)
        return composer.get_single_node()
    except _Stop as stop:
        raise refused(kind, file, stop.line, stop.why, stop.cure) from stop
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = f"this is no YAML: {error.problem or error.context}"
        raise refused(kind, file, mark.line + 1 if mark else 1, why, cure) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        why = f"a character that no text holds (U+{ord(text[error.position]):04X})"
        raise refused(kind, file, line, why, "Delete it.") from error
    except (ValueError, OverflowError) as error:  # an escape such as "\UFFFFFFFF"
        line = composer.get_mark().line + 1 if composer else 1
        why = "an escape stands for no character"
        raise refused(kind, file, line, why, "Write the character itself.") from error


def _value(node: Node, place: Place, document: Document) -> Any:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, place, document)
    if isinstance(node, SequenceNode):
        items = enumerate(node.value)
        return tuple(_value(item, (*place, position), document) for position, item in items)
    assert isinstance(node, ScalarNode)  # noqa: S101  # YAML has three kinds of nodes
    if node.style is not None:  # quoted
        return node.value
    if node.value in _WORDS:
        return _WORDS[node.value]
    return int(node.value) if _INTEGER.fullmatch(node.value) else node.value


def _mapping(node: MappingNode, place: Place, document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise refused(
                document.kind,
                document.file,
                line,
                f"a {_kind(key)} stands where a key belongs",
                "Write a word.",
            )
        name = str(key.value)
        here = (*place, name)
        if name in values:
            first = document.lines[here]
            raise refused(
                document.kind,
                document.file,
                line,
                f'"{name}" stands twice, first on line {first}',
                "Keep one of the two.",
            )
        document.lines[here] = line
        values[name] = _value(value, here, document)
    return values


def _kind(node: Node) -> str:
    if isinstance(node, MappingNode):
        return "mapping"
    return "list" if isinstance(node, SequenceNode) else "single value"
