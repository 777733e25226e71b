"""What our client read of a file on the default branch → ConfigurationFileSeen.

No webhook tells what a file says; this envelope is the client's own. Its body is kept nowhere: a
file of CI may hold a secret that nobody meant to put there.
"""

import base64
import binascii
from collections.abc import Iterator

import msgspec

from changeproof.events.event import Event, sha256_hex
from changeproof.events.revisions import ConfigurationFileSeen
from changeproof.sources.configuration_files import file_fields
from changeproof.sources.delivery import MalformedPayload
from changeproof.sources.github.payload import RepositoryEnvelope, repository_id
from changeproof.sources.reading import Reading, read

NAME = "configuration_file"


class File(msgspec.Struct):
    """One file: `content` in base64, null where it is gone (`was` tells one end from another);
    `revision` is the commit that touched it last."""

    path: str
    content: str | None = None
    revision: str | None = None


class FilePayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    configuration_file: File


def configuration_file(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(FilePayload, reading.delivery.body)
    file = payload.configuration_file
    body = _decoded(file.content)
    fields = None if body is None else file_fields(file.path, body, reading.pseudonyms)
    yield ConfigurationFileSeen(
        **reading.header(None),
        repository=repository_id(payload.repository),
        path=file.path,
        digest=None if body is None else sha256_hex(body),
        fields=reading.keep(fields),
        revision=file.revision,
    )


def _decoded(content: str | None) -> bytes | None:
    if content is None:
        return None
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        where = "configuration_file.content"
        raise MalformedPayload("it is no base64", where=where) from error
