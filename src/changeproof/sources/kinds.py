"""What a kind of payload is: who reads it, by which names, and how its shape gives it away."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

import defusedxml.ElementTree
import msgspec
from defusedxml.common import DefusedXmlException

from changeproof.sources.delivery import Delivery, Pseudonyms, Translation

Translator = Callable[[Delivery, Pseudonyms], Translation]


class Glimpse:
    """What a payload shows before anybody reads it. Total: what cannot be read shows nothing."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    @cached_property
    def document(self) -> Any:
        """The JSON value; None where it is no JSON."""
        try:
            return msgspec.json.decode(self.plain)
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            return None

    @cached_property
    def plain(self) -> bytes:
        """Without a byte order mark; some shells redirect everything as UTF-16."""
        for mark, encoding in (
            (codecs.BOM_UTF8, "utf-8-sig"),
            (codecs.BOM_UTF16_LE, "utf-16"),
            (codecs.BOM_UTF16_BE, "utf-16"),
        ):
            if self.body.startswith(mark):
                return self.body.decode(encoding, "replace").encode("utf-8", "replace")
        return self.body

    @cached_property
    def text(self) -> str:
        """Its first 4,000 characters."""
        return self.plain[:4_000].decode("utf-8", "replace")

    @cached_property
    def keys(self) -> frozenset[str]:
        """The names at the top of a JSON object."""
        return frozenset(self.document) if isinstance(self.document, dict) else frozenset()

    @cached_property
    def root(self) -> str | None:
        """The name of an XML document's first element, without its namespace."""
        if not self.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"\0" not in self.body:
            return None
        try:
            for _, element in defusedxml.ElementTree.iterparse(BytesIO(self.body), ("start",)):
                return str(element.tag).rpartition("}")[2]
        except (ParseError, DefusedXmlException, ValueError, LookupError):
            return None
        return None

    def holds(self, *names: str) -> bool:
        """Whether it is a JSON object with all of these at its top."""
        return self.keys.issuperset(names)


def always(_: Glimpse) -> bool:
    """Of any payload."""
    return True


def never(_: Glimpse) -> bool:
    """Of no payload."""
    return False


@dataclass(frozen=True)
class Authentication:
    """How a sender proves who it is, as a mapping says it; the door of its webhooks reads it."""

    kind: str
    header: str
    prefix: str = ""


@dataclass(frozen=True)
class Kind:
    """One system's payloads, as `ingest KIND` names them.

    `fits` says whether a payload's shape is this kind's, for `--detect` and families. `json` is
    false where bodies are no JSON, or not always; such a translator guards its own parser.
    `of_record`: other people's decisions travel in them (reviews, a ticket's moves), so a
    pipeline's token must not bring them. `options` are what an operator may state beside a file.
    `authentication`: how its webhooks are proven, where a mapping says so.
    `confidential` says whether passwords or keys may stand in a payload: of such a body only the
    digest is kept, so it is asked of what cannot be read, too.
    """

    name: str
    title: str
    translate: Translator
    fits: Callable[[Glimpse], bool]
    aliases: tuple[str, ...] = ()
    json: bool = True
    of_record: bool = False
    options: tuple[str, ...] = ()
    authentication: Authentication | None = None
    confidential: Callable[[Glimpse], bool] = never


@dataclass(frozen=True)
class Family:
    """A name that stands for several kinds; a payload's shape decides which, the first first."""

    name: str
    title: str
    members: tuple[str, ...]
