"""Who may alter what at GitHub, asked by ourselves: collaborators, owners, the audit log."""

from datetime import UTC, datetime

import pytest

from changeproof.intake.clients.listing import Settings
from changeproof.intake.clients.turns import ask, connect_source
from changeproof.ledger.access import AccessEnd, AccessGrant
from changeproof.ledger.retrievals import RefusedList, Retrieval
from changeproof.ledger.revisions import Protection
from changeproof.ledger.service import ledger
from changeproof.sources.github.members import ALL
from tests.support.github_server import ADA, BOB, REPOSITORY, GitHub
from tests.support.protocol_server import Rests, serving

CAROL = {"id": 9, "login": "c", "type": "User"}
OF_ACME = {**REPOSITORY, "owner": {"id": 1, "login": "acme", "type": "Organization"}}


def collaborator(user, level, role=None):
    levels = ("pull", "triage", "push", "maintain", "admin")
    held = {each: levels.index(each) <= levels.index(level) for each in levels}
    names = {"pull": "read", "push": "write"}
    return {**user, "permissions": held, "role_name": role or names.get(level, level)}


def entry(action, at, **said):
    return {"action": action, "@timestamp": at, "_document_id": f"{action}{at}", **said}


class Acme(GitHub):
    """The organization around the shop."""

    def __init__(self):
        super().__init__()
        self.repository = OF_ACME
        self.owners = [ADA]
        self.entries = []
        self.members_answer = None
        self.audit_answer = None
        self.phrases = []

    def __call__(self, path, query, headers):
        if path == "/orgs/acme/repos":
            return 200, {}, [self.repository]
        if path == "/orgs/acme/members":
            if self.members_answer:
                return self.members_answer
            return 200, {}, self.owners if query["role"] == "admin" else [ADA, BOB, CAROL]
        if path == "/orgs/acme/public_members":
            return 200, {}, [BOB]
        if path == "/orgs/acme/audit-log":
            self.phrases.append(query["phrase"])
            return self.audit_answer or (200, {}, self.entries)
        return super().__call__(path, query, headers)


@pytest.fixture
def acme(instance):
    forge = Acme()
    with serving(forge) as address:
        settings = Settings("github", "github", address, "", "s3cret", {"organization": "acme"})
        source = connect_source(settings, every=300, private_allowed=True)

        def turn():
            found = ask(ledger(), source, rest=Rests())
            assert found.quarantined == 0
            return found

        forge.turn = turn
        yield forge


def held(system):
    """Account and access, as the latest statement leaves them."""
    stated = [
        (row.granted_at, 1, row.account, row.access)
        for row in ledger().store.all(AccessGrant)
        if row.system == system
    ] + [
        (row.ended_at, 0, row.account, row.access)
        for row in ledger().store.all(AccessEnd)
        if row.system == system
    ]
    last = {(account, access): kind for _, kind, account, access in sorted(stated)}
    return {key for key, kind in last.items() if kind}


def test_collaborators_are_told_by_what_they_may_do_and_when_they_may_no_more(acme):
    acme.collaborators = [
        collaborator(ADA, "admin"),
        collaborator(BOB, "push"),
        collaborator(CAROL, "pull"),
    ]
    acme.turn()
    everything = {("github:user/7", access) for access in ALL}
    assert held("acme/shop") == everything | {("github:user/8", "write")}
    acme.collaborators = [collaborator(ADA, "push"), collaborator(CAROL, "pull", role="maintain")]
    acme.turn()
    assert held("acme/shop") == {("github:user/7", "write"), ("github:user/9", "write")}
    acme.collaborators = [collaborator(ADA, "push"), collaborator(CAROL, "pull")]
    acme.turn()
    assert held("acme/shop") == {("github:user/7", "write")}


def test_owners_of_the_organization_are_told_of_it_and_members_counted(acme):
    acme.turn()
    assert held("acme") == {("github:user/7", access) for access in ALL}
    counts = {row.items: row.row_count for row in ledger().store.all(Retrieval)}
    assert (counts["owners"], counts["members"]) == (1, 3)
    acme.owners = [BOB]
    acme.turn()
    assert held("acme") == {("github:user/8", access) for access in ALL}


def test_members_shown_to_the_public_are_not_taken_for_owners(acme):
    away = {"location": "/orgs/acme/public_members"}
    acme.members_answer = (302, away, b"")
    acme.turn()
    assert held("acme") == set()
    [owners] = [row for row in ledger().store.all(RefusedList) if row.items == "owners"]
    assert "Members (read)" in owners.cure


def milliseconds(text):
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1000)


def test_the_audit_log_states_when_protection_was_switched(acme):
    at = milliseconds("2026-03-05T10:00:00+00:00")
    acme.entries = [
        entry("protected_branch.destroy", at, repo="acme/shop", repo_id=583231, name="main",
              actor="a", actor_id=7),
        entry("org.oauth_app_access_approved", at + 1, actor="a", actor_id=7),
    ]  # fmt: skip
    acme.turn()
    switched = [row for row in ledger().store.all(Protection) if row.changed_at == at * 1000]
    assert [(row.enforced, row.account) for row in switched] == [(0, "github:user/7")]
    again = acme.turn()
    assert again.events == 0
    assert acme.phrases == ["created:>=2008-01-01", "created:>=2026-03-04"]


@pytest.mark.parametrize("status", [403, 404])
def test_without_an_audit_log_the_rest_is_read_and_the_cure_is_on_record(acme, status):
    acme.audit_answer = (status, {}, {"message": "Not Found"})
    acme.turn()
    [refused] = [row for row in ledger().store.all(RefusedList) if row.items == "audit log"]
    assert refused.status == status
    assert "GitHub Enterprise" in refused.cure
    assert held("acme")


def test_a_repository_by_name_leads_to_its_organization_once(instance):
    forge = Acme()
    with serving(forge) as address:
        options = {"repositories": "acme/shop,acme/shop"}
        settings = Settings("github", "github", address, "", "s3cret", options)
        source = connect_source(settings, every=300, private_allowed=True)
        ask(ledger(), source, rest=Rests())
    assert len([row for row in ledger().store.all(Retrieval) if row.items == "owners"]) == 1


def test_a_star_tells_nothing_of_what_stands(acme):
    """What counts in a repository's description change is no change of rights or protection."""
    acme.collaborators = [collaborator(ADA, "admin")]
    acme.by_rules = True
    acme.repository = {**OF_ACME, "stargazers_count": 1, "pushed_at": "2026-03-01T10:00:00Z"}
    acme.turn()
    acme.repository = {**OF_ACME, "stargazers_count": 2, "pushed_at": "2026-03-02T10:00:00Z"}
    assert acme.turn().events == 0
