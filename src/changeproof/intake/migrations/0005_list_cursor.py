"""How far each list of an asked source was read; what is known already is asked for once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_connection_options")]
    operations = [
        migrations.CreateModel(
            "ListCursor",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.TextField()),
                ("listing", models.TextField()),
                ("read_until", models.TextField()),
            ],
            options={
                "db_table": "intake_list_cursor",
                "constraints": [
                    models.UniqueConstraint(fields=("source", "listing"), name="one_cursor_a_list")
                ],
            },
        ),
    ]
