"""What the tests of translators share."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from changeproof.sources.delivery import Delivery, Pseudonyms
from tests.support.histories import rebuilt


@pytest.fixture(scope="session")
def pseudonyms() -> Pseudonyms:
    """One key for all: the same address, the same account."""
    return Pseudonyms(b"a key for tests, of 32 bytes....")


@pytest.fixture(scope="session")
def real_history(shared: Path) -> Callable[[str], Path]:
    """A rebuilt history by its name."""
    return lambda name: rebuilt(shared, name, Path(__file__).parents[2] / "var/histories")


class Workshop:
    """A repository that a test writes, with people and times of its choice."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, given: bytes | None = None, **environment: str) -> str:
        settings = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Ada",
            "GIT_AUTHOR_EMAIL": "ada@example.org",
            "GIT_AUTHOR_DATE": "1700000000 +0100",
            "GIT_COMMITTER_NAME": "Ada",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
            "GIT_COMMITTER_DATE": "1700000000 +0100",
            **environment,
        }
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=settings, input=given, capture_output=True
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(self, message: str = "A change", path: str = "file", **environment: str) -> str:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{message} {self.git('rev-parse', '--all')}")
        self.git("add", ".")
        self.git("commit", "--quiet", "--file=-", given=message.encode(), **environment)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """An empty repository to write in."""
    return Workshop(tmp_path / "workshop")


@pytest.fixture
def deliver() -> Callable[..., Delivery]:
    """A delivery with the least that it needs."""

    def delivery(kind: str, body: bytes, name: str | None = None, **rest: object) -> Delivery:
        return Delivery(kind, "delivery-1", body, 1_700_000_000_000_000, name=name, **rest)  # type: ignore[arg-type]

    return delivery
