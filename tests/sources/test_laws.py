"""Laws of all translators: the same bytes, the same events; and no other failure than a refusal."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.entry import parse_entry, seal
from changeproof.events.event import sha256_hex
from changeproof.sources.delivery import Delivery, MalformedPayload, Pseudonyms
from changeproof.sources.guards import LARGEST_PAYLOAD, OverLimit
from changeproof.sources.translate import KINDS, is_confidential, translate
from tests.sources.test_gerrit import stream as vote
from tests.sources.test_github import check, pull, push, review
from tests.sources.test_github_surroundings import dependabot, ruleset
from tests.sources.test_gitlab import merge_request
from tests.sources.test_other_kinds import BUILT, DIGEST, REPORT, cdevent, issue

KEY = Pseudonyms(b"k" * 32)
DEPLOYED = cdevent("service.deployed", {"environment": {"id": "production"}, "artifactId": DIGEST})
MOVED = {"id": 7, "items": [{"field": "status", "toString": "Done"}]}
PAYLOADS = [
    ("github", "pull_request", pull("closed", merged_at="2026-01-02T03:04:05Z")),
    ("github", "pull_request_review", review()),
    ("github", "push", push()),
    ("github", "check_run", check()),
    ("github", None, pull()),
    ("github", "star", pull()),
    ("github", "dependabot_alert", dependabot("fixed", fixed_at="2026-01-02T03:04:05Z")),
    ("github", "repository_ruleset", ruleset()),
    ("github", None, [{"action": "protected_branch.create", "@timestamp": 5, "repo_id": 9}]),
    ("gitlab", None, merge_request("approved")),
    ("gitlab", None, merge_request("merge", state="merged")),
    ("gerrit", None, vote("comment-added", approvals=[{"type": "Verified", "value": "1"}])),
    ("jira", None, issue("jira:issue_updated", changelog=MOVED)),
    ("cdevents", None, DEPLOYED),
    ("cdevents", None, cdevent("incident.detected")),
    ("cdevents", None, {"specversion": "1.0", "data": DEPLOYED}),
    ("events", None, [BUILT, BUILT]),
]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["", "0" * 40, "x" * 600, "0000-00-00T00:00:00Z", "9999-12-31T23:59:59+23:59"]),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


def attempt(kind, name, body):
    """Translate; whatever comes out must hold together."""
    delivery = Delivery(kind, "1", body, 1_700_000_000_000_000, name=name)
    refused = None
    try:
        translation = translate(delivery, KEY)
    except (MalformedPayload, OverLimit) as error:
        refused = error
    if refused is not None:
        assert refused.why
        assert refused.cure
        return None
    assert translation == translate(delivery, KEY)
    assert translation.events
    kept = {sha256_hex(content) for content in translation.contents}
    assert (delivery.digest in kept) is not is_confidential(delivery)
    for event in translation.events:
        entry = seal(event, received_at=1, collector="test")
        assert parse_entry(entry.encoded) == entry
        for field in ("title", "message", "reason", "settings", "report"):
            digest = getattr(event, field, None)
            assert digest is None or event.type == "DeliverySeen" or digest in kept
    return translation


def places(value, here=()):
    """Every place in plain data."""
    yield here
    items = value.items() if isinstance(value, dict) else ()
    items = enumerate(value) if isinstance(value, list) else items
    for key, inner in items:
        yield from places(inner, (*here, key))


def altered(value, place, by):
    if not place:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = altered(copy[place[0]], place[1:], by)
    return copy


@pytest.mark.parametrize(("kind", "name", "payload"), PAYLOADS)
def test_a_sound_payload_is_translated(kind, name, payload):
    assert attempt(kind, name, json.dumps(payload).encode()) is not None


@settings(max_examples=500)
@given(st.sampled_from(PAYLOADS), st.data())
def test_a_payload_altered_anywhere_is_translated_or_malformed(chosen, data):
    kind, name, payload = chosen
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(payload))))
        payload = altered(payload, place, data.draw(ODD))
    attempt(kind, name, json.dumps(payload).encode())


@settings(max_examples=300)
@given(st.sampled_from(PAYLOADS), st.data())
def test_a_payload_without_some_part_is_translated_or_malformed(chosen, data):
    kind, name, payload = chosen
    place = data.draw(st.sampled_from([one for one in places(payload) if one]))
    payload = json.loads(json.dumps(payload))
    holder = payload
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    attempt(kind, name, json.dumps(payload).encode())


@settings(max_examples=300)
@given(st.sampled_from(PAYLOADS), st.data())
def test_bytes_cut_or_flipped_are_translated_or_malformed(chosen, data):
    kind, name, payload = chosen
    body = bytearray(json.dumps(payload).encode())
    if data.draw(st.booleans()):
        del body[data.draw(st.integers(0, len(body))) :]
    else:
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    attempt(kind, name, bytes(body))


@given(st.sampled_from(KINDS), st.binary(max_size=60))
def test_any_bytes_are_translated_or_malformed(kind, body):
    attempt(kind, None, body)


@pytest.mark.parametrize("body", [b"#", b"---", b"null", b"~", b"[]", b"{}", b"# a\n---\n# b\n"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_that_holds_nothing_is_seen_or_malformed(kind, body):
    attempt(kind, None, body)


@settings(max_examples=200)
@given(st.data())
def test_a_report_with_a_flipped_byte_is_translated_or_malformed(data):
    body = bytearray(REPORT % (b"a" * 40, b"<skipped/>"))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    attempt("junit", None, bytes(body))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"),
        (b'{"action": "opened", "pull_request": {', "no JSON"),
        (b'{"a": "\\ud800"}', "lone surrogate"),
        (b'{"a": "\\udc00\\ud800"}', "lone surrogate"),
        (b'{"a": "\\ud800\\n"}', "lone surrogate"),
        (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
        (b'{"a": "\\u0000"}', "NUL"),
        (b'{"a": "\0"}', "NUL"),
        (b'{"a": ' + b"[" * 101 + b"]" * 101 + b"}", "nests deeper than 100"),
        (b"[" * 100_000, "nests deeper than 100"),
        (b'{"a":' * 100_000, "nests deeper than 100"),
    ],
)
@pytest.mark.parametrize("kind", ["github", "jira", "cdevents", "events"])
def test_what_no_payload_may_be_is_named(kind, body, why):
    with pytest.raises(MalformedPayload) as refused:
        translate(Delivery(kind, "1", body, 0, name="star"), KEY)
    assert why in refused.value.why


@pytest.mark.parametrize("text", ["\\ud83d\\ude00", "\\\\ud800", "\\\\u0000", '\\"[[', "{" * 500])
def test_what_only_looks_wrong_is_taken(text):
    body = b'{"repository": null, "text": "%b"}' % text.encode()
    assert translate(Delivery("github", "1", body, 0, name="star"), KEY).events


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_too_large_is_refused_with_the_limit(kind):
    with pytest.raises(OverLimit) as refused:
        translate(Delivery(kind, "1", b" " * (LARGEST_PAYLOAD + 1), 0), KEY)
    assert f"{LARGEST_PAYLOAD:,}" in refused.value.why
