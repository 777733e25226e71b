"""Sources that we ask by ourselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0002_no_heartbeat")]
    operations = [
        migrations.CreateModel(
            name="AskedSource",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("address", models.TextField()),
                ("login", models.TextField(blank=True, default="")),
                ("secret", models.TextField()),
                ("options", models.JSONField(default=dict)),
                ("every_seconds", models.PositiveIntegerField(default=300)),
                ("private_allowed", models.BooleanField(default=False)),
                ("due_at", models.BigIntegerField(default=0)),
                ("begun_at", models.BigIntegerField(null=True)),
                ("finished_at", models.BigIntegerField(null=True)),
                ("trouble", models.TextField(blank=True, default="")),
                ("told", models.JSONField(default=dict)),
            ],
            options={"db_table": "intake_asked_source"},
        ),
    ]
