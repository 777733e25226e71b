"""Private tables of intake."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                ("source", models.TextField(primary_key=True, serialize=False)),
                ("secret", models.TextField()),
                ("connected_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"db_table": "intake_connection"},
        ),
    ]
