"""Drawings of check results, kept as they were when the check ran: layers change, evidence does not."""

from django.db import models

from permits.models.check_run import CheckResult


class ResultDrawing(models.Model):
    """Zeichnung zu einem Prüfergebnis: to scale, for paper and wide screens, and for narrow ones."""

    result = models.OneToOneField(CheckResult, on_delete=models.CASCADE, related_name="drawing")
    svg = models.TextField()
    narrow_svg = models.TextField(blank=True, help_text="For narrow screens; empty where the plan is too crowded")
    text = models.TextField(help_text="Text alternative")
    scale = models.PositiveIntegerField(help_text="1:n on paper")

    def __str__(self) -> str:
        return f"{self.result} 1:{self.scale}"
