"""Private tables of audits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="PackOrder",
            fields=[
                ("order", models.TextField(primary_key=True, serialize=False)),
                ("period_from", models.BigIntegerField()),
                ("period_until", models.BigIntegerField()),
                ("asked_by", models.TextField()),
                ("asked_at", models.BigIntegerField(db_index=True)),
                ("state", models.TextField(default="waiting")),
                ("doing", models.TextField(default="")),
                ("done", models.BigIntegerField(default=0)),
                ("total", models.BigIntegerField(default=0)),
                ("why", models.TextField(default="")),
                ("cure", models.TextField(default="")),
                ("interim", models.BooleanField(default=False)),
            ],
            options={"db_table": "audits_pack_order"},
        ),
    ]
