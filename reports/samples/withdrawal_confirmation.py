"""A Bestätigung der Rücknahme."""

from __future__ import annotations

from datetime import date

from reports.contexts import DocumentContext, SealInfo, Summary, WithdrawalConfirmation
from reports.samples.cast import ASK, COMMON


def withdrawal_confirmation(seal: SealInfo | None = None) -> WithdrawalConfirmation:
    """A Bestätigung der Rücknahme; the law asks for no seal."""
    return WithdrawalConfirmation(
        **{**COMMON, "seal": seal, "verification": None},
        summary=Summary(
            decided="Ihr Bauantrag ist zurückgenommen. Wir entscheiden nicht mehr darüber.",
            to_do=("Nichts. Bauen dürfen Sie nicht; dafür brauchen Sie einen neuen Antrag.",),
            ask=ASK,
        ),
        withdrawn_on=date(2026, 11, 18),
        withdrawn_by="Annika Brandt",
        consequences=(
            "Über das Vorhaben wird nicht entschieden; mit dem Bau darf nicht begonnen werden.",
            "Sie können jederzeit einen neuen Antrag stellen.",
            "Für den bisher entstandenen Aufwand können Kosten entstehen; darüber ergeht ein gesonderter Bescheid.",
        ),
    )


SAMPLES: dict[str, DocumentContext] = {
    "withdrawal_confirmation": withdrawal_confirmation(),
    "withdrawal_confirmation_sealed": withdrawal_confirmation(COMMON["seal"]),
}
