"""Operational log lines hold nothing that should not outlive the moment."""

import json
import logging

from changeproof.events.refusal import Refusal
from changeproof.site.log_lines import JsonLines, without_secrets


def line(message, *arguments, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("django", logging.ERROR, "", 1, message, arguments, info)
    return json.loads(JsonLines().format(record))


def test_a_line_is_one_object():
    told = line("Not Found: %s", "/changes/x")
    assert told["message"] == "Not Found: /changes/x"
    assert (told["level"], told["logger"]) == ("error", "django")
    assert told["time"].endswith("+00:00")


def test_no_query_and_no_link_is_kept():
    text = "GET /changes?q=ada@example.com then /sign-in/s3cret-_x/ and why?"
    assert without_secrets(text) == "GET /changes then /sign-in/…/ and why?"
    assert without_secrets("Gone: /calendar/s3cret-_x.ics") == "Gone: /calendar/…"


def test_a_database_error_is_named_without_the_row_it_quotes():
    try:
        raise ValueError("Key (email)=(ada@example.com) already exists.")
    except ValueError as error:
        told = line("failed", error=error)
    assert told["error"] == "ValueError"
    assert "ada@" not in json.dumps(told)
    assert "test_log_lines.py" in told["at"][0]


def test_a_refusal_says_why():
    told = line("failed", error=Refusal("No.", why="it is full", cure="Empty it."))
    assert told["why"] == "No. it is full"
