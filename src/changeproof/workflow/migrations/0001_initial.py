"""Private tables of the workflow."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("draft", models.TextField(primary_key=True, serialize=False)),
                ("account", models.TextField(db_index=True)),
                ("form", models.TextField()),
                ("said", models.TextField(default="{}")),
                ("version", models.IntegerField(default=0)),
                ("saved_at", models.BigIntegerField()),
                ("done", models.TextField(default="")),
            ],
            options={"db_table": "workflow_draft"},
        ),
    ]
