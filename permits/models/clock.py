"""The clock is a ledger: append-only events; "used / left / due" is computed (design decision 6)."""

import uuid

from django.conf import settings
from django.db import models

from permits.models.case import PermitCase


class ClockEventKind(models.TextChoices):
    """Art des Fristereignisses."""

    START = "start", "Beginn"
    PAUSE = "pause", "Hemmung"
    RESUME = "resume", "Fortsetzung"
    EXTEND = "extend", "Verlängerung"
    RESTART = "restart", "Neubeginn"
    STOP = "stop", "Ende"


class ClockEvent(models.Model):
    """Fristereignis of one clock (``law/deadlines``) of a case; never changed, never deleted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(PermitCase, on_delete=models.PROTECT, related_name="clock_events")
    clock = models.CharField(max_length=40, help_text="Id in law/deadlines, e.g. permit_fiction")
    subject = models.CharField(
        max_length=80, blank=True, help_text="UUID of what the clock belongs to, where a case has several"
    )
    kind = models.CharField(max_length=10, choices=ClockEventKind)
    on = models.DateField(help_text="Berlin day of the event")
    # START, RESTART and EXTEND carry the length as data: {"months": 3} or {"days": 21}
    length = models.JSONField(null=True, blank=True)
    legal_basis = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["recorded_at", "pk"]
        indexes = [models.Index(fields=["case", "clock", "subject"], name="clock_event_case")]

    def __str__(self) -> str:
        return f"{self.clock} {self.kind} {self.on}"
