"""The OpenAPI document holds: schemathesis sends what fits it and what does not, and compares."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import SchemathesisConfig

from changeproof.accounts.people import operator
from changeproof.accounts.tokens import create_token

CONFIG = SchemathesisConfig.from_dict(
    {
        "checks": {
            # What fits the document may still be against a rule: no such system, a window that
            # ended before it began. That is 422 with the rule and its cure.
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "3xx", "401", "403", "404", "409", "422", "429"]
            },
        }
    }
)
SERVER = get_wsgi_application()


def answering(environ: dict[str, Any], start_response: Any) -> Any:
    """As behind a real socket, where whoever asks has an address."""
    return SERVER({"REMOTE_ADDR": "127.0.0.1", **environ}, start_response)


SCHEMA = schemathesis.openapi.from_wsgi("/api/openapi.json", answering, config=CONFIG)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As in the framework's own test client: the test's connection outlives a request."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(instance: object) -> str:
    """One for all that is sent to an operation."""
    return create_token(operator(), ("all",))


@SCHEMA.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_the_document_says(case, token, one_connection):
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
