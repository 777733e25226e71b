"""The seeds of second factors that were set up before are sealed."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from changeproof.accounts.sealing import sealed, unsealed

_SEEDS = ("secret", "seed", "migrated_codes")


def seal(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    for factor in apps.get_model("mfa", "Authenticator").objects.exclude(type="webauthn"):
        for name in _SEEDS:
            kept = factor.data.get(name)
            if isinstance(kept, str):
                factor.data[name] = sealed(unsealed(kept))
            elif isinstance(kept, list):
                factor.data[name] = [sealed(unsealed(code)) for code in kept]
        factor.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_calendar_address"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(seal, migrations.RunPython.noop)]
