"""A small company with work in every state, and browsers that are signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from changeproof.accounts.models import User
from changeproof.accounts.names import remember_names
from changeproof.accounts.people import add_user, grant_roles, operator
from changeproof.events.deployments import DeploymentFinished
from changeproof.intake.deliveries import take
from changeproof.ledger.search_index import index_waiting
from changeproof.ledger.service import ledger
from changeproof.monitor.judging import judge_waiting
from changeproof.sources.delivery import Delivery
from changeproof.workflow.controls import record_initial_controls
from tests.support.pull_requests import REPOSITORY, REVIEWER, WRITER, Forge

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Company:
    """Pull requests by what became of them; `browse` signs somebody in."""

    forge: Forge
    sound: str  # reviewed, tested, merged, deployed
    unreviewed: str  # deployed all the same
    proposed: str
    head: str  # of the proposed one
    merged: str  # the commit of the sound one
    user: Callable[..., User]

    def browse(self, *roles: str, system: str | None = None) -> Client:
        """Somebody in these roles, on one system or on all."""
        client = Client()
        client.force_login(self.user(*roles, system=system), backend=BACKEND)
        return client

    def judge(self) -> None:
        """As the worker does: judge what waits, then index it."""
        judge_waiting(self.forge.ledger)
        index_waiting(self.forge.ledger)


def deploy(forge: Forge, pull: str, revision: str) -> None:
    forge.say(
        DeploymentFinished,
        REVIEWER,
        deployment=f"{REPOSITORY}/deployment/{pull[-1]}",
        outcome="succeeded",
        repository=REPOSITORY,
        environment="production",
        revision=revision,
    )


def _user(*roles: Any, system: str | None = None) -> User:
    address = f"{'-'.join(roles)}@example.com"
    found = User.objects.filter(email=address).first()
    by = operator().account
    name = roles[0].replace("_", " ").title()
    if found is not None:
        return found
    if system is None:
        return add_user(address, name, list(roles), by=by)
    user = add_user(address, name, [], by=by)
    grant_roles(user.account, list(roles), by=by, system=system)
    return user


def _founded() -> Company:
    forge = Forge(ledger())
    record_initial_controls(ledger())
    remember_names({WRITER: "Wanda Writer", REVIEWER: "Rita Reviewer"})
    sound, head = forge.open(1)
    forge.review(sound, head)
    forge.test(head)
    merged = forge.merge(sound, head)
    forge.test(merged)
    deploy(forge, sound, merged)
    unreviewed, other = forge.open(2)
    alone = forge.merge(unreviewed, other, parent=merged)
    deploy(forge, unreviewed, alone)
    proposed, standing = forge.open(3)
    broken = Delivery("github", "broken-1", b'{"action": "opened"}', 1, name="pull_request")
    take(forge.ledger, [broken], "test")
    company = Company(forge, sound, unreviewed, proposed, standing, merged, _user)
    company.judge()
    return company


@pytest.fixture
def company(instance: object) -> Company:
    return _founded()


@pytest.fixture
def live_company(live_instance: object) -> Company:
    """The same, with real transactions, for a browser."""
    return _founded()


def session_cookie(user: User) -> dict[str, str]:
    """A signed-in session's cookie, without the sign-in page."""
    from django.conf import settings
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key)}
