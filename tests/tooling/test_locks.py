"""What is installed is pinned by hash, and no file says where packages come from."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
NAMES = ("runtime", "build", "development", "lock")


def pinned(name: str) -> dict[str, str]:
    """Package to its block of lines in a lock file."""
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    return {re.split(r"[\[=]", block, maxsplit=1)[0]: block for block in blocks}


@pytest.mark.parametrize("name", NAMES)
def test_every_package_has_a_version_and_a_hash(name: str) -> None:
    for package, block in pinned(name).items():
        assert re.match(r"[a-z0-9-]+(\[.*\])?==\S+", block), package
        assert "--hash=sha256:" in block, package


@pytest.mark.parametrize("name", NAMES)
def test_every_wanted_package_is_pinned(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.in").read_text().splitlines()
    wanted = {re.split(r"[\[<>=#\s]", line)[0] for line in lines if re.match(r"[a-z]", line)}
    assert wanted <= pinned(name).keys()


@pytest.mark.parametrize("file", sorted(REQUIREMENTS.glob("*.*")), ids=lambda file: file.name)
def test_no_file_names_a_place_that_packages_come_from(file: Path) -> None:
    assert not re.search(r"://|--(extra-)?index|--find-links", file.read_text())


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    development = pinned("development")
    for package, block in pinned("runtime").items():
        assert development[package].split()[0] == block.split()[0]
