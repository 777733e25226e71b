"""Private tables of alerts."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField()),
                ("address", models.TextField()),
            ],
            options={
                "db_table": "alerts_channel",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "address"), name="alerts_one_channel")
                ],
            },
        ),
        migrations.CreateModel(
            name="Outgoing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_id", models.TextField()),
                ("subject", models.TextField()),
                ("attempts", models.IntegerField(default=0)),
                ("next_at", models.BigIntegerField()),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="alerts.channel"
                    ),
                ),
            ],
            options={
                "db_table": "alerts_outgoing",
            },
        ),
    ]
