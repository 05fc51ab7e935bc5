"""The library of text blocks: written once, checked, used in many notices; every version stays as it was."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Upper

from permits.models.authority import PermitAuthority
from permits.models.decision import ConditionKind, ConditionStage


class TextBlock(models.Model):
    """Textbaustein of an authority; its wording stands in the versions, the key never changes."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(PermitAuthority, on_delete=models.PROTECT, related_name="text_blocks")
    key = models.CharField("Schlüssel", max_length=20, help_text="As printed, e.g. A-017; upper case")
    # The newest version; empty only between the two inserts of a new block.
    current = models.OneToOneField(
        "permits.TextBlockVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The block of another authority that this one was taken from.
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField("archiviert", null=True, blank=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "key"], name="text_block_key_unique"),
            models.UniqueConstraint(
                fields=["authority", "origin"],
                condition=models.Q(origin__isnull=False),
                name="text_block_adopted_once",
            ),
        ]
        indexes = [GinIndex(OpClass(Upper("key"), name="gin_trgm_ops"), name="text_block_key_trigram")]

    def __str__(self) -> str:
        return self.key


class TextBlockVersion(models.Model):
    """Fassung of a Textbaustein: never changed, never deleted; conditions and notices refer to it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    block = models.ForeignKey(TextBlock, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … per block")
    title = models.CharField("Bezeichnung", max_length=200)
    kind = models.CharField("Art", max_length=30, choices=ConditionKind)
    stage = models.CharField("Zu erfüllen", max_length=30, choices=ConditionStage)
    text = models.TextField("Text", help_text="In the language of letters (permits/letter_language)")
    reason = models.TextField("Begründung", blank=True, help_text="As text, in the language of letters")
    legal_basis = models.CharField("Rechtsgrundlage", max_length=200, blank=True)
    basis_verified = models.BooleanField(default=False, help_text="Somebody compared the legal basis with its source")
    procedures = ArrayField(models.CharField(max_length=20), default=list, help_text="Ids of the law pack; empty: all")
    proposed_when = ArrayField(
        models.CharField(max_length=120), default=list, help_text="permits/block_triggers; empty: only found by search"
    )
    valid_from = models.DateField("gilt ab")
    valid_to = models.DateField("gilt bis", null=True, blank=True, help_text="Last day")
    note = models.CharField("Anlass der Fassung", max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, help_text="Of the wording: services.text_blocks.wording_sha256")
    # The version of another authority that this one repeats word by word.
    adopted_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="adoptions")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    written_at = models.DateTimeField()
    search = models.GeneratedField(
        expression=SearchVector("title", config="german", weight="A")
        + SearchVector("text", config="german", weight="B")
        + SearchVector("reason", "legal_basis", config="german", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["block", "number"], name="text_block_version_unique"),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="text_block_version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="text_block_version_has_a_hash"
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="text_block_version_search"),
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"),
                OpClass(Upper("text"), name="gin_trgm_ops"),
                name="text_block_version_trigram",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block}, Fassung {self.number}"


class TextBlockOffer(models.Model):
    """Angebot of a version to the other authorities of the installation; the row stays when it is withdrawn."""

    version = models.ForeignKey(TextBlockVersion, on_delete=models.PROTECT, related_name="offers")
    offered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    offered_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(withdrawn_at__isnull=True), name="text_block_offered_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} angeboten"


class TextBlockDecline(models.Model):
    """Entscheidung not to take over a newer version of the origin; a still newer one is shown again."""

    block = models.ForeignKey(TextBlock, on_delete=models.PROTECT, related_name="declines")
    version = models.ForeignKey(TextBlockVersion, on_delete=models.PROTECT, related_name="declined_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["block", "version"], name="text_block_declined_once")]

    def __str__(self) -> str:
        return f"{self.block}: {self.version} nicht übernommen"
