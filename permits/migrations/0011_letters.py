"""Versions of letterheads and letter parts; the letterheads that stood with the authorities become their version 1."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import permits.legal_time
import permits.models.letters
from permits.db_triggers import _triggers

TABLES = ("permits_letterheadversion", "permits_letterpartversion")
REVERSE_SQL = "".join(
    f"DROP TRIGGER {name} ON {table};\n" for table in TABLES for name in ("refuse_change", "refuse_truncate")
)


def keep_letterheads(apps, schema_editor):
    """Copy each authority's letterhead into a first version."""
    versions = apps.get_model("permits", "LetterheadVersion")
    for authority in apps.get_model("permits", "PermitAuthority").objects.all():
        old = authority.letterhead
        known = ("accent_colour", "tint_colour", "website", "closing_formula", "signature_lines", "crest_svg", "crest_alternative")
        values = {name: old[name] for name in known if old.get(name)}
        columns = old.get("footer_columns") or [[line] for line in old.get("footer_lines", [])]
        versions.objects.create(authority=authority, number=1, reason="Einrichtung", footer_columns=columns, **values)


class Migration(migrations.Migration):

    dependencies = [
        ('permits', '0010_register_from_papers'),
    ]

    operations = [
        migrations.CreateModel(
            name='LetterheadVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='1, 2, 3 … per authority')),
                ('accent_colour', models.CharField(default='#1f3b5c', max_length=7, verbose_name='Farbe')),
                ('tint_colour', models.CharField(default='#eef2f6', max_length=7, verbose_name='Hintergrund')),
                ('return_line', models.CharField(blank=True, help_text='Empty: name and address', max_length=120, verbose_name='Absenderzeile')),
                ('website', models.CharField(blank=True, max_length=100, verbose_name='Internetadresse')),
                ('closing_formula', models.CharField(default='Mit freundlichen Grüßen', max_length=100, verbose_name='Grußformel')),
                ('signature_lines', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100), blank=True, default=permits.models.letters.default_signature_lines, size=None)),
                ('footer_columns', models.JSONField(blank=True, default=list, help_text='Columns, each a list of lines', verbose_name='Fußzeile')),
                ('crest_svg', models.TextField(blank=True, verbose_name='Wappen')),
                ('crest_alternative', models.CharField(blank=True, default='Wappen', max_length=200, verbose_name='Beschreibung des Wappens')),
                ('written_at', models.DateTimeField(default=permits.legal_time.now, editable=False)),
                ('reason', models.CharField(max_length=300, verbose_name='Anlass')),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letterheads', to='permits.permitauthority')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('authority', 'number'), name='letterhead_number_unique')],
            },
        ),
        migrations.CreateModel(
            name='LetterPartVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='Id of the kind of paper (reports/contexts)', max_length=40)),
                ('place', models.CharField(choices=[('opening', 'Nach der Anrede'), ('closing', 'Vor dem Gruß')], max_length=10)),
                ('number', models.PositiveIntegerField(help_text='1, 2, 3 … per authority, kind and place')),
                ('text', models.TextField(blank=True, help_text='In the language of letters (permits/letter_language)')),
                ('written_at', models.DateTimeField(default=permits.legal_time.now, editable=False)),
                ('reason', models.CharField(max_length=300, verbose_name='Anlass')),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letter_parts', to='permits.permitauthority')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('authority', 'kind', 'place', 'number'), name='letter_part_version_number_unique')],
            },
        ),
        migrations.RunPython(keep_letterheads, migrations.RunPython.noop),
        # The copied rows' foreign keys are checked now: PostgreSQL alters no table with checks still to come.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED", migrations.RunSQL.noop),
        migrations.RemoveField(model_name='permitauthority', name='letterhead'),
        migrations.RunSQL("".join(_triggers(table, "UPDATE OR DELETE") for table in TABLES), REVERSE_SQL),
    ]
