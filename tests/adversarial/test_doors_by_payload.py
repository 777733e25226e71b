"""No payload, by whichever door it comes, stops those behind it."""

import gzip
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from changeproof.accounts.people import operator
from changeproof.accounts.tokens import create_token
from changeproof.api.webhooks import handle
from changeproof.intake.files import File, take_files
from changeproof.intake.folder import WatchedFolder
from changeproof.intake.webhooks.connections import connect
from changeproof.intake.webhooks.doors import door_named
from changeproof.intake.writer import stop_writer
from changeproof.ledger.receipts import QuarantinedDelivery
from changeproof.ledger.service import ledger
from changeproof.sources.guards import LARGEST_PAYLOAD
from tests.end_to_end.payloads import pull_request_story
from tests.support.event_loop import in_a_thread

GOOD = next(body for name, body in pull_request_story(1) if name == "pull_request")
ENTITIES = b"".join(
    b'<!ENTITY l%d "%b">' % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 10)
)
BOMB = b'<!DOCTYPE b [<!ENTITY l0 "lol">' + ENTITIES + b"]><testsuite name='&l9;'/>"


def _changed(**fields: Any) -> bytes:
    whole = json.loads(GOOD)
    whole["pull_request"] |= fields
    return json.dumps(whole).encode()


HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "an XML bomb": BOMB,
    "a squeezed bomb": gzip.compress(b"\0" * 10_000_000),
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "deep and open": b'{"a":[' * 100_000,
    "a lone surrogate": _changed(title="half").replace(b'"half"', b'"\\ud800"'),
    "an escaped NUL": _changed(title="cut").replace(b'"cut"', b'"a\\u0000b"'),
    "a NUL": GOOD.replace(b"Change", b"Ch\0nge"),
    "no UTF-8": GOOD.replace(b"Change", b"Ch\xffnge"),
    "the year 0": _changed(created_at="0000-01-01T00:00:00Z", updated_at="0000-01-01T00:00:00Z"),
    "the year 9999": _changed(created_at="9999-12-31T23:59:59Z", updated_at="9999-12-31T23:59:59Z"),
    "a negative id": _changed(number=-1),
    "a number as text": _changed(number="1"),
    "a number without end": _changed(number="@").replace(b'"@"', b"1" * 5_000),
    "not a number": _changed(number="@").replace(b'"@"', b"NaN"),
    "too much": b'{"a": "' + b"x" * LARGEST_PAYLOAD + b'"}',
}

Door = Callable[[bytes], str]


def _by_webhook(_: Path) -> Door:
    secret = connect(door_named("github"))

    async def post(body: bytes) -> str:
        mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": "application/json",
            "x-github-event": "pull_request",
            "x-github-delivery": hashlib.sha256(body).hexdigest(),
            "x-hub-signature-256": f"sha256={mac}",
        }
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/webhooks/github",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await handle(scope, receive, send)
        told = json.loads(sent[1]["body"])
        return "refused" if sent[0]["status"] == 413 else str(told["outcome"])

    return lambda body: str(in_a_thread(post(body)))


def _by_api(_: Path) -> Door:
    token = create_token(operator(), ("all",))
    client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)

    def post(body: bytes) -> str:
        address = "/api/deliveries?kind=github&event=pull_request"
        reply = client.generic("POST", address, body, content_type="application/octet-stream")
        return "refused" if reply.status_code == 413 else str(reply.json()["outcome"])

    return post


def _by_file(_: Path) -> Door:
    def take(body: bytes) -> str:
        [taken] = take_files(ledger(), [File("a", body)], "github", "file")
        return taken.outcome

    return take


def _by_upload(_: Path) -> Door:
    def take(body: bytes) -> str:
        [taken] = take_files(ledger(), [File("a", body)], "github", "upload:me", claims=True)
        return taken.outcome

    return take


def _by_folder(place: Path) -> Door:
    watched = WatchedFolder(place, "github")

    def put(body: bytes) -> str:
        (place / "payload").write_bytes(body)
        [taken] = watched.look(ledger(), complete=True)
        return taken.outcome

    return put


@pytest.fixture(params=[_by_webhook, _by_api, _by_file, _by_upload, _by_folder])
def door(request: pytest.FixtureRequest, live_instance: object, tmp_path: Path) -> Iterator[Door]:
    yield request.param(tmp_path)
    stop_writer()


def test_no_payload_stops_those_behind_it(door: Door) -> None:
    outcomes = {name: door(body) for name, body in HOSTILE.items()}
    expected = dict.fromkeys(HOSTILE, "quarantined") | {"too much": "refused"}
    assert outcomes == expected
    kept = ledger().store.all(QuarantinedDelivery)
    assert len(kept) == len(HOSTILE) - 1
    assert all(row.reason for row in kept)
    assert door(GOOD) == "translated"


@pytest.mark.parametrize("name", HOSTILE)
def test_none_is_guessed_to_be_something(instance: object, name: str) -> None:
    """Where the shape decides, it is refused or kept aside with a reason, and never an error."""
    [taken] = take_files(ledger(), [File(name, HOSTILE[name])], None, "file")
    assert taken.outcome in ("refused", "quarantined")
    assert taken.reason


def test_an_xml_bomb_is_kept_aside_where_xml_is_read(instance: object) -> None:
    for kind in ("junit", "xccdf"):
        [taken] = take_files(ledger(), [File("bomb.xml", BOMB)], kind, "file")
        assert taken.outcome == "quarantined", kind
