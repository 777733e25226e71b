"""The log's tables, in the words of the database that is migrated."""

from typing import cast

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from changeproof.log.database import Dialect
from changeproof.log.tables import LOG_TABLES, log_ddl


def create_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    for statement in log_ddl(cast(Dialect, schema_editor.connection.vendor)):
        schema_editor.execute(statement)


def drop_tables(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    for table in LOG_TABLES:
        schema_editor.execute(f"DROP TABLE {table}")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create_tables, drop_tables)]
