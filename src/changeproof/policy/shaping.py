"""From a YAML text to a frozen model, or to what is wrong with it, line by line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from changeproof.events.refusal import Refusal
from changeproof.policy.document import Document, Kind, Place, read_document, refused

MOST_TOLD = 50
"""Problems of one file that are told at once."""

_QUOTED = re.compile(r"'([^']*)'")

_CURES = {
    "bool_type": "Write true or false.",
    "int_type": "Write a whole number.",
    "string_type": "Write a text; put it in quotes if it looks like a number.",
    "string_unicode": "Write characters, no halves of them.",
    "string_pattern_mismatch": "Write one line without control characters.",
    "tuple_type": "Write a list, such as [a, b], or [] for none.",
    "model_type": "Write keys and values below it, indented by two spaces.",
    "string_too_short": "Write a name, or delete the line.",
    "string_too_long": "Write a shorter one.",
    "too_short": "Name at least one.",
    "too_long": "Keep those that matter; the rest belongs to the tools that report them.",
}
_WHYS = {
    "bool_type": "is neither true nor false",
    "int_type": "is no whole number",
    "string_type": "is no text",
    "tuple_type": "is no list",
    "model_type": "is no set of keys and values",
    "string_too_short": "is empty",
    "too_short": "is an empty list",
}
_PATTERNS = {
    "id": "Write small letters, digits, dots and dashes, such as 08-alt.",
    "check": "Write a check's folder and name, such as cc8_1/08_approval.",
}

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class Shape(Generic[Model]):
    """What a file must look like. `elsewhere`: parts whose keys are often written beside them."""

    root: type[Model]
    kind: Kind
    elsewhere: Mapping[str, type[BaseModel]] = field(default_factory=dict)

    def read(self, text: str, file: str) -> Model:
        """What `text` states. Raises the first Refusal: line, reason and cure."""
        document = read_document(text, file, self.kind)
        try:
            return self.root.model_validate(document.data)
        except ValidationError as error:
            raise _refusals(self, document, error)[0] from error

    def refusals(self, text: str, file: str) -> tuple[Refusal, ...]:
        """What stands between `text` and such a file, by line; empty when there is nothing."""
        try:
            document = read_document(text, file, self.kind)
        except Refusal as refusal:
            return (refusal,)
        try:
            self.root.model_validate(document.data)
        except ValidationError as error:
            return _refusals(self, document, error)
        return ()


def _refusals(shape: Shape[Any], document: Document, error: ValidationError) -> tuple[Refusal, ...]:
    """One for each problem. A misspelt key is told once, not also as a missing one."""
    told: list[tuple[int, Refusal]] = []
    problems = sorted(error.errors(include_url=False), key=lambda each: each["type"] == "missing")
    meant: set[Place] = set()
    for problem in problems[:MOST_TOLD]:
        place: Place = tuple(problem["loc"])
        if problem["type"] == "missing" and place in meant:
            continue
        if problem["type"] == "extra_forbidden":
            near = _near_key(shape, document, place)
            meant.update({(*place[:-1], near)} if near else ())
        line = document.line(place)
        told.append(
            (
                line,
                refused(shape.kind, document.file, line, *_why_and_cure(shape, document, problem)),
            )
        )
    return tuple(refusal for _, refusal in sorted(told, key=lambda item: item[0]))


def _why_and_cure(shape: Shape[Any], document: Document, problem: ErrorDetails) -> tuple[str, str]:
    place: Place = tuple(problem["loc"])
    context = problem.get("ctx", {})
    named = f'"{_dotted(place)}"'
    match problem["type"]:
        case "policy":
            return f"{named}: {context['why']}", str(context["cure"])
        case "extra_forbidden":
            return f"there is no key {named}", _cure_of_key(shape, document, place)
        case "missing":
            return (
                f"{named} is missing",
                f'Add "{place[-1]}: …"; {shape.kind.example} shows its values.',
            )
        case "literal_error":
            value = _shown(problem["input"])
            return f"{named} cannot be {value}", _cure_of_value(problem["input"], context)
        case "greater_than_equal" | "less_than_equal":
            bound = context.get("ge", context.get("le"))
            word = "at least" if "ge" in context else "at most"
            return f"{named} cannot be {_shown(problem['input'])}", f"Write {word} {bound}."
        case "string_pattern_mismatch" | "string_type" if place[-1] in _PATTERNS:
            return f"{named} cannot be {_shown(problem['input'])}", _PATTERNS[str(place[-1])]
        case kind:
            why = _WHYS.get(kind, f"is not read: {problem['msg'][:1].lower()}{problem['msg'][1:]}")
            return f"{named} {why}", _CURES.get(kind, f"Compare it with {shape.kind.example}.")


def _near_key(shape: Shape[Any], document: Document, place: Place) -> str | None:
    """The known key that was meant, unless the file states that one as well."""
    around = place[:-1]
    keys = _model_at(shape.root, around).model_fields
    free = [key for key in keys if (*around, key) not in document.lines]
    return next(iter(get_close_matches(str(place[-1]), free, n=1, cutoff=0.6)), None)


def _cure_of_key(shape: Shape[Any], document: Document, place: Place) -> str:
    near = _near_key(shape, document, place)
    if near is not None:
        return f'Did you mean "{near}"?'
    for part, model in shape.elsewhere.items():
        if place[-1] in model.model_fields and place[:-1] != (part,):
            return f'It belongs under "{part}", indented by two spaces.'
    if place[-1] in shape.root.model_fields:
        return "It belongs at the beginning of a line, not under another key."
    keys = ", ".join(_model_at(shape.root, place[:-1]).model_fields)
    return f"Delete it; nothing reads it. Known here: {keys}."


def _cure_of_value(value: object, context: dict[str, Any]) -> str:
    allowed = _QUOTED.findall(str(context.get("expected", "")))
    near = get_close_matches(str(value).lower(), allowed, n=1, cutoff=0.6)
    listed = ", ".join(allowed)
    return f'Did you mean "{near[0]}"? It can be: {listed}.' if near else f"Write one of: {listed}."


def _model_at(root: type[BaseModel], place: Place) -> type[BaseModel]:
    """The model that holds the keys at `place`; a position in a list leads to its items."""
    model = root
    for step in place:
        if isinstance(step, int):
            continue
        annotation: Any = model.model_fields[step].annotation
        inner = next(iter(get_args(annotation)), annotation)
        model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return model


def _dotted(place: Place) -> str:
    """`tests.required[2].name`, counted from 1 as people do."""
    text = ""
    for step in place:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "the file"


def _shown(value: object) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return f'"{str(value)[:60]}"'
    return "a list" if isinstance(value, tuple) else "a mapping"
