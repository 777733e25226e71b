"""An instance of this process's own, for commands that run within it."""

from collections.abc import Iterator

import pytest

from changeproof.ledger.instance import Instance


@pytest.fixture
def opened(live_instance: Instance) -> Iterator[str]:
    """The directory of this process's own instance; its database stands elsewhere in tests."""
    live_instance.database_file.touch()
    yield str(live_instance.directory)
    live_instance.database_file.unlink()
