"""Laws of the vocabulary: what goes in comes out, and everybody hashes the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.entry import parse_entry, seal
from changeproof.events.event import LARGEST_EVENT, Event, canonical, canonical_event, sha256_hex
from changeproof.events.refusal import Refusal
from changeproof.events.revisions import RefChanged
from changeproof.events.vocabulary import EVENT_TYPES, event_from, json_schema, parse_event

texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)
revisions = st.text("0123456789abcdef", min_size=40, max_size=40)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
times = st.integers(-(2**53) + 1, 2**53 - 1)
keys = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)


def _values(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a field's JSON Schema allows; tuples for lists, ASCII keys for objects."""
    if "examples" in schema:  # what is checked by more than its shape
        return st.sampled_from(schema["examples"])
    if "anyOf" in schema:
        return st.one_of(*map(_values, schema["anyOf"]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "12,63" in schema.get("pattern", ""):
        return st.text("0123456789abcdef", min_size=12, max_size=63)
    if "pattern" in schema:
        return digests if "40" not in schema["pattern"] else revisions
    match schema["type"]:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "array":
            least = schema.get("minItems", 0)
            return st.lists(_values(schema["items"]), min_size=least, max_size=3).map(tuple)
        case "object":
            names = schema.get("propertyNames", {}).get("enum")
            named = st.sampled_from(names) if names else keys
            return st.dictionaries(named, _values(schema["additionalProperties"]), max_size=3)
        case _:
            return texts


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Any event of any type."""
    kind = EVENT_TYPES[draw(st.sampled_from(sorted(EVENT_TYPES)))]
    fields = kind.model_json_schema()["properties"]
    return kind(**{name: draw(_values(schema)) for name, schema in fields.items()})


@settings(max_examples=300, deadline=None)
@given(events())
def test_an_event_comes_back_as_it_went_in(event: Event) -> None:
    assert parse_event(canonical_event(event)) == event
    assert event_from(json.loads(canonical_event(event))) == event


@settings(max_examples=300, deadline=None)
@given(events())
def test_the_bytes_are_canonical_json(event: Event) -> None:
    unsaid = {name for name in event.later if not getattr(event, name)}
    assert canonical_event(event) == rfc8785.dumps(event.model_dump(mode="json", exclude=unsaid))


def test_a_field_that_came_later_leaves_older_events_as_they_were() -> None:
    stated = {
        "type": "StateObserved",
        "source": "test",
        "delivery": "1",
        "occurred_at": 1,
        "system": "s",
        "environment": "e",
        "item": "i",
    }
    older, newer = event_from(stated), event_from({**stated, "digest": "a" * 64})
    assert b"digest" not in canonical_event(older).replace(b"payload_digest", b"")
    assert parse_event(canonical_event(newer)) == newer


def test_every_field_that_came_later_is_left_out_where_it_says_nothing() -> None:
    for kind in EVENT_TYPES.values():
        for name in kind.later:
            field = kind.model_fields[name]
            unsaid = kind.model_construct(**{name: field.get_default(call_default_factory=True)})
            written = json.loads(canonical_event(unsaid))
            assert name not in written, f"{kind.__name__}.{name} would change what is logged"


@settings(max_examples=100, deadline=None)
@given(events(), times.filter(lambda moment: moment >= 0), texts)
def test_an_entry_comes_back_and_its_id_knows_no_receipt(
    event: Event, received_at: int, collector: str
) -> None:
    entry = seal(event, received_at=received_at, collector=collector)
    assert parse_entry(entry.encoded) == entry
    assert entry.encoded == canonical(json.loads(entry.encoded))
    assert entry.id == sha256_hex(canonical_event(event))
    assert seal(event, received_at=received_at + 1, collector="x").id == entry.id


@given(
    st.recursive(
        texts | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
    )
)
def test_canonical_agrees_with_an_independent_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_canonical_agrees_with_published_vectors(shared: Path) -> None:
    folder = shared / "data/payloads/jsoncanon"
    compared = 0
    for given_file in sorted((folder / "input").glob("*.json")):
        value = json.loads(given_file.read_bytes())
        if _within_the_vocabulary(value):
            expected = (folder / "output" / given_file.name).read_bytes()
            assert canonical(value) == expected, given_file.name
            compared += 1
    assert compared


def _within_the_vocabulary(value: Any) -> bool:
    """No floats, no large integers, ASCII keys: the rest no event can hold."""
    if isinstance(value, dict):
        return all(key.isascii() and _within_the_vocabulary(v) for key, v in value.items())
    if isinstance(value, list):
        return all(map(_within_the_vocabulary, value))
    if isinstance(value, int):
        return abs(value) < 2**53
    return not isinstance(value, float)


def _ref(**changed: Any) -> dict[str, Any]:
    return {
        "type": "RefChanged",
        "source": "test",
        "delivery": "1",
        "occurred_at": 1,
        "repository": "r",
        "ref": "x",
        "ref_kind": "tag",
        "change": "created",
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"ref_kind": "planet"}, "ref_kind"),
        ({"unheard": 1}, "unheard"),
        ({"occurred_at": 2**60}, "occurred_at"),
        ({"occurred_at": 1.5}, "occurred_at"),
        ({"source": ""}, "source"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(changed: dict[str, Any], place: str) -> None:
    with pytest.raises(Refusal) as refused:
        event_from(_ref(**changed))
    assert place in refused.value.where


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(Refusal):
        event_from(_ref(type="PlanetMoved"))


def test_lone_surrogates_and_large_events_are_refused() -> None:
    broken = RefChanged(**_ref()).model_copy(update={"ref": "\ud800"})
    with pytest.raises(Refusal, match="was not taken"):
        canonical_event(broken)
    large = RefChanged(**_ref()).model_copy(update={"ref": "x" * LARGEST_EVENT})
    with pytest.raises(Refusal, match="was not taken"):
        canonical_event(large)


def test_the_published_schema_names_every_type() -> None:
    assert set(EVENT_TYPES) <= set(json_schema()["$defs"])
