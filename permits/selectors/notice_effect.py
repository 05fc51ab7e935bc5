"""Is a notice in force? It takes effect, and what ends it does, only with its notification (§ 43 (1) VwVfG)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from permits import legal_time
from permits.models import IssuedDocument, RegisterAct, RegisterEntry, ServiceOfNotice, ServiceState
from permits.models.register import ENDING_ACTS

NOUNS = {
    RegisterAct.CORRECTED: "Berichtigung",
    RegisterAct.WITHDRAWN: "Rücknahme",
    RegisterAct.REVOKED: "Widerruf",
}


class Effect(StrEnum):
    """Wirksamkeit eines Schriftstücks."""

    NONE = "none"  # a letter that decides nothing
    NOT_YET = "not_yet"  # a notice that counts as notified to nobody
    IN_FORCE = "in_force"
    ENDING = "ending"  # in force; what withdraws or revokes it is issued, but not notified yet
    ENDED = "ended"


@dataclass(frozen=True)
class Notifications:
    """Papers by their keys: ``sent`` were fetched or posted; for ``notified`` the day that this counts from has come.

    One recipient is enough: a notice takes effect for each on whom it is served.
    """

    sent: frozenset[int]
    notified: frozenset[int]


def notifications(documents: Collection[int]) -> Notifications:
    """Return which of some papers have been notified. One query."""
    served = ServiceOfNotice.objects.filter(document__in=documents, state=ServiceState.SERVED)
    rows = list(served.values_list("document", "notified_on"))
    today = legal_time.today()
    return Notifications(
        sent=frozenset(document for document, _ in rows),
        notified=frozenset(document for document, day in rows if day is not None and day <= today),
    )


def effect_of(document: IssuedDocument, *, ending: RegisterEntry | None, known: Notifications) -> Effect:
    """Return the effect of a paper; ``ending`` is the act (with its origin) that took back it, or what it corrects.

    A notice that had reached nobody when it was taken back never took effect: it has ended at once, as has one whose
    end was entered before notices of it were kept.
    """
    if ending is not None:
        origin = ending.origin
        told = ending.document_id is None or ending.document_id in known.notified
        return Effect.ENDED if told or origin is None or origin.document_id not in known.sent else Effect.ENDING
    if not document.is_notice:
        return Effect.NONE
    return Effect.IN_FORCE if document.pk in known.notified else Effect.NOT_YET


def ending_entry(entry: RegisterEntry) -> RegisterEntry | None:
    """Return the act that took back a paper; a correction shares the end of its notice."""
    origin = entry.origin_id if entry.act == RegisterAct.CORRECTED else entry.pk
    return RegisterEntry.objects.filter(origin=origin, act__in=ENDING_ACTS).select_related("origin", "document").first()


def current_effect(document: IssuedDocument) -> Effect:
    """Return the effect of one registered paper. Two queries, three for the entry."""
    ending = ending_entry(document.register_entry)
    concerned = [document.pk]
    if ending is not None and ending.origin is not None:
        concerned += [key for key in (ending.document_id, ending.origin.document_id) if key]
    return effect_of(document, ending=ending, known=notifications(concerned))
