"""Laws of the readers of reports: total but for their refusals, and the same every time."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changeproof.events.entry import parse_entry, seal
from changeproof.events.event import sha256_hex
from changeproof.sources.delivery import Delivery, MalformedPayload
from changeproof.sources.translate import detect, is_confidential
from tests.sources.test_laws import ODD, altered, places
from tests.support.report_samples import SAMPLES
from tests.support.reports import HEAD, told, told_or_refused

KINDS = sorted({kind for kind, _ in SAMPLES})
JSON = [
    (kind, json.loads(body)) for kind, body in SAMPLES if body[:1] in b"{[" and b"\n" not in body
]
OPTIONS = {"revision": HEAD, "system": "shop", "environment": "production"}
BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<%b>&b;</%b>"""


def attempt(kind, body, **options):
    """Translate; whatever comes out holds together. None where it is malformed."""
    detect(body)
    translation = told_or_refused(kind, body, **options)
    if isinstance(translation, MalformedPayload):
        assert translation.why
        return None
    assert translation == told(kind, body, **options)
    assert translation.events
    kept = {sha256_hex(content) for content in translation.contents}
    if is_confidential(Delivery(kind, "report", body, 0)):
        assert sha256_hex(body) not in kept
        kept.add(sha256_hex(body))  # on record, and kept by whoever made it
    for event in translation.events:
        entry = seal(event, received_at=1, collector="test")
        assert parse_entry(entry.encoded) == entry
        for field in ("report", "digest"):
            digest = getattr(event, field, None)
            assert digest is None or digest in kept
    return translation


@pytest.mark.parametrize(("kind", "body"), SAMPLES)
def test_each_sample_is_guessed_and_translated(kind, body):
    assert detect(body) == kind
    assert attempt(kind, body, **OPTIONS) is not None


@pytest.mark.parametrize(("kind", "body"), SAMPLES)
def test_other_encodings_say_the_same(kind, body):
    text = body.decode()
    for encoding in ("utf-8-sig", "utf-16"):
        told_so = told(kind, text.encode(encoding), **OPTIONS)
        assert [event.type for event in told_so.events] == [
            event.type for event in told(kind, body, **OPTIONS).events
        ]
        assert detect(text.encode(encoding)) == kind


@settings(max_examples=400)
@given(st.sampled_from(JSON), st.booleans(), st.data())
def test_a_report_altered_anywhere_is_translated_or_malformed(chosen, stated, data):
    kind, payload = chosen
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(list(places(payload))))
        payload = altered(payload, place, data.draw(ODD))
    attempt(kind, json.dumps(payload).encode(), **(OPTIONS if stated else {}))


@settings(max_examples=600)
@given(st.sampled_from(SAMPLES), st.data())
def test_bytes_cut_flipped_or_doubled_are_translated_or_malformed(chosen, data):
    kind, sample = chosen
    body = bytearray(sample)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, max(len(body) - 1, 0)))
        match data.draw(st.sampled_from(["cut", "flip", "double", "leave out"])):
            case "cut":
                del body[place:]
            case "flip" if body:
                body[place] = data.draw(st.integers(0, 255))
            case "double":
                body[place:place] = body[place : place + data.draw(st.integers(1, 80))]
            case _:
                del body[place : place + data.draw(st.integers(1, 80))]
    attempt(kind, bytes(body), **OPTIONS)


@given(st.sampled_from(KINDS), st.binary(max_size=60))
def test_any_bytes_are_translated_or_malformed(kind, body):
    attempt(kind, body)


@settings(max_examples=200)
@given(st.sampled_from(KINDS), st.text(max_size=200))
def test_any_text_is_translated_or_malformed(kind, text):
    attempt(kind, text.encode("utf-8", "replace"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"\xff\xfe",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf",
        b"\0" * 50,
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<a>" * 100_000,
        b"- " * 100_000,
        b"a: &a [x]\nb: [*a, *a]\nspdxVersion: SPDX-2.3\nkind: ConfigMap",
        b'{"a": "\\ud800"}',
        b'{"spdxVersion": 1' + b"0" * 400 + b"}",
        *(
            BOMB % (root, root)
            for root in (b"testsuite", b"bom", b"analysis", b"Benchmark", b"CHECKLIST", b"Document")
        ),
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><bom/>',
        b'<?xml version="1.0" encoding="no-such"?><bom/>',
    ],
)
def test_attacks_and_rubbish_are_malformed(kind, body):
    detect(body)
    with pytest.raises(MalformedPayload):
        told(kind, body)


@pytest.mark.parametrize(
    "said", ["0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "soon"]
)
def test_a_time_that_none_can_hold_is_none(said):
    payload = {"SchemaVersion": 2, "ArtifactName": "shop", "CreatedAt": said}
    (scan,) = told("trivy", payload, revision=HEAD).events
    assert (scan.occurred_at, scan.time_basis) == (None, "none")
    (scan,) = told("trivy", payload, revision=HEAD, at="2026-01-02T03:04:05Z").events
    assert scan.occurred_at == 1_767_323_045_000_000


@pytest.mark.parametrize("wrong", [{"revision": "main"}, {"at": "soon"}])
def test_options_that_say_nothing_are_refused(wrong):
    with pytest.raises(MalformedPayload):
        told("trivy", {"SchemaVersion": 2, "ArtifactName": "a"}, **{"revision": HEAD, **wrong})
