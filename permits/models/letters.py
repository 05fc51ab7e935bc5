"""What an authority sets for its papers: letterhead and texts of its own, every state kept as it was."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from permits import legal_time
from permits.models.authority import PermitAuthority

GREETING = "Mit freundlichen Grüßen"


def default_signature_lines() -> list[str]:
    """Return the line above the names where nobody set one."""
    return ["Im Auftrag"]


class LetterheadVersion(models.Model):
    """Fassung des Briefkopfs. The newest counts; issued papers keep the one that they were made with."""

    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="letterheads")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … per authority")
    accent_colour = models.CharField("Farbe", max_length=7, default="#1f3b5c")
    tint_colour = models.CharField("Hintergrund", max_length=7, default="#eef2f6")
    return_line = models.CharField("Absenderzeile", max_length=120, blank=True, help_text="Empty: name and address")
    website = models.CharField("Internetadresse", max_length=100, blank=True)
    closing_formula = models.CharField("Grußformel", max_length=100, default=GREETING)
    signature_lines = ArrayField(models.CharField(max_length=100), default=default_signature_lines, blank=True)
    footer_columns = models.JSONField("Fußzeile", default=list, blank=True, help_text="Columns, each a list of lines")
    crest_svg = models.TextField("Wappen", blank=True)
    crest_alternative = models.CharField("Beschreibung des Wappens", max_length=200, blank=True, default="Wappen")
    # Empty for the version that an authority is set up with.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField(default=legal_time.now, editable=False)
    reason = models.CharField("Anlass", max_length=300)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["authority", "number"], name="letterhead_number_unique")]

    def __str__(self) -> str:
        return f"Briefkopf {self.authority}, Fassung {self.number}"


class LetterPlace(models.TextChoices):
    """Where a text of the authority stands in a letter."""

    OPENING = "opening", "Nach der Anrede"
    CLOSING = "closing", "Vor dem Gruß"


class LetterPartVersion(models.Model):
    """Fassung eines Briefteils: a text for one kind of paper, in the letter language. Empty prints nothing."""

    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="letter_parts")
    kind = models.CharField(max_length=40, help_text="Id of the kind of paper (reports/contexts)")
    place = models.CharField(max_length=10, choices=LetterPlace)
    number = models.PositiveIntegerField(help_text="1, 2, 3 … per authority, kind and place")
    text = models.TextField(blank=True, help_text="In the language of letters (permits/letter_language)")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=legal_time.now, editable=False)
    reason = models.CharField("Anlass", max_length=300)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "place", "number"], name="letter_part_version_number_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}, Fassung {self.number}"

    @property
    def key(self) -> str:
        """Name under which papers pin the text, such as ``receipt.opening``."""
        return f"{self.kind}.{self.place}"
