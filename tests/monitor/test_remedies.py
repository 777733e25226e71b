"""What ties itself: patches, emergencies and pull requests that name an incident, and KEV."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changeproof.events.people import AccountDeclared
from changeproof.events.pulls import (
    PullRequestDescribed,
    PullRequestOpened,
    PullRequestRevised,
)
from changeproof.events.requests import IncidentOpened
from changeproof.events.vulnerabilities import (
    AdvisoryExploited,
    VulnerabilityFound,
    VulnerabilityLinked,
)
from changeproof.ledger.incidents import IncidentChange
from changeproof.ledger.joined import Finding
from changeproof.ledger.service import ledger, now
from changeproof.ledger.vulnerabilities import (
    Vulnerability,
    VulnerabilityChange,
    VulnerabilitySame,
    VulnerabilityScore,
)
from changeproof.ledger.vulnerabilities_read import (
    package_name,
    told_elsewhere,
    vulnerabilities_listed,
    vulnerabilities_named,
)
from changeproof.monitor.judging import judge_waiting
from changeproof.monitor.patch_pulls import reaches, update_of
from changeproof.monitor.remedies import tie_remedies
from changeproof.sources.delivery import Delivery
from changeproof.sources.translate import translate
from tests.hard_cases.story import KEY
from tests.support.pull_requests import REPOSITORY, SYSTEM, WRITER, Forge

DEPENDABOT = "github:user/49699333"


@pytest.fixture
def forge(instance: object) -> Forge:
    return Forge(ledger())


def find(forge: Forge, name: str = "flaw", **said: object) -> None:
    told = {
        "advisory": "GHSA-1",
        "package": "pkg:npm/%40acme/left-pad",
        "system": SYSTEM,
        "severity": "high",
        "aliases": ("CVE-2026-1",),
        "fixed_in": ("1.3.1", "2.0.4"),
        **said,
    }
    forge.say(VulnerabilityFound, vulnerability=name, **told)


def update(
    forge: Forge,
    number: int,
    title: str,
    branch: str,
    by: str = DEPENDABOT,
    copied_to: str = REPOSITORY,
) -> str:
    pull = f"{REPOSITORY}/pull/{number}"
    forge.say(PullRequestOpened, by, pull=pull, repository=REPOSITORY, number=number)
    forge.say(
        PullRequestDescribed,
        by,
        pull=pull,
        repository=REPOSITORY,
        title=forge.text(title),
        base_ref="main",
        head_ref=branch,
        head_repository=copied_to,
    )
    return pull


def test_a_forged_update_is_no_patch_and_joins_nothing(forge: Forge) -> None:
    """Whoever writes a branch and a title like a bot's takes over neither its patch nor the change
    that was requested for it (and authorized)."""
    find(forge)
    title, branch = "Bump @acme/left-pad from 1.2.0 to 1.3.1", "dependabot/npm_and_yarn/left-pad"
    update(forge, 1, title, branch, by=WRITER)
    own_app = "github:user/77"
    forge.say(PullRequestRevised, own_app, pull="x", head="b" * 40, account_kinds={own_app: "bot"})
    update(forge, 2, title, branch, by=own_app)
    update(forge, 3, title, branch, copied_to="github:repo/9")
    pushed = update(forge, 4, title, branch)
    forge.say(PullRequestRevised, WRITER, pull=pushed, head="f" * 40, pushed_by=WRITER)
    assert tie_remedies(forge.ledger) == 0
    renovate = "gitlab:gitlab.example/user/5"
    forge.say(AccountDeclared, WRITER, account=renovate, kind="bot", run_by=WRITER)
    declared = update(forge, 5, title, branch, by=renovate)
    assert tie_remedies(forge.ledger) == 1
    [row] = forge.ledger.store.all(VulnerabilityChange)
    assert row.change_name == declared


def test_only_the_update_that_removes_it_is_tied_and_once(forge: Forge) -> None:
    find(forge)
    find(forge, "elsewhere", system="another")
    branch = "dependabot/npm_and_yarn/acme/left-pad"
    update(forge, 1, "Bump @acme/left-pad from 1.2.0 to 1.3.0", branch)  # not far enough
    update(forge, 2, "Bump left-pad from 1.2.0 to 1.3.1", branch)  # another package
    update(forge, 3, "Bump @acme/left-pad from 1.2.0 to 1.3.1", "topic")  # a person's branch
    fixing = update(forge, 4, "build(deps): bump @acme/left-pad from 1.2.0 to 1.3.1", branch)
    assert tie_remedies(forge.ledger) == 1
    [row] = forge.ledger.store.all(VulnerabilityChange)
    assert (row.vulnerability, row.change_name, row.account) == ("flaw", fixing, None)
    assert tie_remedies(forge.ledger) == 0
    forge.say(PullRequestOpened, WRITER, pull="x/pull/9", repository="x", number=9)
    assert tie_remedies(forge.ledger) == 0
    later = update(forge, 5, "Bump @acme/left-pad from 1.2.0 to 1.3.2", f"{branch}-1.3.2")
    assert tie_remedies(forge.ledger) == 1  # the first is often closed for a later one
    assert {each.change_name for each in forge.ledger.store.all(VulnerabilityChange)} == {
        fixing,
        later,
    }
    judge_waiting(forge.ledger)
    [standing] = vulnerabilities_named(forge.ledger.store, forge.clock, ["flaw"])
    assert dict(standing.stages)["evaluated"] == row.linked_at


def test_what_a_catalogue_lists_is_exploited_under_any_of_its_names_and_stays_so(
    forge: Forge,
) -> None:
    find(forge)
    find(forge, "other", advisory="CVE-2026-2", aliases=())
    forge.say(AdvisoryExploited, advisory="CVE-2026-1", catalogue="CISA KEV")
    assert tie_remedies(forge.ledger) == 1
    [row] = [each for each in forge.ledger.store.all(VulnerabilityScore) if each.known_exploited]
    assert (row.vulnerability, row.severity) == ("flaw", "high")
    find(forge)  # the scanner tells of it again, and of no catalogue
    assert tie_remedies(forge.ledger) == 0
    judge_waiting(forge.ledger)
    [said] = [
        each.reason for each in forge.ledger.store.by(Finding, "subject", ["vulnerability:flaw"])
    ]
    assert "2026-01-08" in said  # seven days after it was found, not thirty


def test_a_pull_request_opened_after_an_incident_that_names_it_remedies_it(forge: Forge) -> None:
    before = {"base_ref": "main", "ticket_keys": ("OPS-7",)}
    early, _ = forge.open(1)
    forge.say(PullRequestDescribed, pull=early, repository=REPOSITORY, **before)
    forge.say(IncidentOpened, incident="OPS-7", system=SYSTEM, severity="high")
    pull, _ = forge.open(2)
    forge.say(PullRequestDescribed, pull=pull, repository=REPOSITORY, **before)
    assert tie_remedies(forge.ledger) == 1
    assert [row.change_name for row in forge.ledger.store.all(IncidentChange)] == [pull]


@pytest.mark.parametrize(
    ("title", "package", "version"),
    [
        ("Bump lodash from 4.17.15 to 4.17.21 in /web", "lodash", "4.17.21"),
        ("chore(deps): update dependency lodash to v4.17.21 [SECURITY]", "lodash", "4.17.21"),
        (
            "fix(deps): update module golang.org/x/crypto to v0.17.0",
            "golang.org/x/crypto",
            "0.17.0",
        ),
        ("Bump the npm group with 3 updates", None, None),
        ("Update README to say more", None, None),
    ],
)
def test_titles(title: str, package: str | None, version: str | None) -> None:
    found = update_of(title)
    assert (found and found.package, found and found.version) == (package, version)


def test_packages_and_versions() -> None:
    assert package_name("pkg:maven/org.x/core") == package_name("org.x:core")
    assert package_name("pkg:npm/%40acme/left-pad") == package_name("@acme/left-pad")
    assert package_name("left-pad") != package_name("@acme/left-pad")
    assert reaches("2.0.4", ["1.3.1", "2.0.4"])
    assert not reaches("2.0.0", ["1.3.1", "2.0.4"])
    assert reaches("3", ["1.3.1", "2.0.4"])
    assert reaches("v2.0", ["2.0.0"])
    assert not reaches("2.0.4-rc.1", ["2.0.4"])
    assert not reaches("2.0.4", ["2.0.4", "unknown"])
    assert not reaches("2.0.4", [])


@given(st.lists(st.integers(0, 99), min_size=1, max_size=4))
def test_a_version_reaches_itself_and_never_a_later_one(numbers: list[int]) -> None:
    version = ".".join(map(str, numbers))
    later = ".".join(map(str, [*numbers[:-1], numbers[-1] + 1]))
    assert reaches(version, [version])
    assert reaches(later, [version])
    assert not reaches(version, [later])


def test_one_weakness_of_several_names_is_judged_once(forge: Forge) -> None:
    """A package URL, a name with a version and a bare one; GHSA, CVE and an alias between them."""
    find(forge, "first", package="pkg:npm/%40acme/left-pad", aliases=())
    find(forge, "second", advisory="CVE-2026-1", package="@acme/left-pad@1.2.0", aliases=())
    find(forge, "another package", advisory="CVE-2026-1", package="right-pad", aliases=())
    find(forge, "elsewhere", advisory="CVE-2026-1", package="@acme/left-pad", system="another")
    assert tie_remedies(forge.ledger) == 0
    # What came last says that the two are one.
    find(forge, "third", advisory="ghsa-1", package="@acme/left-pad", aliases=("cve-2026-1",))
    forge.say(VulnerabilityLinked, WRITER, vulnerability="third", change="CHG-9")
    assert tie_remedies(forge.ledger) == 3
    same = {row.vulnerability: row.same_as for row in forge.ledger.store.all(VulnerabilitySame)}
    assert same == {"second": "first", "third": "first"}
    links = {row.vulnerability for row in forge.ledger.store.all(VulnerabilityChange)}
    assert links == {"first", "third"}
    assert tie_remedies(forge.ledger) == 0
    judge_waiting(forge.ledger)
    rows = forge.ledger.store.by(Finding, "check_id", ["cc8_1/14_patches"])
    verdicts = {row.subject.removeprefix("vulnerability:"): row.verdict for row in rows}
    apart = {name for name, verdict in verdicts.items() if verdict == "not_applicable"}
    assert apart == {"second", "third"}
    listed = vulnerabilities_listed(forge.ledger.store, now(), None)
    assert {each.name for each in listed} == {"first", "another package", "elsewhere"}


def test_a_distributions_package_is_one_with_its_source_where_that_is_told(forge: Forge) -> None:
    deb = "pkg:deb/debian/"
    for name, package in (
        ("grype", f"{deb}libssl3?upstream=openssl"),
        ("other", f"{deb}libcrypto3?upstream=openssl"),
        ("source", f"{deb}openssl"),
        ("plain", "libssl3"),
        ("crypto", "libcrypto3"),
        ("node", "pkg:npm/openssl"),
        ("untold", f"{deb}libssl-dev"),
    ):
        find(forge, name, package=package)
    tie_remedies(forge.ledger)
    same = {row.vulnerability: row.same_as for row in forge.ledger.store.all(VulnerabilitySame)}
    assert same == {"source": "grype", "plain": "grype", "crypto": "other"}
    [first] = forge.ledger.store.by(Vulnerability, "vulnerability", ["grype"])
    assert told_elsewhere(forge.ledger.store, first) == ["plain", "source"]
    assert tie_remedies(forge.ledger) == 0


def test_grype_tells_what_a_package_was_built_of(forge: Forge) -> None:
    artifact = {"name": "libssl3", "purl": "pkg:deb/debian/libssl3@3.0.11?arch=amd64"}
    told = {"upstreams": [{"name": "openssl"}]}
    older = {"metadata": {"Source": "openssl"}}
    for number, more in enumerate((told, older, {})):
        match = {"vulnerability": {"id": "CVE-2026-1"}, "artifact": {**artifact, **more}}
        body = json.dumps({"matches": [match], "descriptor": {"name": "grype"}}).encode()
        delivery = Delivery("grype", str(number), body, now(), options=(("system", SYSTEM),))
        [found] = [
            each for each in translate(delivery, KEY).events if isinstance(each, VulnerabilityFound)
        ]
        assert found.package == f"pkg:deb/debian/libssl3{'?upstream=openssl' if more else ''}"
        assert "?" not in found.vulnerability
