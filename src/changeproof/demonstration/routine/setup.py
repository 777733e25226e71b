"""The first day: whose accounts these are, what they may do, which repository is which system."""

from changeproof.demonstration.forge import Repository
from changeproof.demonstration.hours import minutes
from changeproof.demonstration.payloads import others
from changeproof.demonstration.staff import (
    INES,
    JENKINS,
    KOFI,
    PIPELINE,
    QUILLWORK,
    STAFF,
    TOBIAS,
)
from changeproof.demonstration.world import Script, World
from changeproof.policy.parameters import profile_bytes

_BEFORE = """# Change policy of Wrenfield Parcels, version 2.
# The rules as we always had them. Nothing here says what to do when a change cannot wait.
"""
_WITH_EMERGENCIES = """# Change policy of Wrenfield Parcels, version 3.
# What is new: how an emergency is declared, and by when what it skipped must follow.
"""
_WITH_CONTROL = """# Change policy of Wrenfield Parcels, version 4.
# What is new: where a change went live without its approval, a second person looks at it within
# 72 hours, and reports show that as the control that stood in.
"""
_CONTROLS = """alternative_controls:
  - id: 08-alt
    check: cc8_1/08_approval
    control: post_review_by_other
    within: 72 hours
"""


def connect(world: World, repositories: list[Repository]) -> Script:
    """Roster, roles and sources by the head of engineering, then mappings and protection."""
    for person in STAFF:
        for account in person.accounts:
            world.act(INES.desk, "join_account", account=account, person=person.person)
    for person in STAFF:
        for role in person.roles:
            world.act(INES.desk, "grant_role", account=person.desk, role=role)
    world.act(
        INES.desk,
        "declare_account",
        account=QUILLWORK.account,
        account_kind="agent",
        run_by=KOFI.user.account,
    )
    for service in (JENKINS, PIPELINE):
        world.act(INES.desk, "declare_account", account=service.account, account_kind="service")
    yield minutes(10)
    for kind in ("github", "jira", "junit", "cdevents"):
        world.act(INES.desk, "connect_source", road="delivered", connection=kind, source_kind=kind)
    yield minutes(10)
    for repository in repositories:
        body = others.own(
            "SystemMapped",
            world.now,
            repository=repository.place.account,
            system=repository.system.key,
        )
        world.deliver("events", body)
    yield minutes(10)
    for repository in repositories:
        repository.protect()


VERSIONS = (2, 3, 4)
"""Of the company's own policy: without a way for emergencies, with one, with one more control."""


def policy_text(version: int) -> str:
    """A version that the company adopts in the story: the standard profile, but for what is new."""
    text = profile_bytes("standard").decode()
    body = text[text.index("\n# The number of this text.") :]
    body = body.replace("\nversion: 1\n", f"\nversion: {version}\n")
    if version == VERSIONS[0]:
        begins = body.index("# A change that could not wait.")
        return _BEFORE + body[:begins] + body[body.index("\n\n", begins) + 2 :]
    if version == VERSIONS[1]:
        return _WITH_EMERGENCIES + body
    return _WITH_CONTROL + body.replace("alternative_controls: []\n", _CONTROLS)


def adopt_policy(world: World, version: int) -> Script:
    """A version of its own, adopted by the administrator, approved by a second person."""
    world.act(INES.desk, "adopt_policy", text=policy_text(version), approved_by=TOBIAS.desk)
    yield minutes(1)
