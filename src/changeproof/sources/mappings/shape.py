"""What a mapping's file says, as it is checked when it is loaded."""

from typing import Annotated, Literal, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from changeproof.events.event import AccountKind, Event
from changeproof.events.vocabulary import EVENT_TYPES
from changeproof.sources.events import OF_THE_PRODUCT, REPORTED
from changeproof.sources.mappings.expressions import fault_of

_HEADER = frozenset(Event.model_fields) | {"type", "version"}
_SEEN = frozenset({"DeliverySeen"})
_OURS = (OF_THE_PRODUCT - _SEEN) | {"RoleGranted", "RoleRevoked"}
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
    "utc_time",
    "epoch_seconds",
    "epoch_milliseconds",
    "milliseconds_or_time",
    "kept_text",
    "sha",
    "sha_or_none",
    "shas",
    "digest",
    "content_digest",
    "pseudonym",
    "login",
    "ref_name",
    "uuid",
    "host",
    "map",
    "tickets",
]


_TIMES = ("time", "utc_time", "epoch_seconds", "epoch_milliseconds", "milliseconds_or_time")
_ACCOUNT_KINDS = frozenset({"human", *get_args(AccountKind)})


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
    """A natural key: a form with named parts, all of which the payload must state.

    One that is `optional` is none where a part is not stated.
    """

    form: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*:.*\{[a-z]+\}")]
    parts: dict[str, Found]
    optional: bool = False

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
        if self.found.conversion not in _TIMES:
            raise ValueError(f"say `as: time` or another of: {', '.join(_TIMES)}")
        return self


class Actor(_Said):
    """Who did it; an account without a kind is a human's.

    Where a system names people by their addresses, `account` is `as: pseudonym`.
    """

    account: Key | Found
    kind: Literal["human", "bot", "agent", "service"] | Found = "human"

    @model_validator(mode="after")
    def _tells_no_names(self) -> "Actor":
        if isinstance(self.account, Found) and self.account.conversion != "pseudonym":
            raise ValueError("an account is a key, or `as: pseudonym` of a person's address")
        told = set(self.kind.values.values()) if isinstance(self.kind, Found) else None
        if told is not None and (not told or told - _ACCOUNT_KINDS):
            raise ValueError("`kind` is `as: map` with values of human, bot, agent, service")
        return self


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
            raise ValueError(f"`{self.event}` is no event; GET /api/events/schema lists them")
        if self.event in _OURS:
            raise ValueError(f"{self.event} is said by the product alone")
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
    """A list of commits (id, message, timestamp, author, committer, paths): RevisionRecorded.

    An author may be `raw`, as `Name <address>`; `parents` are known only where a payload has them.
    """

    when: Path
    each: Path
    repository: Key
    parents: Found | None = None


class Ignored(_Said):
    """Deliveries that are no evidence of a change, and why."""

    when: Path
    reason: Annotated[str, Field(min_length=10)]


class Refused(_Said):
    """Deliveries that are broken, and in what: they go to quarantine."""

    when: Path
    reason: Annotated[str, Field(min_length=10)]


class Authentication(_Said):
    """How the sender proves who it is, for the door that takes its deliveries."""

    kind: Literal["hmac-sha256", "hmac-sha1", "shared-token", "basic", "bearer", "signed-jwt"]
    header: Annotated[str, Field(min_length=1)]
    prefix: str = ""


class Heading(_Said):
    """What a file says before its rules: which system's payloads, and how they are told."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Annotated[str, Field(min_length=1)]
    source: str | None = None
    """Whose events they become, where several files read one system; else the mapping's own id."""
    aliases: list[str] = []
    fits: Path
    body: Literal["json", "form", "csv"] = "json"
    """JSON may be one object, a list of them or one a line; CSV has a payload a row."""
    payloads: Path | None = None
    """Where payloads stand in each of the body's objects: a list; without it, each is one."""
    authentication: Authentication
    of_record: bool
    confidential: bool = False
    options: tuple[Literal["system", "environment"], ...] = ()
    """What an operator may state beside a file: expressions see it as `_options`."""

    @property
    def named(self) -> str:
        """The source of its events."""
        return self.source or self.id

    @field_validator("options", mode="before")
    @classmethod
    def _listed(cls, said: object) -> object:
        return tuple(said) if isinstance(said, list) else said


class Mapping(Heading):
    """One system."""

    name: Path | None = None
    shared: dict[str, object] = {}
    """What rules name by YAML anchors, and are asked about where they do."""
    rules: Annotated[list[Rule], Field(min_length=1)]
    commits: list[Commits] = []
    ignored: list[Ignored] = []
    refused: list[Refused] = []

    @model_validator(mode="after")
    def _says_whether_people_decide(self) -> "Mapping":
        decisions = {rule.event for rule in self.rules} - REPORTED - _SEEN
        if not self.of_record and decisions:
            why = f"by {min(decisions)} somebody decides, so a pipeline must not bring it: say true"
            raise PydanticCustomError("of_record", "{why}", {"why": why, "at": ("of_record",)})
        return self
