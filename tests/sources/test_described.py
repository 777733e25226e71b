"""Contents as fields: what may be read is read, and no secret ever is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.sources.delivery import Pseudonyms
from changeproof.sources.described import MORE, MOST, described
from changeproof.sources.fingerprints import sealed

OURS = Pseudonyms(b"k" * 32)
TOKEN = "q7Zp2Lk9Xw4Vt8Rb3Nd6"


def fields(value: object) -> dict[str, object]:
    return json.loads(described(value, OURS))


def test_what_is_no_secret_is_read_by_its_place() -> None:
    container = {"name": "app", "image": f"ghcr.io/acme/shop@sha256:{'a' * 64}", "ports": [8080]}
    assert fields({"spec": {"containers": [container], "paused": False, "labels": {}}}) == {
        "spec.containers[app].image": container["image"],
        "spec.containers[app].name": "app",
        "spec.containers[app].ports[0]": 8080,
        "spec.labels": "{}",
        "spec.paused": False,
    }


def test_one_more_member_moves_no_other() -> None:
    one = [{"name": "b", "image": "shop:1"}]
    two = [{"name": "a", "image": "side:1"}, *one]
    assert fields({"c": one}).items() <= fields({"c": two}).items()


@pytest.mark.parametrize(
    "value",
    [
        {"password": TOKEN},
        {"env": {"LOG_LEVEL": TOKEN}},
        {"data": {"settings.yaml": TOKEN}},
        {"dbPassword": {"value": [TOKEN]}},
        {"args": ["--db-password", TOKEN]},
        {"args": [f"--token={TOKEN}"]},
        {"url": f"https://me:{TOKEN}@db.example.com/x"},
        {"note": TOKEN},
        {"note": f"use {TOKEN} here"},
        {"labels": {TOKEN: "yes"}},
        {"note": "x" * 300 + TOKEN},
        {"key": f"-----BEGIN PRIVATE KEY-----\n{TOKEN}"},
    ],
)
def test_no_secret_is_readable_and_another_one_differs(value: object) -> None:
    told = described(value, OURS)
    assert TOKEN not in told
    other = json.loads(json.dumps(value).replace(TOKEN, TOKEN[::-1]))
    assert described(other, OURS) != told
    assert described(value, Pseudonyms(b"l" * 32)) != told


def test_what_was_sealed_before_stays_so_and_nobody_s_address_is_read() -> None:
    kept = sealed("hidden", OURS)
    assert fields({"spec": {"password": kept, "note": kept}}) == {
        "spec.password": kept,
        "spec.note": kept,
    }
    assert "ann@example.com" not in described({"owner": "ann@example.com"}, OURS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=10,
)


@given(json_values, st.text(min_size=6, max_size=20))
def test_whatever_stands_under_a_secret_s_name_is_sealed(value: object, secret: str) -> None:
    told = described({"around": value, "client_secret": {"deep": [secret]}}, OURS)
    assert json.loads(told)["client_secret.deep[0]"] == sealed(secret, OURS)


def test_a_content_of_many_fields_is_cut_and_says_so() -> None:
    told = fields({f"f{number}": number for number in range(MOST + 7)})
    assert (len(told), told[MORE]) == (MOST + 1, 7)
