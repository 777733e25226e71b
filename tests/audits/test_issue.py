"""That a pack was written goes on record, and into the next one."""

import pytest

from changeproof.audits.issue import issue_pack
from changeproof.ledger.judgements import PackIssue
from changeproof.ledger.service import ledger
from changeproof.log.keys import load_key
from changeproof.verifier.verification import verify_pack
from tests.support.small_company import BEGIN, DAY, small_history


def test_an_issued_pack_is_on_record_by_its_digest(instance, tmp_path):
    opened = ledger()
    history = small_history(3)
    opened.record_events(history.events, history.texts, collector="test")
    file = tmp_path / "q1.pack"
    pack = issue_pack(
        opened, BEGIN, BEGIN + 30 * DAY, file, actor="local:user/1", database=opened.database
    )
    vkey = load_key(instance.log_key_file).verifier.vkey
    assert verify_pack(file, vkey).is_sound
    issued = {row.digest: row.account for row in opened.store.all(PackIssue)}
    assert issued[pack.digest] == "local:user/1"
    assert opened.log.size() == pack.log_size + 1


def test_nothing_is_on_record_of_a_pack_that_was_not_written(instance, tmp_path):
    opened = ledger()
    size = opened.log.size()
    with pytest.raises(Exception, match="not written"):
        issue_pack(opened, 5, 5, tmp_path / "x", database=opened.database)
    assert opened.log.size() == size
