"""Drop a table that 0001 made before it was edited in place; nothing ever read it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]

    operations = [
        migrations.RunSQL("DROP TABLE IF EXISTS intake_heartbeat", migrations.RunSQL.noop)
    ]
