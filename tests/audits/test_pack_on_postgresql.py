"""An instance on PostgreSQL writes the same lists, and its pack verifies offline."""

from changeproof.audits.pack import write_pack
from changeproof.ledger.instance import create_instance
from changeproof.ledger.schema import create_statements
from changeproof.log.keys import load_key
from changeproof.log.storage import Log
from changeproof.log.tables import log_ddl
from changeproof.verifier.verification import verify_pack
from tests.log.logs import PostgresqlDatabase
from tests.support.packs import AS_OF, UNTIL, members_of, small_company_instance, small_pack
from tests.support.small_company import BEGIN, MemoryInstance, small_history


def test_the_same_lists_come_from_either_database(postgresql_database, tmp_path):
    instance = create_instance(tmp_path / "own", database_url=postgresql_database())
    signer = load_key(instance.log_key_file)
    database = PostgresqlDatabase(instance.database_url)
    for statement in (*log_ddl("postgresql"), *create_statements("postgresql")):
        database.execute(statement)
    opened = MemoryInstance.__new__(MemoryInstance)
    opened.open(database, Log(database, signer, instance.origin), signer)
    opened.take(small_history())
    database.connection.commit()
    database.connection.close()
    pack = write_pack(instance, BEGIN, UNTIL, tmp_path / "p.pack", AS_OF)
    report = verify_pack(pack.file, signer.verifier.vkey)
    assert report.is_sound, report.steps
    on_sqlite = small_company_instance(tmp_path / "sqlite")
    other = members_of(small_pack(on_sqlite, tmp_path / "s.pack").file)
    ours = members_of(pack.file)
    own = ("log/checkpoint", "log/vkey", "cover.json", "manifest.json", "index.html")
    assert ours.keys() == other.keys()
    assert [name for name in ours if ours[name] != other[name] and name not in own] == []
