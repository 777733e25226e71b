"""Give `unjudged` the column that 0001 gained after the first instances were made.

0001 was edited in place then; since then migrations are frozen (CONTRIBUTING.md).
"""

from typing import Any

from django.db import migrations


def add_failures(apps: Any, editor: Any) -> None:
    model = apps.get_model("ledger", "Unjudged")
    connection = editor.connection
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "unjudged")
    if "failures" not in {column.name for column in columns}:
        editor.add_field(model, model._meta.get_field("failures"))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [migrations.RunPython(add_failures, migrations.RunPython.noop)]
