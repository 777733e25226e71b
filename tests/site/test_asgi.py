"""Static files and the server's start, without a server."""

import gzip

from asgiref.testing import ApplicationCommunicator
from django.db.backends.signals import connection_created

from changeproof.site.asgi import application
from tests.support.event_loop import in_a_thread as run

PATIENCE = 30
"""Seconds: the first answer loads every room."""


def asked(path, method="GET", headers=()):
    """Status, headers and body of one answer."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1), "server": ("localhost", 8000),
    }  # fmt: skip

    async def ask():
        browser = ApplicationCommunicator(application, scope)
        await browser.send_input({"type": "http.request", "body": b"", "more_body": False})
        start = await browser.receive_output(PATIENCE)
        parts = [await browser.receive_output(PATIENCE)]
        while parts[-1].get("more_body"):
            parts.append(await browser.receive_output(PATIENCE))
        return start, b"".join(part.get("body", b"") for part in parts)

    start, body = run(ask())
    return start["status"], dict(start["headers"]), body


def test_static_files_come_out_of_the_package_and_are_asked_for_once():
    status, headers, body = asked("/static/changeproof/changeproof.css")
    assert (status, headers[b"content-type"][:8]) == (200, b"text/css")
    assert int(headers[b"content-length"]) == len(body) > 1000
    assert headers[b"x-content-type-options"] == b"nosniff"
    again = asked(
        "/static/changeproof/changeproof.css", headers=[(b"if-none-match", headers[b"etag"])]
    )
    assert again[0] == 304


def test_static_text_is_compressed_for_whoever_takes_that():
    path = "/static/changeproof/changeproof.css"
    _, _, plain = asked(path, headers=[(b"accept-encoding", b"br, gzip;q=0")])
    _, headers, small = asked(path, headers=[(b"accept-encoding", b"gzip, deflate, br")])
    assert headers[b"content-encoding"] == b"gzip"
    assert headers[b"vary"] == b"accept-encoding"
    assert int(headers[b"content-length"]) == len(small) < len(plain) / 3
    assert gzip.decompress(small) == plain
    part = [(b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9")]
    assert asked(path, headers=part)[::2] == (206, plain[:10])


def test_nothing_beside_the_static_files_is_served(live_instance):
    for path in ("/static/", "/static/../settings.py", "/static/changeproof/", "/static/none.css"):
        assert asked(path)[0] in {302, 404}
    assert asked("/static/changeproof/changeproof.css", "POST")[0] == 405


def test_a_connection_to_the_database_outlives_the_request_it_was_made_for(live_instance):
    made = []

    def told(connection, **_):
        made.append(connection)

    connection_created.connect(told)
    try:
        assert {asked("/ready")[0] for _ in range(3)} == {200}
    finally:
        connection_created.disconnect(told)
    assert len(made) <= 1


def test_what_django_does_not_answer_tells_a_browser_the_same():
    for path in ("/static/changeproof/changeproof.css", "/webhooks/nobody"):
        status, headers, _ = asked(path)
        assert status in {200, 404}, path
        assert headers[b"x-content-type-options"] == b"nosniff"
        assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]


def test_the_server_may_start_and_stop():
    said = []

    async def send(message):
        said.append(message["type"])

    async def receive():
        return {"type": ("lifespan.shutdown" if said else "lifespan.startup")}

    run(application({"type": "lifespan"}, receive, send))
    assert said == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
