"""A notice that is withdrawn or revoked stays in force until that has been notified: a state of its own until then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("permits", "0013_dropped_services")]

    operations = [
        migrations.AlterField(
            model_name="permitcase",
            name="status",
            field=models.CharField(
                choices=[
                    ("draft", "Entwurf"),
                    ("submitted", "Eingereicht"),
                    ("completeness", "Prüfung der Vollständigkeit"),
                    ("information_requested", "Unterlagen nachgefordert"),
                    ("assessment", "In fachlicher Prüfung"),
                    ("hearing", "Anhörung vor Ablehnung"),
                    ("decision_drafted", "Entscheidung in Zeichnung"),
                    ("decision_signed", "Bescheid wird ausgefertigt"),
                    ("granted", "Bescheid erteilt"),
                    ("refused", "Antrag abgelehnt"),
                    ("revocation_issued", "Aufhebung ausgefertigt"),
                    ("revoked", "Bescheid aufgehoben"),
                    ("withdrawn", "Zurückgenommen"),
                    ("deemed_withdrawn", "Gilt als zurückgenommen"),
                ],
                default="draft",
                max_length=30,
            ),
        ),
    ]
