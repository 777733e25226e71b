"""The addresses of channels are sealed: many hold a token."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from changeproof.accounts.sealing import SealedTextField


def seal(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    for name in ("Channel",):
        for row in apps.get_model("alerts", name).objects.iterator():
            row.save(update_fields=["address"])


class Migration(migrations.Migration):
    dependencies = [("alerts", "0003_acknowledged")]
    operations = [
        migrations.AlterField("channel", "address", SealedTextField()),
        migrations.RunPython(seal, migrations.RunPython.noop),
    ]
