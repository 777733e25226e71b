"""What every room's tests may ask for: shared data, PostgreSQL, a browser."""

import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from changeproof.ledger.instance import Instance, read_instance
from tests.support.browser import arguments, installed_chromium
from tests.support.django_instance import begin_instance, empty
from tests.support.postgresql import postgresql_server

CI = os.environ.get("CI") == "true"
CHECKOUT = Path(__file__).resolve().parent.parent
PLACE = begin_instance()  # before anything reads Django's settings

# Under CI the examples are the same each time: what fails there failed because of a change.
settings.register_profile("developer", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if CI else "developer")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Each process that shares the run makes an instance of its own: it inherits none's name."""
    for name in ("CHANGEPROOF_DATA", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test has a name of its own: several processes run each name once."""
    more = [name for name, count in Counter(item.nodeid for item in items).items() if count > 1]
    if more:
        raise pytest.UsageError(f"Tests share a name, so all but one would be left out: {more}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real histories and payloads that stands beside the checkout."""
    folder = CHECKOUT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder shared/ with real payloads is not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test run; ask `postgresql_database` for a database."""
    with postgresql_server() as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database and gives its URL, as often as it is called."""
    made: list[str] = []

    def fresh() -> str:
        name = f"test_{secrets.token_hex(6)}"
        _administer(postgresql, f"CREATE DATABASE {name}")
        made.append(name)
        return postgresql.rpartition("/")[0] + f"/{name}"

    yield fresh
    for name in made:
        _administer(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """A file instead of shared memory: threads then meet the same locks as in production."""
    from django.db import connections

    connections["default"].settings_dict["TEST"]["NAME"] = str(PLACE / "tests.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Django's test database, with the evidence tables in it."""
    from changeproof.ledger.service import forget_ledger, ledger

    with django_db_blocker.unblock():
        ledger().prepare()
    forget_ledger()


@pytest.fixture
def instance(db: None) -> Iterator[Instance]:
    """An empty instance for one thread; everything is rolled back after the test."""
    from changeproof.ledger.service import forget_ledger, ledger

    forget_ledger()
    ledger().prepare()
    yield read_instance(PLACE / "instance")
    forget_ledger()


@pytest.fixture
def live_instance(transactional_db: None) -> Iterator[Instance]:
    """An empty instance with real transactions, for threads and a live server; slower."""
    from changeproof.ledger.service import forget_ledger, ledger

    forget_ledger()
    ledger().prepare()
    yield read_instance(PLACE / "instance")
    empty(ledger().database)
    forget_ledger()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The system's Chromium. Without one a test is skipped, under CI=true it fails."""
    found = installed_chromium()
    if found is None:
        reason = "no Chromium on the path; install the system's package `chromium`"
        if CI:
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium: Path) -> Iterator[Browser]:
    """One Chromium for the run; `page` gives each test a clean profile in it."""
    # Playwright runs an event loop in this thread, in which Django would refuse its database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=arguments())
        yield running
        running.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page without cookies, 1280 px wide, in English and UTC."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="UTC"
    )
    yield context.new_page()
    context.close()
