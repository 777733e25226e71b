"""Files of CI and deployment have baselines: what others approved explains, all else drifts."""

import subprocess
from pathlib import Path

import pytest

from changeproof.accounts.people import add_user, operator
from changeproof.events.event import sha256_hex
from changeproof.events.revisions import ConfigurationFileSeen
from changeproof.intake.git import import_git
from changeproof.ledger.baselines_read import explanations, place_of, standing_items
from changeproof.ledger.cases_read import cases_about
from changeproof.ledger.configuration_files import ConfigurationFile
from changeproof.ledger.instance import Instance
from changeproof.ledger.joined import UnloggedState
from changeproof.ledger.production_acts import AuthorizedItem
from changeproof.ledger.service import ledger, now
from changeproof.ledger.verify import verify_ledger
from changeproof.log.keys import load_key
from changeproof.monitor.settings_seen import observe_settings
from changeproof.sources.configuration_files import file_fields, is_configuration, wanted_files
from changeproof.sources.delivery import Pseudonyms
from tests.monitor.test_settings_seen import baseline, differing, look, verdict
from tests.support.pull_requests import REPOSITORY, REVIEWER, SYSTEM, WRITER, Forge, revision_of

WORKFLOW = ".github/workflows/ci.yml"
ITEM = f"{SYSTEM}/production/repository/acme/pay/file/{WORKFLOW}"
PSEUDONYMS = Pseudonyms(b"k" * 32)


@pytest.fixture
def forge(instance: Instance) -> Forge:
    made = Forge(ledger())
    made.person(WRITER, "person:writer")
    made.person(REVIEWER, "person:reviewer")
    return made


@pytest.fixture
def two(forge: Forge) -> tuple[str, str]:
    del forge
    by = operator().account
    first, second = (
        add_user(f"{name}@example.com", name, ["change_manager", "approver"], by=by).account
        for name in ("Max", "Eva")
    )
    return first, second


def see(forge: Forge, body: str | None, revision: str | None = None) -> None:
    """A source told what the file says now."""
    said = None if body is None else file_fields(WORKFLOW, body.encode(), PSEUDONYMS)
    seen = ConfigurationFileSeen(
        source="github",
        delivery=f"file-{forge.ledger.log.size()}",
        occurred_at=None,
        time_basis="none",
        repository=REPOSITORY,
        path=WORKFLOW,
        digest=None if body is None else sha256_hex(body.encode()),
        fields=None if said is None else forge.text(said),
        revision=revision,
    )
    forge.ledger.record_events([seen], collector="test")


def landed(forge: Forge, number: int, *, reviewed: bool) -> str:
    pull, head = forge.open(number)
    if reviewed:
        forge.review(pull, head)
    return forge.merge(pull, head, parent=revision_of(f"before {number}"))


def seen_before_it_was_approved(forge: Forge, number: int, body: str) -> None:
    pull, head = forge.open(number)
    see(forge, body, forge.merge(pull, head, parent=revision_of(f"before {number}")))
    forge.clock = now()
    forge.review(pull, head)


def test_what_others_approved_explains_a_file_and_what_nobody_did_drifts(
    instance: Instance, forge: Forge, two: tuple[str, str]
) -> None:
    held = forge.ledger
    see(forge, "on: push\njobs: {test: {steps: [{run: make test}]}}\n")
    look(held)
    item = baseline(held, ITEM, *two)
    look(held)
    assert verdict(held, item) == "met"
    merged = landed(forge, 7, reviewed=True)
    see(forge, "on: push\njobs: {test: {steps: [{run: make all}]}}\n", merged)
    look(held)
    look(held)
    assert verdict(held, item) == "met"
    assert differing(held, item) == [("jobs.test.steps[0].run", "make test", "make all")]
    [standing] = standing_items(held.store, [place_of(held.store, ITEM)])
    assert explanations(held.store, standing) == {standing.observed: f"{REPOSITORY}/pull/7"}
    [why] = held.store.all(AuthorizedItem)
    assert why.account == REVIEWER
    assert not cases_about(held.store, [item])

    see(forge, "on: push\njobs: {}\n", landed(forge, 8, reviewed=False))
    look(held)
    look(held)
    look(held)
    assert verdict(held, item) == "deviation"
    assert cases_about(held.store, [item])[item].file.check_id == "cc8_1/12_baseline"
    seen_before_it_was_approved(forge, 9, "on: push\njobs: {late: {}}\n")
    look(held)
    look(held)
    assert [row.account for row in held.store.all(AuthorizedItem)] == [REVIEWER], "too late"
    assert verdict(held, item) == "deviation"
    see(forge, None)
    look(held)
    assert ("present", "", "false") in differing(held, item)
    assert not held.store.all(UnloggedState), "a commit put it there, which is on record"
    size = held.log.size()
    look(held)
    assert held.log.size() == size, "nothing is said twice"
    assert verify_ledger(held.database, load_key(instance.log_key_file), None).is_sound


