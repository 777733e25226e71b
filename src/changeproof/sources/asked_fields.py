"""What a company keeps in fields of its own on a ticket: system, risk, window.

Which field that is stands in the connection's settings, as JMESPath into the payload, and comes
with the delivery (`field.system = issue.fields.components[0].name`). A path that finds nothing
says nothing; a value that is no risk, kind or time is refused by name, never guessed.
"""

from functools import cached_property
from typing import Any

import jmespath
import msgspec
from jmespath.exceptions import JMESPathError

from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.times import microseconds

PREFIX = "field."
NAMES = ("system", "risk", "kind", "template", "begins_at", "ends_at")
_RISKS = {
    **{word: word for word in ("low", "medium", "high", "critical")},
    "moderate": "medium",
    "very high": "critical",
    "minor": "low",
    "major": "high",
}
_KINDS = ("infrastructure", "data", "software", "procedure")


class AskedFields:
    """The fields of one delivery that its settings name."""

    def __init__(self, delivery: Delivery) -> None:
        self._paths = {
            name.removeprefix(PREFIX): path
            for name, path in delivery.options
            if name.startswith(PREFIX)
        }
        self._body = delivery.body

    @cached_property
    def _document(self) -> Any:
        return msgspec.json.decode(self._body)

    def _text(self, name: str) -> str | None:
        path = self._paths.get(name)
        if path is None:
            return None
        try:
            found = jmespath.search(path, self._document)
        except JMESPathError as error:
            why = f"its path cannot be followed: {error}"
            raise MalformedPayload(why, where=f"{PREFIX}{name}") from error
        if found is None or found == "":
            return None
        if not isinstance(found, str):
            raise MalformedPayload("it is no text", where=f"{PREFIX}{name} = {path}")
        return found.strip()

    @property
    def of_request(self) -> dict[str, Any]:
        """What of it belongs to ChangeRequested. Raises MalformedPayload."""
        said: dict[str, Any] = {}
        if system := self._text("system"):
            said["system"] = system
        if template := self._text("template"):
            said["template"] = template
        if risk := self._text("risk"):
            said["risk"] = _RISKS.get(risk.casefold())
            if said["risk"] is None:
                raise MalformedPayload(f"{risk[:60]!r} is no risk", where=f"{PREFIX}risk")
        if kind := self._text("kind"):
            if kind.casefold() not in _KINDS:
                raise MalformedPayload(f"{kind[:60]!r} is no kind", where=f"{PREFIX}kind")
            said["kind"] = kind.casefold()
        return said

    @property
    def window(self) -> tuple[int, int] | None:
        """The planned window, where both of its ends are stated. Raises MalformedPayload."""
        ends = [self._moment(name) for name in ("begins_at", "ends_at")]
        if ends[0] is None or ends[1] is None:
            return None
        return ends[0], ends[1]

    def _moment(self, name: str) -> int | None:
        text = self._text(name)
        if text is None:
            return None
        found = microseconds(text.replace(" ", "T", 1), assume_utc=True)
        if found is None:
            raise MalformedPayload(f"{text[:60]!r} is no time", where=f"{PREFIX}{name}")
        return found
