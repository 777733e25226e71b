"""Since when a subject waits: monitoring asks how old the oldest is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_failures_where_missing")]

    operations = [
        migrations.AddField("unjudged", "since", models.BigIntegerField(null=True)),
    ]
