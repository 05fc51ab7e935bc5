"""Make the record append-only in the database itself."""

from django.db import migrations

from permits.db_triggers import FORWARD_SQL, REVERSE_SQL


class Migration(migrations.Migration):
    """Triggers on the append-only tables."""

    dependencies = [("permits", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD_SQL, REVERSE_SQL)]
