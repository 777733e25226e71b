"""Operational log lines as JSON on stderr, without what should not outlive the moment.

No query string, no request body, no message of a database error (it quotes rows); one-time
sign-in links and private addresses of calendars appear without their secret.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

from changeproof.events.refusal import Refusal

_QUERY = re.compile(r"(?<=\S)\?[^\s\"']+")
_LINK = re.compile(r"(/(?:sign-in|calendar)/)[^/\s\"']+")


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, and where it failed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            line["error"] = type(error).__name__
            if isinstance(error, Refusal):
                line["why"] = without_secrets(f"{error.what} {error.why}")
            line["at"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
        return json.dumps(line, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """The text without query strings and without the secrets that stand in addresses."""
    return _LINK.sub(r"\1…", _QUERY.sub("", text))
