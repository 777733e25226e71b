"""Who waits longest is judged first, however many wait."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_subjects_ahead")]

    operations = [
        migrations.AddIndex(
            "unjudged",
            models.Index(fields=["failures", "since", "subject"], name="unjudged_in_turn"),
        ),
    ]
