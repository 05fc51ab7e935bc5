"""Results of the geometric checks, and what officers made of them (design decision 4)."""

import uuid

from django.conf import settings
from django.db import models

from permits.models.case import PermitCase
from permits.models.document import SitePlanVersion


class CheckRun(models.Model):
    """Prüflauf: every registered check on one site plan, with all versions that it used."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.CASCADE, related_name="check_runs")
    site_plan = models.ForeignKey(SitePlanVersion, on_delete=models.CASCADE, related_name="runs")
    run_at = models.DateTimeField()
    run_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    law_on = models.DateField(help_text="Day whose law was applied")
    rules_version = models.CharField(max_length=80)
    software_version = models.CharField(max_length=40)
    snapshots = models.JSONField(default=dict, help_text="Layer name → snapshot id")
    neighbours = models.JSONField(default=dict, help_text="Proposed list of neighbours; empty: never looked for")
    drawing_svg = models.TextField(blank=True)
    drawing_text = models.TextField(blank=True)
    drawing_scale = models.PositiveIntegerField(null=True, blank=True, help_text="1:n on paper")

    class Meta:
        ordering = ["-run_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.case}: {self.run_at:%Y-%m-%d %H:%M}"


class Verdict(models.TextChoices):
    """Ergebnis einer Prüfung; unknown is its own answer."""

    PASSED = "passed", "eingehalten"
    FAILED = "failed", "nicht eingehalten"
    BORDERLINE = "borderline", "Grenzfall"
    NOT_APPLICABLE = "not_applicable", "nicht anwendbar"
    NOT_ASSESSABLE = "not_assessable", "nicht prüfbar"


class CheckResult(models.Model):
    """Prüfergebnis: value, limit, legal basis and the geometry that shows it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    run = models.ForeignKey(CheckRun, on_delete=models.CASCADE, related_name="results")
    check_id = models.CharField(max_length=60)
    verdict = models.CharField(max_length=20, choices=Verdict)
    value = models.FloatField(null=True)
    limit = models.FloatField(null=True)
    unit = models.CharField(max_length=30, blank=True)
    tolerance = models.FloatField(null=True)
    legal_basis = models.CharField(max_length=300)
    message = models.TextField()
    details = models.JSONField(default=dict)
    geometry = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "check_id"], name="check_result_unique")]
        ordering = ["check_id"]

    def __str__(self) -> str:
        return f"{self.check_id}: {self.verdict}"


class ResultReview(models.Model):
    """Bewertung of a result by an officer: confirmed, or overridden with a reason. Both are kept."""

    result = models.ForeignKey(CheckResult, on_delete=models.PROTECT, related_name="reviews")
    confirmed = models.BooleanField()
    verdict = models.CharField(max_length=20, choices=Verdict)
    reason = models.TextField(blank=True, max_length=5000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed=True) | ~models.Q(reason=""), name="override_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.result} → {self.verdict}"
