"""What a mapping's file says, as it is checked when it is loaded."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from changeproof.events.event import Event
from changeproof.events.vocabulary import EVENT_TYPES
from changeproof.sources.mappings.expressions import fault_of

_HEADER = frozenset(Event.model_fields) | {"type", "version"}
_VERDICTS = frozenset({"verdict", "conclusion", "outcome", "status", "decision"})


def _readable(expression: str) -> str:
    if fault := fault_of(expression):
        raise ValueError(f"it is no JMESPath: {fault}")
    return expression


Path = Annotated[str, Field(min_length=1), AfterValidator(_readable)]
Conversion = Literal[
    "text",
    "number",
    "flag",
    "lower",
    "time",
    "epoch_seconds",
    "epoch_milliseconds",
    "kept_text",
    "sha",
    "shas",
    "host",
    "map",
    "tickets",
]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Found(_Said):
    """A value of the payload: where it stands, and what it is turned into."""

    path: Path = Field(alias="from")
    conversion: Conversion = Field("text", alias="as")
    values: dict[str, str] = {}

    @model_validator(mode="after")
    def _map_has_values(self) -> "Found":
        if (self.conversion == "map") != bool(self.values):
            raise ValueError("`as: map` and `values:` go together, one line for each value")
        return self


class Stated(_Said):
    """A value that the rule itself states; its `when` has to prove it."""

    value: str | bool


class Key(_Said):
    """A natural key: a form with named parts, all of which the payload must state."""

    form: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:.*\{[a-z]+\}")]
    parts: dict[str, Found]

    @model_validator(mode="after")
    def _parts_are_named(self) -> "Key":
        try:
            self.form.format(**dict.fromkeys(self.parts, ""))
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"`form` names a part that `parts` has not: {error}") from error
        return self


Value = Found | Stated | Key


class Time(_Said):
    """When it happened; `bound` where that is only the latest time that is stated."""

    found: Found = Field(alias="value")
    basis: Literal["stated", "bound"]

    @model_validator(mode="after")
    def _is_a_time(self) -> "Time":
        if self.found.conversion not in ("time", "epoch_seconds", "epoch_milliseconds"):
            raise ValueError("say `as: time`, `as: epoch_seconds` or `as: epoch_milliseconds`")
        return self


class Actor(_Said):
    """Who did it; an account without a kind is a human's."""

    account: Key
    kind: Literal["human", "bot", "agent", "service"] = "human"


def _fault(field: str, why: str) -> PydanticCustomError:
    return PydanticCustomError("field_of_rule", "{why}", {"why": why, "field": field})


class Rule(_Said):
    """One event for each payload, or each member of a list, for which `when` is true."""

    when: Path
    each: Path | None = None
    event: str
    occurred_at: Time | None = None
    actor: Actor | None = None
    fields: dict[str, Value]

    @model_validator(mode="after")
    def _makes_an_event(self) -> "Rule":
        shape = EVENT_TYPES.get(self.event)
        if shape is None:
            raise ValueError(f"`{self.event}` is no event; see docs/events.md")
        for name, value in self.fields.items():
            if name in _HEADER or name not in shape.model_fields:
                raise _fault(name, f"{self.event} has no field `{name}`")
            if name in _VERDICTS and isinstance(value, Found) and value.conversion != "map":
                raise _fault(name, f"`{name}` is a verdict: say `as: map` with each of its values")
            if name in _VERDICTS and isinstance(value, Found) and "||" in value.path:
                raise _fault(name, f"`{name}` is a verdict, and a verdict has no default")
        for name, field in shape.model_fields.items():
            if name not in _HEADER and field.is_required() and name not in self.fields:
                raise ValueError(f"{self.event} needs the field `{name}`")
        return self


class Commits(_Said):
    """A list of commits (id, message, timestamp, author, committer, paths): RevisionRecorded."""

    when: Path
    each: Path
    repository: Key


class Ignored(_Said):
    """Deliveries that are no evidence of a change, and why."""

    when: Path
    reason: Annotated[str, Field(min_length=10)]


class Authentication(_Said):
    """How the sender proves who it is, for the door that takes its deliveries."""

    kind: Literal["hmac-sha256", "hmac-sha1", "shared-token", "basic", "bearer", "signed-jwt"]
    header: Annotated[str, Field(min_length=1)]
    prefix: str = ""


class Mapping(_Said):
    """One system."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Annotated[str, Field(min_length=1)]
    aliases: list[str] = []
    fits: Path
    name: Path | None = None
    authentication: Authentication
    of_record: bool
    confidential: bool = False
    shared: dict[str, Value] = {}
    """Values that rules name by YAML anchors; nothing else reads them."""
    rules: Annotated[list[Rule], Field(min_length=1)]
    commits: list[Commits] = []
    ignored: list[Ignored] = []
