"""Private tables of the ledger."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Unjudged",
            fields=[
                ("subject", models.TextField(primary_key=True, serialize=False)),
                ("failures", models.IntegerField(default=0)),
            ],
            options={"db_table": "unjudged"},
        ),
        migrations.CreateModel(
            name="LedgerState",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("value", models.TextField()),
            ],
            options={"db_table": "ledger_state"},
        ),
    ]
