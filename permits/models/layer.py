"""Which reference layers there are, and which state of each is in force. The data itself lies in the layer store."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from permits.models.authority import PermitAuthority


class LayerSnapshot(models.Model):
    """Datenstand einer Fachebene: one immutable, dated snapshot in the layer store (design decision 3)."""

    snapshot_id = models.CharField(max_length=64, help_text="SHA-256 of the snapshot's meta.json; names its folder")
    # Empty: shared by all authorities of the installation.
    owner = models.ForeignKey(
        PermitAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="layer_snapshots"
    )
    layer = models.CharField("Ebene", max_length=40, help_text="As in gis/attributes/layers.toml")
    source = models.CharField("Quelle", max_length=300, blank=True)
    licence = models.CharField("Lizenz", max_length=300, blank=True)
    as_of = models.DateField("Stand", null=True, blank=True)
    crs = models.CharField("Koordinatenreferenzsystem", max_length=40)
    feature_count = models.PositiveIntegerField("Objekte")
    skipped_count = models.PositiveIntegerField("ausgelassene Objekte", default=0)
    source_file = models.CharField("Datei", max_length=255, blank=True)
    derived_from = models.JSONField(
        null=True, blank=True, help_text="Snapshot ids of the binding plans it was derived from; empty: a file"
    )
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "layer", "snapshot_id"], name="layer_snapshot_unique", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=models.Q(snapshot_id__regex=r"^[0-9a-f]{64}$"), name="layer_snapshot_id_is_a_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.layer} {self.snapshot_id[:8]}"

    @property
    def owner_folder(self) -> str:
        """First folder in the layer store: ``shared``, or the owner's UUID."""
        return "shared" if self.owner is None else str(self.owner.uuid)


class LayerPublication(models.Model):
    """Veröffentlichung: from when on which state of a layer is in force. Rows are only added; the newest counts."""

    # Empty: for every authority that has no publication of its own for this layer.
    authority = models.ForeignKey(
        PermitAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="layer_publications"
    )
    layer = models.CharField("Ebene", max_length=40)
    number = models.PositiveIntegerField(help_text="1, 2, 3 … per authority and layer")
    snapshot = models.ForeignKey(LayerSnapshot, on_delete=models.PROTECT, related_name="publications")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "layer", "number"], name="layer_publication_unique", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.layer} Nr. {self.number}"
