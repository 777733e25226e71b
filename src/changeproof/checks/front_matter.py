"""The YAML in the comment at the top of a check: what it is called, asks and cannot see."""

import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from changeproof.checks.statement import kept
from changeproof.events.refusal import Refusal

Subject = Literal["change", "system", "organisation", "incident", "vulnerability", "item"]
Severity = Literal["low", "medium", "high", "critical"]

_COMMENT = re.compile(r"\s*/\*(?P<yaml>.*?)\*/", re.DOTALL)
_ID = re.compile(r"(cc8_1|signs|practices|segregation|around|custom)/[a-z0-9][a-z0-9_]{0,63}")
_REQUIRED = ("id", "title", "criterion", "subject", "severity", "checks", "re_perform")
_KNOWN = frozenset((*_REQUIRED, "policy", "does_not_check", "second"))


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a check says of itself. `second`: it runs after the others and reads `finding`."""

    id: str
    title: str
    criterion: str
    subject: Subject
    severity: Severity
    checks: str
    re_perform: str
    does_not_check: str = ""
    policy: tuple[str, ...] = ()
    second: bool = False

    @property
    def group(self) -> str:
        """The folder: `cc8_1`, `signs`, `around`."""
        return self.id.partition("/")[0]

    @property
    def is_sign(self) -> bool:
        return self.group == "signs"


@dataclass(frozen=True, slots=True)
class ViewMatter:
    """What a view says of itself: the question it answers; the columns to index."""

    name: str
    question: str
    index: tuple[str, ...] = ()


def read_front_matter(text: str, file: str) -> FrontMatter:
    """The front matter of a check. Raises Refusal naming file and line."""
    said = kept(text, "front_matter", lambda: _mapping(text, file))
    for name in _REQUIRED:
        if not said.get(name):
            raise _refused(file, 1, f"its front matter does not say `{name}`", f"Add `{name}:`.")
    for name in said:
        if name not in _KNOWN:
            line = _line_of(text, f"{name}:")
            raise _refused(file, line, f"nothing reads `{name}`", f"Remove `{name}:`.")
    identifier = str(said["id"])
    if not _ID.fullmatch(identifier):
        cure = "Write a folder and a name, such as `custom/two_reviews`."
        raise _refused(file, _line_of(text, "id:"), f"`{identifier}` is no check id", cure)
    for name, options in (("subject", get_args(Subject)), ("severity", get_args(Severity))):
        if said[name] not in options:
            cure = f"Write one of: {', '.join(options)}."
            raise _refused(file, _line_of(text, f"{name}:"), f"`{said[name]}` is no {name}", cure)
    return FrontMatter(
        id=identifier,
        title=str(said["title"]),
        criterion=str(said["criterion"]),
        subject=said["subject"],
        severity=said["severity"],
        checks=_prose(said["checks"]),
        re_perform=_prose(said["re_perform"]),
        does_not_check=_prose(said.get("does_not_check", "")),
        policy=tuple(str(name) for name in said.get("policy") or ()),
        second=bool(said.get("second", False)),
    )


def read_view_matter(text: str, file: str, name: str) -> ViewMatter:
    """The front matter of a view: `view` (its question) and `index`."""
    said = kept(text, "front_matter", lambda: _mapping(text, file))
    if not said.get("view"):
        raise _refused(file, 1, "it does not say which question it answers", "Add `view:`.")
    index = tuple(str(column) for column in said.get("index") or ())
    return ViewMatter(name, _prose(said["view"]), index)


def _mapping(text: str, file: str) -> dict[str, Any]:
    import yaml  # not needed where the cache holds it

    found = _COMMENT.match(text)
    if found is None:
        cure = "Begin the file with /* ... */ and in it `id:`, `title:` and so on."
        raise _refused(file, 1, "it does not begin with its front matter", cure)
    try:
        said = yaml.safe_load(found["yaml"])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 1 + (mark.line if mark else 0)
        cure = "Put texts that hold a colon under `key: >` on lines of their own."
        raise _refused(file, line, "its front matter is no YAML", cure) from error
    if not isinstance(said, dict):
        cure = "Write `id:`, `title:` and so on, one a line."
        raise _refused(file, 1, "its front matter holds no keys", cure)
    return said


def _prose(text: Any) -> str:
    return " ".join(str(text).split())


def _line_of(text: str, wanted: str) -> int:
    position = text.find(wanted)
    return text.count("\n", 0, max(position, 0)) + 1


def _refused(file: str, line: int, why: str, cure: str) -> Refusal:
    return Refusal("The check was not loaded.", where=f"{file}, line {line}", why=why, cure=cure)
