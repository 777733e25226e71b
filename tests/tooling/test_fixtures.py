"""The fixtures that other tests rest on do what they say."""

from collections.abc import Callable

import psycopg
from playwright.sync_api import Page


def test_each_call_gives_a_database_of_its_own(postgresql_database: Callable[[], str]) -> None:
    first, second = postgresql_database(), postgresql_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE seen (id integer)")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('seen')").fetchone() == (None,)


def test_a_page_is_rendered_by_the_systems_browser(page: Page) -> None:
    page.set_content("<title>Ledger</title><h1>One row</h1>")
    assert page.title() == "Ledger"
    assert page.get_by_role("heading").inner_text() == "One row"
