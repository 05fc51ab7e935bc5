"""Is a notice in force, was it corrected, and by which papers? For whoever sees it in its case."""

from dataclasses import dataclass

from permits.models import IssuedDocument, PermitCase, RegisterAct, RegisterEntry, ServiceOfNotice
from permits.models.register import ENDING_ACTS
from permits.selectors.notice_effect import NOUNS, Effect, effect_of, notifications


@dataclass(frozen=True)
class Standing:
    """What register and services say about one paper of a case.

    ``ending`` takes back the paper, or the notice that it corrects, effective or not; ``corrections`` correct the
    paper; ``concerns`` is the paper that it corrects or takes back itself.
    """

    effect: Effect = Effect.NONE
    ending: RegisterEntry | None = None
    corrections: tuple[RegisterEntry, ...] = ()
    concerns: IssuedDocument | None = None

    @property
    def ended(self) -> RegisterEntry | None:
        """The act that took the paper back, once it is effective."""
        return self.ending if self.effect == Effect.ENDED else None

    @property
    def announced(self) -> RegisterEntry | None:
        """That act while it is issued and not notified: the paper is still in force."""
        return self.ending if self.effect == Effect.ENDING else None

    @property
    def may_be_served(self) -> bool:
        """A notice until what takes it back is issued; a correction, for whoever has the notice, until that ended."""
        return self.ended is None and (self.announced is None or self.concerns is not None)

    @property
    def ended_word(self) -> str:
        """German for how it ended: "zurückgenommen", "widerrufen"; empty where it counts."""
        return self.ended.get_act_display().lower() if self.ended else ""

    @property
    def announced_noun(self) -> str:
        """German for what is announced: "Rücknahme", "Widerruf"; empty where nothing is."""
        return NOUNS[RegisterAct(self.announced.act)] if self.announced else ""


@dataclass(frozen=True)
class PeriodOf:
    """The service that a remedy period belongs to."""

    service: ServiceOfNotice
    standing: Standing


def standings(case: PermitCase) -> dict[int, Standing]:
    """Return the standing of every registered paper of a case, by the paper's key. Two queries."""
    entries = list(case.register_entries.select_related("document", "origin__document").order_by("number"))
    known = notifications([row.document_id for row in entries if row.document_id])
    endings = {row.origin_id: row for row in entries if row.act in ENDING_ACTS}
    found = {}
    for row in entries:
        if row.document is None:
            continue
        ending = endings.get(row.origin_id if row.act == RegisterAct.CORRECTED else row.pk)
        found[row.document.pk] = Standing(
            effect=effect_of(row.document, ending=ending, known=known),
            ending=ending,
            corrections=tuple(
                later for later in entries if later.origin_id == row.pk and later.act == RegisterAct.CORRECTED
            ),
            concerns=row.origin.document if row.origin else None,
        )
    return found


def remedy_periods(case: PermitCase) -> dict[str, PeriodOf]:
    """Return which notice each remedy period is about, by the clock's subject. Three queries."""
    known = standings(case)
    services = ServiceOfNotice.objects.filter(document__case=case, remedy_until__isnull=False)
    return {
        str(service.uuid): PeriodOf(service, known.get(service.document_id, Standing()))
        for service in services.select_related("document", "party")
    }
