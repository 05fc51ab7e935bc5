"""Does a notice still count, was it corrected, and by which papers? For whoever sees it in its case."""

from dataclasses import dataclass

from permits.models import IssuedDocument, PermitCase, RegisterAct, RegisterEntry, ServiceOfNotice
from permits.models.register import ENDING_ACTS


@dataclass(frozen=True)
class Standing:
    """What the register says about one paper of a case.

    ``ended`` took back the paper, or the notice that it corrects; ``corrections`` correct the paper; ``concerns`` is
    the paper that it corrects or takes back itself.
    """

    ended: RegisterEntry | None = None
    corrections: tuple[RegisterEntry, ...] = ()
    concerns: IssuedDocument | None = None

    @property
    def ended_word(self) -> str:
        """German for how it ended: "zurückgenommen", "widerrufen"; empty where it counts."""
        return self.ended.get_act_display().lower() if self.ended else ""


@dataclass(frozen=True)
class PeriodOf:
    """The service that a remedy period belongs to."""

    service: ServiceOfNotice
    standing: Standing


def standings(case: PermitCase) -> dict[int, Standing]:
    """Return the standing of every registered paper of a case, by the paper's key. One query."""
    entries = list(case.register_entries.select_related("document", "origin__document").order_by("number"))
    ended = {row.origin_id: row for row in entries if row.act in ENDING_ACTS}
    return {
        row.document_id: Standing(
            ended=ended.get(row.origin_id if row.act == RegisterAct.CORRECTED else row.pk),
            corrections=tuple(
                later for later in entries if later.origin_id == row.pk and later.act == RegisterAct.CORRECTED
            ),
            concerns=row.origin.document if row.origin else None,
        )
        for row in entries
        if row.document_id
    }


def remedy_periods(case: PermitCase) -> dict[str, PeriodOf]:
    """Return which notice each remedy period is about, by the clock's subject. Two queries."""
    known = standings(case)
    services = ServiceOfNotice.objects.filter(document__case=case, remedy_until__isnull=False)
    return {
        str(service.uuid): PeriodOf(service, known.get(service.document_id, Standing()))
        for service in services.select_related("document", "party")
    }
