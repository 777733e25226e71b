"""The JSON Schema for editors takes what `policy check` takes, and refuses what is misspelt."""

import json

import pytest
from pydantic import BaseModel

from changeproof.policy.document import read_document
from changeproof.policy.json_schema import policy_json_schema
from changeproof.policy.parameters import PROFILES, profile_bytes, profile_policy
from changeproof.policy.schema import Policy

SCHEMA = policy_json_schema()


def test_it_is_json_and_closed():
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    objects = [SCHEMA, *(each for each in SCHEMA["$defs"].values() if each["type"] == "object")]
    assert all(each["additionalProperties"] is False for each in objects)


def test_what_is_required_is_what_has_no_default():
    assert set(SCHEMA["required"]) == {
        name for name, field in Policy.model_fields.items() if field.is_required()
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_every_key_of_a_profile_stands_in_it(profile):
    document = read_document(profile_bytes(profile).decode(), "policy.yaml")
    assert set(document.data) == set(SCHEMA["properties"])


@pytest.mark.parametrize("profile", PROFILES)
def test_a_policy_written_out_is_read_back(profile):
    policy = profile_policy(profile)
    assert Policy.model_validate(plain(policy)) == policy


def plain(value: object) -> object:
    """As the file states it: texts for lengths of time, tuples for lists."""
    if isinstance(value, BaseModel):
        named = {name: plain(getattr(value, name)) for name in type(value).model_fields}
        return {name: each for name, each in named.items() if each is not None}
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)
    return value if isinstance(value, str | int | bool) or value is None else str(value)
