"""What one page says fits together, although others write while it is read."""

import re

import pytest
from django.db import connection
from django.test import Client

from changeproof.accounts.people import operator
from tests.web.conftest import BACKEND

OF_THE_RECORD = re.compile(r"FROM (subject_judged|finding|change|case_file|pack_issue)\b")
ONLY_A_FRAME = "/desk/request"


def asked_for(browser: Client, path: str) -> list[str]:
    """The statements that answering takes, as SQLite meets them."""
    asked: list[str] = []
    connection.ensure_connection()
    connection.connection.set_trace_callback(asked.append)
    try:
        assert browser.get(path).status_code == 200
    finally:
        connection.connection.set_trace_callback(None)
    return asked


@pytest.mark.parametrize("path", ["/checks", "/checks/cc8_1/08_approval", "/changes", "/audits"])
def test_a_page_reads_one_state_of_the_record(live_instance, path):
    browser = Client()
    browser.force_login(operator(), backend=BACKEND)
    of_the_frame = set(asked_for(browser, ONLY_A_FRAME))
    views: list[list[str]] = []
    outside: list[str] = []
    within = False
    for statement in asked_for(browser, path):
        if statement == "BEGIN":
            within = True
            views.append([])
        elif statement == "ROLLBACK":
            within = False
        elif OF_THE_RECORD.search(statement) and statement not in of_the_frame:
            (views[-1] if within else outside).append(statement)
    assert outside == []
    assert len([each for each in views if each]) == 1
