"""A caller with a token for each role, and a forge that tells of work."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from changeproof.accounts.people import add_user, operator
from changeproof.accounts.tokens import create_token
from changeproof.ledger.service import ledger
from tests.support.pull_requests import Forge


class Caller:
    """Speaks JSON with one token."""

    def __init__(self, token: str | None, account: str = "") -> None:
        self.account = account
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._client = Client(headers=headers, raise_request_exception=False)

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(path, query)

    def post(self, path: str, said: Any) -> Any:
        return self._client.post(path, said, content_type="application/json")

    def upload(self, path: str, said: Any) -> Any:
        """A form with files."""
        return self._client.post(path, said)

    def send(self, path: str, body: bytes, kind: str = "application/octet-stream") -> Any:
        return self._client.generic("POST", path, body, content_type=kind)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """Each operation of the OpenAPI document is a test with a name of its own: of tests that share
    one, a run on several processes tries the first alone."""
    for item in items:
        operation = getattr(item, "operation_label", None)
        if operation is not None:
            item._id = item.id.with_params(operation)


@pytest.fixture
def forge(instance: object) -> Forge:
    return Forge(ledger())


@pytest.fixture
def caller(instance: object) -> Callable[..., Caller]:
    """`caller("approver")` is somebody in that role; `caller()` is the operator."""

    def make(*roles: Any, scopes: tuple[str, ...] = ("all",)) -> Caller:
        by = operator()
        user = by
        if roles:
            user = add_user(f"{roles[0]}@example.com", roles[0], list(roles), by=by.account)
        return Caller(create_token(user, scopes), user.account)

    return make


@pytest.fixture
def nobody(instance: object) -> Caller:
    return Caller(None)
