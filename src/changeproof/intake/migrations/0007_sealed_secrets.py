"""The secrets of sources are sealed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from changeproof.accounts.sealing import SealedTextField


def seal(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    for name in (
        "Connection",
        "AskedSource",
    ):
        for row in apps.get_model("intake", name).objects.iterator():
            row.save(update_fields=["secret"])


class Migration(migrations.Migration):
    dependencies = [("intake", "0006_kept_reply")]
    operations = [
        migrations.AlterField("connection", "secret", SealedTextField()),
        migrations.AlterField("askedsource", "secret", SealedTextField()),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
