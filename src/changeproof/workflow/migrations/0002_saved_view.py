"""Saved views: a name for filters, one's own or shared."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.TextField()),
                ("name", models.TextField()),
                ("query", models.TextField()),
                ("shared", models.BooleanField(default=False)),
                ("saved_at", models.BigIntegerField()),
            ],
            options={
                "db_table": "workflow_saved_view",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "name"), name="workflow_one_view_a_name"
                    )
                ],
            },
        )
    ]
