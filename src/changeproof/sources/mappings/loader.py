"""Mappings from their files: refused with file, line, reason and cure, or whole."""

import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from changeproof.events.refusal import Refusal
from changeproof.sources.mappings.shape import Heading, Mapping

_CASES = ".cases.yaml"
Shape = TypeVar("Shape", bound=Heading)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where it was built
_RULES = re.compile(r"^(?:shared|rules|name|commits|ignored|refused):", re.MULTILINE)


def files_of(folder: Path) -> list[Path]:
    """The mappings of a folder, by name, without their cases."""
    return [path for path in sorted(folder.glob("*.yaml")) if not path.name.endswith(_CASES)]


def load_folder(folder: Path) -> list[Mapping]:
    """Every mapping of a folder, by name. Raises Refusal."""
    return [read_mapping(path.read_text("utf-8"), path.name) for path in files_of(folder)]


def read_heading(text: str, file: str) -> Heading:
    """What stands above `shared` and the rules: quickly read, for who only asks by name."""
    head = text[: found.start()] if (found := _RULES.search(text)) else text
    return _checked(Heading, head, file)


def read_mapping(text: str, file: str) -> Mapping:
    """One mapping. Raises Refusal naming file and line."""
    mapping = _checked(Mapping, text, file)
    if mapping.id != file.removesuffix(".yaml"):
        why = f"`{mapping.id}` stands in a file of another name"
        raise _refused(file, 1, why, f"Call the file {mapping.id}.yaml.")
    return mapping


def _checked(shape: type[Shape], text: str, file: str) -> Shape:
    try:
        said = yaml.load(text, _Loader)  # noqa: S506 - it is the safe one
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        cure = "Put expressions that hold a colon or a quote under `key: >-`."
        raise _refused(file, mark.line + 1 if mark else 1, "it is no YAML", cure) from error
    try:
        return shape.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        at = (*first["loc"], *first.get("ctx", {}).get("at", ()))
        place = ".".join(str(part) for part in at)
        why = f"{place}: {first['msg'].removeprefix('Value error, ')}"
        field = first.get("ctx", {}).get("field")
        inner = ("fields", field) if field else ()
        node = yaml.compose(text, Loader=_Loader)
        raise _refused(file, _line(node, (*at, *inner)), why, "Mend that line.") from error


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """The line of the innermost part of `place` that the file has."""
    line = 1
    for part in place:
        if isinstance(node, yaml.MappingNode):
            inner = next((pair for pair in node.value if pair[0].value == part), None)
            if inner is None:
                continue  # the name of an alternative, which is nowhere in the file
            line, node = inner[0].start_mark.line + 1, inner[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line


def _refused(file: str, line: int, why: str, cure: str) -> Refusal:
    return Refusal("The mapping was not loaded.", where=f"{file}, line {line}", why=why, cure=cure)
