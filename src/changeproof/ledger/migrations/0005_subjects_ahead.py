"""What a clock ahead of ours told of: whom to judge again once its time has come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_search")]

    operations = [
        migrations.CreateModel(
            name="SubjectAhead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.TextField()),
                ("due_at", models.BigIntegerField()),
            ],
            options={"db_table": "subject_ahead"},
        ),
        migrations.AddConstraint(
            model_name="subjectahead",
            constraint=models.UniqueConstraint(
                fields=("due_at", "subject"), name="ahead_once_a_moment"
            ),
        ),
    ]
