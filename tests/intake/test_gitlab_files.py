"""Files of CI and deployment of GitLab's: read once for each tip, and again where they changed."""

import base64

from changeproof.events.event import sha256_hex
from changeproof.intake.clients.turns import ask
from changeproof.ledger.configuration_files import ConfigurationFile, in_turn
from changeproof.ledger.service import ledger
from tests.intake.test_moving_lists import connected
from tests.support.protocol_server import Rests, serving

PIPELINE = b"deploy:\n  variables: {TOKEN: hunter2}\n"
PROJECT = {
    "id": 3,
    "web_url": "https://gitlab.example.com/acme/shop",
    "path_with_namespace": "acme/shop",
    "default_branch": "main",
}


class Files:
    """A project with nothing but files."""

    def __init__(self):
        self.asked, self.tip, self.files = [], "1" * 40, {}

    def hold(self, tip, **files):
        self.tip, self.files = tip * 40, files

    def __call__(self, path, query, headers):
        here = path.removeprefix("/api/v4/projects/")
        self.asked.append(here)
        if here in ("acme/shop", "acme%2Fshop"):
            return 200, {}, PROJECT
        if here == "3/repository/branches/main":
            return 200, {}, {"name": "main", "commit": {"id": self.tip}}
        if here == "3/repository/tree":
            assert query["ref"] == self.tip
            return (
                200,
                {},
                [
                    {"id": sha256_hex(body)[:40], "path": path, "name": path, "type": "blob"}
                    for path, body in self.files.items()
                ],
            )
        name = here.removeprefix("3/repository/files/").replace("%2F", "/")
        if name in self.files:
            body = self.files[name]
            told = {"content": base64.b64encode(body).decode(), "size": len(body)}
            return 200, {}, {**told, "last_commit_id": self.tip, "blob_id": "0"}
        return 200, {}, []


def seen():
    return [
        (row.repository, row.path, row.digest, row.revision)
        for row in sorted(in_turn(ledger().store.all(ConfigurationFile)), key=lambda r: r.seen_at)
    ]


def test_a_file_is_read_once_and_again_where_it_is_another(instance):
    forge, where = Files(), "gitlab:gitlab.example.com/project/3"
    forge.hold("1", **{".gitlab-ci.yml": PIPELINE, "shop.py": b"1", "deploy/helm/a.yaml": b"a: 1"})
    with serving(forge) as address:
        source = connected("gitlab", address, projects="acme/shop")
        ask(ledger(), source, rest=Rests())
        assert set(seen()) == {
            (where, ".gitlab-ci.yml", sha256_hex(PIPELINE), "1" * 40),
            (where, "deploy/helm/a.yaml", sha256_hex(b"a: 1"), "1" * 40),
        }
        forge.asked.clear()
        ask(ledger(), source, rest=Rests())
        assert not [each for each in forge.asked if "/tree" in each or "/files/" in each]
        forge.hold("2", **{".gitlab-ci.yml": PIPELINE + b"#", "shop.py": b"2"})
        ask(ledger(), source, rest=Rests())
    assert set(seen()[2:]) == {
        (where, ".gitlab-ci.yml", sha256_hex(PIPELINE + b"#"), "2" * 40),
        (where, "deploy/helm/a.yaml", None, None),
    }
    for (body,) in ledger().database.execute("SELECT body FROM log_content"):
        assert b"hunter2" not in bytes(body)
        assert base64.b64encode(PIPELINE)[:16] not in bytes(body)
