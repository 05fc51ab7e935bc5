"""A Mitteilung über die Rücknahmefiktion after an extended time, and a short one."""

from __future__ import annotations

import dataclasses
from datetime import date

from reports.contexts import DocumentContext, RequestedItem, Summary
from reports.contexts.deemed_withdrawal import DeemedWithdrawal
from reports.samples.cast import ASK, CASE, COMMON


def deemed_withdrawal(**changes: object) -> DeemedWithdrawal:
    """Two documents never came, although the time was extended."""
    values: dict[str, object] = {
        **COMMON,
        "verification": None,
        "case": dataclasses.replace(CASE, applied_on=date(2026, 8, 17)),
        "summary": Summary(
            decided="Ihr Bauantrag gilt als zurückgenommen, weil nachgeforderte Unterlagen nicht eingegangen sind.",
            to_do=("Bauen dürfen Sie nicht. Möchten Sie das Vorhaben weiter, stellen Sie bitte einen neuen Antrag.",),
            until=("Eine Frist gibt es dafür nicht.",),
            ask=ASK,
        ),
        "withdrawn_on": date(2026, 11, 20),
        "legal_basis": "§ 69 Abs. 2 Satz 3 NBauO",
        "requested_on": date(2026, 9, 8),
        "request_number": "63-00042-2026-N1",
        "first_due_on": date(2026, 10, 8),
        "expired_on": date(2026, 10, 29),
        "last_day": date(2026, 11, 19),
        "items": (
            RequestedItem(
                document="Lageplan (1803)",
                finding="Die Wandhöhen sind nicht angegeben.",
                request="Höhe jeder Außenwand über dem gewachsenen Gelände",
            ),
            RequestedItem(document="Baubeschreibung (1501)", finding="Die Unterlage fehlt.", request="Baubeschreibung"),
        ),
        "consequences": (
            "Das Verfahren ist beendet. Über Ihr Vorhaben entscheiden wir nicht.",
            "Mit dem Bau dürfen Sie nicht beginnen.",
            "Ihre Unterlagen bleiben in der Bauakte. Im Portal können Sie sie weiter ansehen.",
        ),
        "fee_hint": "Für die Arbeit, die bis dahin entstanden ist, können wir eine Gebühr erheben. Darüber bekämen Sie "
        "einen eigenen Bescheid.",
        "new_application": (
            (
                "Sie können jederzeit einen neuen Bauantrag stellen. Im Portal können Sie den alten Antrag als Vorlage "
                "nehmen; ergänzen Sie dann bitte gleich, was oben steht."
            ),
            "Für den neuen Antrag gilt das Recht, das bei der Entscheidung in Kraft ist.",
        ),
        "objection": "Haben Sie die Unterlagen doch rechtzeitig eingereicht, oder waren Sie ohne Ihr Verschulden daran "
        "gehindert? Dann schreiben Sie uns bitte so bald wie möglich. Wir prüfen das.",
    }
    return DeemedWithdrawal(**{**values, **changes})  # type: ignore[arg-type]


def short_letter() -> DeemedWithdrawal:
    """Nothing optional."""
    return deemed_withdrawal(
        first_due_on=None,
        request_number="",
        requested_on=date(2026, 9, 29),
        items=(),
        fee_hint="",
        objection="",
    )


SAMPLES: dict[str, DocumentContext] = {
    "deemed_withdrawal": deemed_withdrawal(),
    "deemed_withdrawal_short": short_letter(),
}
