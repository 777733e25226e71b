"""Routes with hours and a next route; what is to be acknowledged; since when a channel fails."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("alerts", "0002_routes"),
    ]

    operations = [
        migrations.AddField(
            model_name="channel",
            name="failing_since",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="outgoing",
            name="escalated_from",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="route",
            name="acknowledge_within",
            field=models.IntegerField(default=0),
        ),
        migrations.AddField(
            model_name="route",
            name="hours",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="route",
            name="next_route",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="alerts.route",
            ),
        ),
        migrations.AddField(
            model_name="route",
            name="otherwise",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="alerts.channel",
            ),
        ),
        migrations.CreateModel(
            name="Awaited",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message", models.TextField(db_index=True)),
                ("case_id", models.TextField(db_index=True)),
                ("subject", models.TextField()),
                ("kind", models.TextField()),
                ("system", models.TextField()),
                ("check_id", models.TextField()),
                ("severity", models.TextField()),
                ("tried", models.JSONField(default=list)),
                ("told_at", models.BigIntegerField(null=True)),
                ("due_at", models.BigIntegerField()),
                ("escalated_at", models.BigIntegerField(null=True)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="alerts.channel",
                    ),
                ),
                (
                    "route",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="alerts.route",
                    ),
                ),
            ],
            options={
                "db_table": "alerts_awaited",
                "indexes": [
                    models.Index(fields=["escalated_at", "due_at"], name="alerts_unanswered")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("route", "case_id"), name="alerts_awaited_once")
                ],
            },
        ),
    ]
