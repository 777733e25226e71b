"""What a system made when it shook hands is kept, sealed: it signs by it from then on."""

from django.db import migrations

from changeproof.accounts.sealing import SealedTextField


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_sealed_secrets")]

    operations = [
        migrations.AddField("connection", "handshakes", SealedTextField(default="")),
    ]
