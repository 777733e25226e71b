"""A secret of many lines comes from its file, and is shown nowhere."""

import json
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support import typed as command

CONNECT = ("connect", "source", "github", "https://api.github.com/")
APP = ("--option", "app=123", "--option", "installation=42")


def test_a_key_is_read_from_its_file(tmp_path: Path) -> None:
    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return command.typed(tmp_path, *words, "--data", "own", columns=100)

    assert typed("init").returncode == 0
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    (tmp_path / "app.pem").write_bytes(key)
    connected = typed(*CONNECT, *APP, "--secret-file", "app.pem")
    assert connected.stdout == "github is connected.\n"
    listed = typed("sources", "--json")
    assert json.loads(listed.stdout)["options"] == {"app": "123", "installation": "42"}
    line = key.decode().splitlines()[1]
    assert line not in connected.stdout + connected.stderr + listed.stdout
    missing = typed(*CONNECT, *APP, "--secret-file", "gone.pem")
    assert missing.returncode == 2
    assert "it cannot be read as text" in missing.stderr
