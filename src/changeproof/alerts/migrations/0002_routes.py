"""Channels get names and routes; what waits says what it is about; dead letters stay."""

from typing import Any
from urllib.parse import urlsplit

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BIG = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}


def name_channels(apps: Any, _schema_editor: Any) -> None:
    """Whoever was told of everything is told what no other route takes."""
    channels, routes = apps.get_model("alerts", "Channel"), apps.get_model("alerts", "Route")
    for channel in channels.objects.order_by("pk"):
        channel.name = f"{channel.kind} {channel.pk}"
        host = urlsplit(channel.address).hostname or ""
        channel.shown = channel.address if channel.kind == "mail" else host
        channel.save(update_fields=["name", "shown"])
        routes.objects.create(name=channel.name, channel=channel, is_default=True)


def say_kinds(apps: Any, _schema_editor: Any) -> None:
    """What waits already about quarantine is told as such."""
    waiting = apps.get_model("alerts", "Outgoing").objects
    waiting.filter(case_id__startswith="quarantine:").update(kind="quarantine")


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("Channel", "name", models.TextField(default="")),
        migrations.AddField("Channel", "shown", models.TextField(default="")),
        migrations.AddField("Channel", "sent_at", models.BigIntegerField(null=True)),
        migrations.AddField("Channel", "told_at", models.BigIntegerField(null=True)),
        migrations.AddField("Channel", "failed_at", models.BigIntegerField(null=True)),
        migrations.AddField("Channel", "trouble", models.TextField(default="")),
        migrations.AddField("Channel", "tested_at", models.BigIntegerField(null=True)),
        migrations.CreateModel(
            name="Route",
            fields=[
                ("id", models.BigAutoField(**BIG)),
                ("name", models.TextField(unique=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="routes",
                        to="alerts.channel",
                    ),
                ),
                ("is_default", models.BooleanField(default=False)),
                ("systems", models.JSONField(default=list)),
                ("checks", models.JSONField(default=list)),
                ("severities", models.JSONField(default=list)),
                ("kinds", models.JSONField(default=list)),
                ("rhythm", models.TextField(default="at_once")),
            ],
            options={"db_table": "alerts_route"},
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("rhythm", models.TextField()),
                ("sent_at", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "alerts_choice"},
        ),
        migrations.RunPython(name_channels, migrations.RunPython.noop),
        migrations.AlterField("Channel", "name", models.TextField(unique=True)),
        migrations.AddField("Outgoing", "kind", models.TextField(default="case")),
        migrations.AddField("Outgoing", "system", models.TextField(default="")),
        migrations.AddField("Outgoing", "check_id", models.TextField(default="")),
        migrations.AddField("Outgoing", "severity", models.TextField(default="")),
        migrations.AddField("Outgoing", "recipient", models.TextField(default="")),
        migrations.AddField("Outgoing", "rhythm", models.TextField(default="at_once")),
        migrations.AddField("Outgoing", "queued_at", models.BigIntegerField(default=0)),
        migrations.AddField("Outgoing", "given_up_at", models.BigIntegerField(null=True)),
        migrations.RunPython(say_kinds, migrations.RunPython.noop),
        migrations.AlterField(
            "Outgoing",
            "channel",
            models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, to="alerts.channel"
            ),
        ),
        migrations.AddIndex(
            "Outgoing", models.Index(fields=["given_up_at", "next_at"], name="alerts_due")
        ),
        migrations.AddConstraint(
            "Outgoing",
            models.UniqueConstraint(
                condition=models.Q(given_up_at=None, recipient=""),
                fields=("channel", "rhythm", "case_id"),
                name="alerts_once_a_channel",
            ),
        ),
        migrations.AddConstraint(
            "Outgoing",
            models.UniqueConstraint(
                condition=models.Q(
                    ("given_up_at", None), models.Q(("recipient", ""), _negated=True)
                ),
                fields=("recipient", "case_id"),
                name="alerts_once_a_person",
            ),
        ),
    ]
