"""Every table of an instance is the log's, the ledger's or listed as private."""

from changeproof.ledger.private_state import PRIVATE_PREFIXES, PRIVATE_TABLES, why_private
from changeproof.ledger.service import ledger
from changeproof.ledger.table import TABLES
from changeproof.log.tables import LOG_TABLES
from tests.support.small_company import tables_of


def test_every_table_is_the_logs_the_ledgers_or_private(instance):
    tables = set(tables_of(ledger().database))
    assert tables >= {*LOG_TABLES, *TABLES, "unjudged"}
    covered = {*LOG_TABLES, *TABLES}
    assert [name for name in tables - covered if why_private(name) is None] == []
    assert [name for name in covered if why_private(name) is not None] == []


def test_each_private_table_says_why():
    assert all({**PRIVATE_TABLES, **PRIVATE_PREFIXES}.values())
