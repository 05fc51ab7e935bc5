"""Service of a notice that was withdrawn or revoked before it had reached its recipient is dropped."""

from django.db import migrations, models
from django.db.models import Q

ENDING = ("withdrawn", "revoked")


def drop_services(apps, schema_editor):
    """Nobody is to fetch or post a notice (or the correction of one) that no longer counts."""
    ended = Q(document__register_entry__later__act__in=ENDING) | Q(
        document__change__kind="correction", document__register_entry__origin__later__act__in=ENDING
    )
    services = apps.get_model("permits", "ServiceOfNotice").objects
    open_ones = services.filter(ended, state__in=("pending", "provided")).values_list("pk", flat=True)
    services.filter(pk__in=list(open_ones)).update(state="dropped")


class Migration(migrations.Migration):
    dependencies = [("permits", "0012_attempts")]

    operations = [
        migrations.AlterField(
            model_name="serviceofnotice",
            name="state",
            field=models.CharField(
                choices=[
                    ("pending", "vorbereitet"),
                    ("provided", "bereitgestellt"),
                    ("served", "bekannt gegeben"),
                    ("failed", "nicht bekannt gegeben"),
                    ("dropped", "entfallen"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.RunPython(drop_services, migrations.RunPython.noop),
    ]
