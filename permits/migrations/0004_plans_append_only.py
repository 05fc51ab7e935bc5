"""Make the record of binding plans append-only in the database itself."""

from django.db import migrations

from permits.db_triggers import PLAN_FORWARD_SQL, PLAN_REVERSE_SQL


class Migration(migrations.Migration):
    """Triggers on the tables of binding plans."""

    dependencies = [("permits", "0003_binding_plans")]

    operations = [migrations.RunSQL(PLAN_FORWARD_SQL, PLAN_REVERSE_SQL)]
