"""Binding plans of an authority: which there are, each state of each, and which one counts. Data lies in the store."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from permits.models.authority import PermitAuthority

_HASH = r"^[0-9a-f]{64}$"


class BindingPlan(models.Model):
    """Bebauungsplan: a family of snapshots, one per state of the plan (design decision 3)."""

    # Empty: shared by all authorities of the installation.
    owner = models.ForeignKey(
        PermitAuthority, on_delete=models.PROTECT, null=True, blank=True, related_name="binding_plans"
    )
    family = models.CharField("Kennung", max_length=80, help_text="gis.planning.family: municipality, number and name")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "family"], name="binding_plan_unique", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.family

    @property
    def owner_folder(self) -> str:
        """First folder in the store: ``shared``, or the owner's UUID."""
        return "shared" if self.owner is None else str(self.owner.uuid)


class PlanSnapshot(models.Model):
    """Datenstand eines Bebauungsplans: what was read from one file, never changed."""

    plan = models.ForeignKey(BindingPlan, on_delete=models.PROTECT, related_name="snapshots")
    snapshot_id = models.CharField(max_length=64, help_text="SHA-256 of the snapshot's meta.json; names its folder")
    name = models.CharField("Name", max_length=300)
    number = models.CharField("Nummer", max_length=100, blank=True)
    version = models.CharField("Stand", max_length=100, blank=True)
    plan_type = models.CharField("Planart (BP_PlanArt)", max_length=20, blank=True)
    legal_status = models.CharField("Rechtsstand (BP_Rechtsstand)", max_length=20, blank=True)
    in_force = models.BooleanField("in Kraft", help_text="By the file, or by the statement of who imported it")
    in_force_since = models.DateField("in Kraft seit", null=True, blank=True)
    stated_in_force = models.BooleanField(default=False, help_text="A person said so, not the file")
    baunvo_version = models.CharField("Fassung der BauNVO", max_length=300, blank=True)
    municipality = models.CharField("Gemeinde", max_length=200, blank=True)
    crs = models.TextField("Koordinatenreferenzsystem")
    object_count = models.PositiveIntegerField("Objekte")
    error_count = models.PositiveIntegerField("Fehler", default=0)
    warning_count = models.PositiveIntegerField("Warnungen", default=0)
    source = models.CharField("Quelle", max_length=300, blank=True)
    licence = models.CharField("Lizenz", max_length=300, blank=True)
    source_file = models.CharField("Datei", max_length=255, blank=True)
    source_sha256 = models.CharField(max_length=64)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "snapshot_id"], name="plan_snapshot_unique"),
            models.CheckConstraint(
                condition=models.Q(snapshot_id__regex=_HASH, source_sha256__regex=_HASH),
                name="plan_snapshot_ids_are_hashes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.snapshot_id[:8]}"


class PlanPublication(models.Model):
    """Which state of a plan counts from when on, or that none does any more. Rows are only added; the newest counts."""

    plan = models.ForeignKey(BindingPlan, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … per plan")
    # Empty: withdrawn; the plan is kept and no longer counts.
    snapshot = models.ForeignKey(
        PlanSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="publications"
    )
    reason = models.CharField("Grund", max_length=500, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_publication_unique"),
            models.CheckConstraint(
                condition=models.Q(snapshot__isnull=False) | ~models.Q(reason=""), name="plan_withdrawal_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan} Nr. {self.number}"
