"""What goes with every delivery of a connection."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_asked_source")]
    operations = [
        migrations.AddField("connection", "options", models.JSONField(default=dict)),
    ]
