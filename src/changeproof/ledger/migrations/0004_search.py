"""The search index: texts, who had a part, what waits; the words in FTS5 or under a GIN index."""

from typing import Any

from django.db import migrations, models

SQLITE = (
    "CREATE VIRTUAL TABLE search_words USING fts5(body, content='search_text',"
    " content_rowid='number', tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE TRIGGER search_text_comes AFTER INSERT ON search_text BEGIN"
    " INSERT INTO search_words (rowid, body) VALUES (new.number, new.body); END",
    "CREATE TRIGGER search_text_goes AFTER DELETE ON search_text BEGIN"
    " INSERT INTO search_words (search_words, rowid, body)"
    " VALUES ('delete', old.number, old.body); END",
)
POSTGRESQL = (
    "CREATE INDEX search_text_words ON search_text USING GIN ("
    "to_tsvector('simple'::regconfig, regexp_replace(lower(body), '[^[:alnum:]]+', ' ', 'g')))",
)


def index_words(_apps: Any, schema_editor: Any) -> None:
    made = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
    for statement in made:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_since_when")]

    operations = [
        migrations.CreateModel(
            name="SearchWaiting",
            fields=[("subject", models.TextField(primary_key=True, serialize=False))],
            options={"db_table": "search_waiting"},
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.TextField()),
                ("field", models.TextField()),
                ("body", models.TextField()),
            ],
            options={
                "db_table": "search_text",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "field"), name="search_one_text_a_field"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchPerson",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject", models.TextField()),
                ("account", models.TextField()),
            ],
            options={
                "db_table": "search_person",
                "indexes": [models.Index(fields=["account", "subject"], name="search_by_account")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "account"), name="search_one_row_a_person"
                    )
                ],
            },
        ),
        migrations.RunPython(index_words, migrations.RunPython.noop),
    ]
