"""The process of a case."""

from django.db import models
from viewflow.workflow.models import Process

from permits.models import PermitCase


class CaseProcess(Process):
    """Verfahrensablauf: who acts next on a case. The legal state is ``PermitCase.status``."""

    case = models.OneToOneField(PermitCase, on_delete=models.PROTECT, related_name="process")

    class Meta:
        verbose_name_plural = "case processes"

    def __str__(self) -> str:
        return f"Ablauf {self.case}"