def test_a_git_history_brings_its_files_as_they_are(instance: Instance, tmp_path: Path) -> None:
    def git(*words: str) -> str:
        done = subprocess.run(["git", *words], cwd=tmp_path, check=True, capture_output=True)
        return done.stdout.decode().strip()

    def commit(files: dict[str, str | None], branch: str = "main") -> str:
        for name, text in files.items():
            place = tmp_path / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if text is None:
                place.unlink()
            else:
                place.write_text(text)
        git("add", "-A")
        git("commit", "-qm", f"To {branch}")
        return git("rev-parse", "HEAD")

    held = ledger()
    git("init", "-q", "--initial-branch=main")
    git("config", "user.email", "ada@example.com")
    git("config", "user.name", "Ada")
    secret = "deploy:\n  token: ghp_0123456789abcdef0123456789abcdef0123\n"
    commit({"Dockerfile": "FROM a\nRUN b\n", ".gitlab-ci.yml": secret, "shop.py": "1\n"})
    import_git(held, str(tmp_path), "shop")
    import_git(held, str(tmp_path), "shop")
    rows = held.store.all(ConfigurationFile)
    assert sorted((row.path, row.revision) for row in rows) == [
        (".gitlab-ci.yml", None),
        ("Dockerfile", None),
    ]
    assert "ghp_" not in "".join(held.texts(row.fields for row in rows).values())
    git("checkout", "-qb", "work")
    commit({"Dockerfile": "FROM a\nRUN c\n", "deploy/app.ini": "x = 1\n"})
    git("checkout", "-q", "main")
    commit({"shop.py": "2\n"})
    git("merge", "-q", "--no-ff", "-m", "Merge", "work")
    merged = git("rev-parse", "HEAD")
    gone = commit({".gitlab-ci.yml": None})
    import_git(held, str(tmp_path), "shop", files="default, deploy/*")
    told = {
        row.path: (row.digest is None, row.revision)
        for row in held.store.all(ConfigurationFile)
        if row.revision
    }
    assert told == {
        "Dockerfile": (False, merged),
        "deploy/app.ini": (False, merged),
        ".gitlab-ci.yml": (True, gone),
    }
    observe_settings(held, now())
    place = place_of(held.store, "shop/production/repository/shop/file/Dockerfile")
    [standing] = standing_items(held.store, [place])
    assert [turn.digest for turn in standing.turns] == [
        sha256_hex(b"FROM a\nRUN b\n"),
        sha256_hex(b"FROM a\nRUN c\n"),
    ]


def test_which_files_count() -> None:
    for path in (
        *(".github/workflows/ci.yml", ".gitlab-ci.yml", "Jenkinsfile", ".circleci/config.yml"),
        *(".buildkite/pipeline.yml", "azure-pipelines.yml", "Dockerfile", "web/Dockerfile.prod"),
        *("charts/shop/templates/app.yaml", "overlays/prod/kustomization.yaml", "argocd/shop.yaml"),
        *("infra/main.tf", "prod.tfvars", "CODEOWNERS", ".github/CODEOWNERS"),
        *(".github/dependabot.yml", "renovate.json", ".renovaterc.json"),
    ):
        assert is_configuration(path), path
    for path in ("shop/cart.py", "README.md", "tests/data/ci.yml", "settings.yaml", "package.json"):
        assert not is_configuration(path), path
    assert wanted_files("deploy/*.ini")("deploy/a/b.ini")
    assert not wanted_files("deploy/*.ini")("Dockerfile")
    assert not wanted_files("none")("Dockerfile")
    assert not wanted_files(None)("charts/" + "a" * 300 + ".yaml")


def test_what_is_no_data_goes_by_its_lines() -> None:
    said = file_fields("Dockerfile", b"FROM a\n\nRUN b\nRUN b\n", PSEUDONYMS)
    assert said == '{"line: FROM a":1,"line: RUN b":2}'
    assert "ada@" not in file_fields("CODEOWNERS", b"* ada@example.com\n", PSEUDONYMS)
    assert "hunter2" not in file_fields("a.tf", b'password = "hunter2"\n', PSEUDONYMS)
    assert file_fields("a.yml", b"a: &b 1\nc: *b\n", PSEUDONYMS).startswith('{"line: ')
    assert file_fields("a.yml", b"\xff", PSEUDONYMS).startswith('{"SHA-256"')
