"""What our client read of a file on the default branch → ConfigurationFileSeen.

Its body is kept nowhere: a file of CI may hold a secret that nobody meant to put there.
"""

from collections.abc import Iterator

from changeproof.events.event import Event
from changeproof.sources.configuration_files import File, file_seen
from changeproof.sources.github.payload import RepositoryEnvelope, repository_id
from changeproof.sources.reading import Reading, read


class FilePayload(RepositoryEnvelope, kw_only=True):
    """The delivery."""

    configuration_file: File


def configuration_file(reading: Reading) -> Iterator[Event]:
    """Raises MalformedPayload, naming the field."""
    payload = read(FilePayload, reading.delivery.body)
    yield file_seen(reading, repository_id(payload.repository), payload.configuration_file)
