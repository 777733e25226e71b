"""Files of CI and deployment of GitHub's: read once, and again where they changed."""

import base64

from changeproof.events.event import sha256_hex
from changeproof.intake.clients.turns import ask
from changeproof.ledger.configuration_files import ConfigurationFile, in_turn
from changeproof.ledger.retrievals import Retrieval
from changeproof.ledger.service import ledger
from tests.support.github_server import MERGE, GitHub, asked
from tests.support.protocol_server import Rests, serving

SECRET = b"password: hunter2\n"
"""What nobody meant to put there."""


class Files(GitHub):
    """A repository whose files may change; each request is counted."""

    def __init__(self):
        super().__init__()
        self.asked = []

    def hold(self, **files):
        self.tip = sha256_hex(repr(files).encode())[:40]
        self.tree = [
            {"path": path, "mode": "100644", "type": "blob", "sha": name * 40, "size": len(body)}
            for path, (name, body) in files.items()
        ] + [{"path": "charts", "mode": "040000", "type": "tree", "sha": "9" * 40}]
        self.blobs |= {
            name * 40: {"content": base64.encodebytes(body).decode(), "encoding": "base64"}
            for name, body in files.values()
        }

    def __call__(self, path, query, headers):
        self.asked.append(path.removeprefix("/repos/acme/shop/"))
        status, told, rows = super().__call__(path, query, headers)
        return status, told, rows[:1] if "path" in query else rows


def seen():
    return [
        (row.path, row.digest, row.revision)
        for row in sorted(in_turn(ledger().store.all(ConfigurationFile)), key=lambda r: r.seen_at)
    ]


def test_a_file_is_read_once_and_again_where_it_is_another(instance):
    forge = Files()
    docker, pipeline = ("3", b"FROM a"), ("1", SECRET)
    forge.hold(**{".gitlab-ci.yml": pipeline, "shop.py": ("2", b"1"), "Dockerfile": docker})
    first = {
        ("Dockerfile", sha256_hex(b"FROM a"), MERGE),
        (".gitlab-ci.yml", sha256_hex(SECRET), MERGE),
    }
    with serving(forge) as address:
        source = asked(address)
        ask(ledger(), source, rest=Rests())
        assert set(seen()) == first
        forge.asked.clear()
        ask(ledger(), source, rest=Rests())
        assert [path for path in forge.asked if path.startswith("git/")] == []
        forge.hold(Dockerfile=("4", b"FROM b"))
        ask(ledger(), source, rest=Rests())
        assert set(seen()[2:]) == {
            ("Dockerfile", sha256_hex(b"FROM b"), MERGE),
            (".gitlab-ci.yml", None, None),
        }
        forge.truncated, forge.tree, forge.tip = True, [], "7" * 40
        found = ask(ledger(), source, rest=Rests())
        assert any("left rows out" in each for each in found.missing)
        assert len(seen()) == 4, "what is not shown is not gone"
    kept = ledger().texts(row.fields for row in ledger().store.all(ConfigurationFile) if row.fields)
    assert "hunter2" not in "".join(kept.values())
    for (body,) in ledger().database.execute("SELECT body FROM log_content"):
        assert b"hunter2" not in bytes(body)
        assert base64.b64encode(SECRET)[:12] not in bytes(body)
    assert "configuration files" in {row.items for row in ledger().store.all(Retrieval)}


def test_a_company_says_which_files_count(instance):
    forge = Files()
    forge.hold(**{"Dockerfile": ("3", b"FROM a"), "deploy/app.ini": ("5", b"x = 1")})
    with serving(forge) as address:
        source = asked(address, configuration_files="deploy/*")
        ask(ledger(), source, rest=Rests())
    assert [path for path, _, _ in seen()] == ["deploy/app.ini"]
