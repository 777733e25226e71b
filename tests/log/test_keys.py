"""The key file: its owner's alone, never replaced, never quoted."""

import pytest

from changeproof.events.refusal import Refusal
from changeproof.log.keys import create_key, load_key


def test_a_key_is_created_once_for_its_owner_alone(tmp_path):
    file = tmp_path / "log.key"
    signer = create_key(file, "example.com/log")
    assert file.stat().st_mode & 0o777 == 0o600
    assert load_key(file).verifier == signer.verifier
    with pytest.raises(FileExistsError):
        create_key(file, "example.com/log")


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"PRIVATE+KEY+secret+00000000+AAAA"])
def test_a_key_that_cannot_be_read_is_refused_without_quoting_it(tmp_path, content):
    file = tmp_path / "log.key"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        load_key(file)
    assert "secret" not in str(refusal.value)
