import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("permits", "0005_check_run_neighbours"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResultDrawing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("svg", models.TextField()),
                (
                    "narrow_svg",
                    models.TextField(blank=True, help_text="For narrow screens; empty where the plan is too crowded"),
                ),
                ("text", models.TextField(help_text="Text alternative")),
                ("scale", models.PositiveIntegerField(help_text="1:n on paper")),
                (
                    "result",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drawing",
                        to="permits.checkresult",
                    ),
                ),
            ],
        ),
    ]
