"""Private tables of the API."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.TextField()),
                ("operation", models.TextField()),
                ("key", models.TextField()),
                ("request_digest", models.CharField(max_length=64)),
                ("status", models.IntegerField()),
                ("answer", models.TextField()),
                ("kept_at", models.BigIntegerField(db_index=True)),
            ],
            options={
                "db_table": "api_kept_answer",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "operation", "key"), name="api_one_answer_a_key"
                    )
                ],
            },
        ),
    ]
