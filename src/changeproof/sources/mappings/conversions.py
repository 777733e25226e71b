"""The closed set of ways in which a payload's value becomes an event's field."""

import re
from typing import Any
from urllib.parse import urlsplit

from changeproof.events.event import LARGEST_INTEGER
from changeproof.sources.commits import revision
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.facts import image_digest, revision_in
from changeproof.sources.fingerprints import content_digest
from changeproof.sources.identities import git_identity, split_person
from changeproof.sources.mappings.shape import Found
from changeproof.sources.messages import ticket_keys
from changeproof.sources.reading import Reading, time
from changeproof.sources.times import from_milliseconds, from_seconds, microseconds

_MOST_LISTED = 1_200
"""An event has 60,000 bytes; of a longer list the newest are named, as they stand last."""

_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def convert(found: Any, said: Found, reading: Reading, where: str) -> Any:
    """None stays None: a field that is absent is never made up. Raises MalformedPayload."""
    if found is None:
        return None
    match said.conversion:
        case "number":
            return _number(found, where)
        case "milliseconds_or_time" if isinstance(found, str):
            return time(found, where)
        case "epoch_seconds" | "epoch_milliseconds" | "milliseconds_or_time":
            count = _number(found, where)
            seconds = said.conversion == "epoch_seconds"
            at = from_seconds(count) if seconds else from_milliseconds(count)
            if at is None:
                raise MalformedPayload(f"{count} is no time that can be held", where=where)
            return at
        case "flag":
            if not isinstance(found, bool):
                raise MalformedPayload("it is neither true nor false", where=where)
            return found
        case "content_digest":
            return _digest_of(found, where)
        case "shas":
            return tuple(_sha(_text(one, where), where) for one in _members(found))
        case "tickets":
            # Of a list, all but the first are branches, which have slashes where prose has blanks.
            texts = [_text(one or "", where) for one in _members(found)]
            return ticket_keys(*texts[:1], *(one.replace("/", " ") for one in texts[1:]))
        case _:
            return _of_text(_text(found, where), said, reading, where)


def _of_text(text: str, said: Found, reading: Reading, where: str) -> Any:
    match said.conversion:
        case "time":
            return time(text, where)
        case "utc_time":
            return _utc(text, where)
        case "lower":
            return text.lower()
        case "kept_text":
            return reading.keep(text)
        case "sha":
            return revision(_sha(text, where))
        case "sha_or_none":  # it may be a branch, a tag, a hash cut short, an address with one
            return revision(revision_in(text))
        case "digest":
            return image_digest(text)
        case "pseudonym":
            return git_identity(*split_person(text), reading.pseudonyms).account
        case "ref_name":
            return text.removeprefix("refs/heads/").removeprefix("refs/tags/")
        case "uuid":
            return text.strip("{}").lower()
        case "login":
            return reading.pseudonyms.login(text) if text.strip() else None
        case "host":
            return _host(text, where)
        case "map":
            if text not in said.values:
                raise MalformedPayload(f"{text[:60]!r} is a value nobody mapped", where=where)
            return said.values[text]
        case _:
            return text


def part_of_key(found: Any, said: Found, reading: Reading, where: str) -> str:
    """A part that must be there: a text or a whole number. Raises MalformedPayload."""
    if isinstance(found, int) and not isinstance(found, bool) and said.conversion == "text":
        return str(_number(found, where))
    value = convert(found, said, reading, where)
    if value is None or value == "":
        raise MalformedPayload("it is not stated, and the item's key needs it", where=where)
    return str(value)


def _number(found: Any, where: str) -> int:
    if isinstance(found, bool) or not isinstance(found, int):
        raise MalformedPayload("it is no whole number", where=where)
    if not 0 <= found <= LARGEST_INTEGER:
        raise MalformedPayload("it is no number that can be held", where=where)
    return found


def _text(found: Any, where: str) -> str:
    if not isinstance(found, str):
        raise MalformedPayload("it is no text", where=where)
    if not found.isascii():
        try:
            found.encode()
        except UnicodeEncodeError as error:
            raise MalformedPayload("half a character stands in it", where=where) from error
    return found


def _sha(text: str, where: str) -> str:
    if not _SHA.fullmatch(text):
        raise MalformedPayload(f"{text[:60]!r} is no commit's hash", where=where)
    return text


def _utc(text: str, where: str) -> int:
    at = microseconds(text, assume_utc=True)
    if at is None:
        raise MalformedPayload(f"{text[:60]!r} is no time that can be held", where=where)
    return at


def _digest_of(found: Any, where: str) -> str:
    try:
        return content_digest(found)
    except UnicodeEncodeError as error:
        raise MalformedPayload("half a character stands in it", where=where) from error


def _members(found: Any) -> list[Any]:
    members = found if isinstance(found, list) else [found]
    return members[-_MOST_LISTED:]


def _host(text: str, where: str) -> str:
    try:
        host = urlsplit(text).netloc.rpartition("@")[2].lower()
    except ValueError as error:
        raise MalformedPayload("it is no address", where=where) from error
    if not host:
        raise MalformedPayload("it is no address with a host", where=where)
    return host
