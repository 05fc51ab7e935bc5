"""A Nachforderung with two defects."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, InformationRequest, RequestedItem, Summary
from reports.samples.cast import ASK, COMMON


def information_request() -> InformationRequest:
    """A Nachforderung with two defects."""
    return InformationRequest(
        **{**COMMON, "verification": None},
        summary=Summary(
            decided="Ihr Bauantrag ist noch nicht vollständig oder hat Mängel. Entschieden ist noch nicht.",
            to_do=("Reichen Sie die unten genannten Unterlagen im Portal nach.",),
            until=("18. Dezember 2026. Sonst gilt Ihr Antrag drei Wochen danach als zurückgenommen.",),
            ask=ASK,
        ),
        items=(
            RequestedItem(
                document="Lageplan (1803)",
                finding="Die Wandhöhen sind nicht angegeben.",
                request="Bitte ergänzen Sie für jede Außenwand die Höhe über dem gewachsenen Gelände.",
                legal_basis="§ 11 NBauVorlVO",
            ),
            RequestedItem(
                document="Baubeschreibung (1501)",
                finding="Die Unterlage fehlt.",
                request="Bitte reichen Sie die Baubeschreibung ein.",
                legal_basis="§ 13 NBauVorlVO",
            ),
        ),
        due_on=date(2026, 12, 18),
        legal_basis="§ 69 Abs. 2 Satz 2 NBauO",
        consequence=(
            (
                "Gehen die Unterlagen nicht fristgerecht ein, gilt Ihr Bauantrag drei Wochen nach Ablauf der Frist als "
                "zurückgenommen (§ 69 Abs. 2 Satz 3 NBauO), also mit Ablauf des 8. Januar 2027."
            ),
        ),
        extension="Die Frist kann auf Ihren Antrag um höchstens drei Wochen verlängert werden.",
    )


SAMPLES: dict[str, DocumentContext] = {"information_request": information_request()}
