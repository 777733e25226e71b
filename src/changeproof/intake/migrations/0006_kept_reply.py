"""What a page of an asked source is asked by again, so that it is sent only where it changed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0005_list_cursor")]
    operations = [
        migrations.CreateModel(
            "KeptReply",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.TextField()),
                ("asked", models.TextField()),
                ("etag", models.TextField(blank=True)),
                ("last_modified", models.TextField(blank=True)),
                ("body", models.TextField()),
                ("headers", models.JSONField(default=dict)),
                ("asked_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "intake_kept_reply",
                "constraints": [
                    models.UniqueConstraint(fields=("source", "asked"), name="one_reply_a_request")
                ],
            },
        ),
    ]
