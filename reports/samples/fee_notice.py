"""A Gebührenbescheid: the house of the cast, with a time fee and outlays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.contexts import DocumentContext, Summary
from reports.contexts.fee_notice import FeeKind, FeeNotice, FeePosition, TariffReference
from reports.payment import Payment
from reports.samples.cast import ASK, COMMON

# The IBAN of the examples of the German banks' own documentation; its check digits are right.
PAYMENT = Payment(
    recipient="Stadt Musterstadt, Stadtkasse",
    iban="DE02 1203 0000 0000 2020 51",
    bic="BYLADEM1001",
    bank="Musterbank",
    reference="5.0317.000042.6",
)
BUILDING = FeePosition(
    tariff_number="1.1 a",
    title="Baugenehmigung im vereinfachten Verfahren",
    basis="Rohbauwert 564.000 €",
    quantity=Decimal(1128),
    unit="je angefangene 500 €",
    rate_eur=Decimal("4.30"),
    amount_eur=Decimal("4850.40"),
    computation=(
        "Brutto-Rauminhalt 2.710 m³ × Rohbauwert 208 €/m³ (Wohngebäude) = 563.680 €",
        "aufgerundet auf volle 1.000 €: 564.000 €",
        "564.000 € ÷ 500 € = 1.128 angefangene 500 €",
    ),
    legal_basis="§ 3 BauGO, Anlage 1",
)
TIME = FeePosition(
    tariff_number="12.2",
    title="Nachforderung von Bauvorlagen",
    basis="Zeitgebühr, 60 Minuten",
    quantity=Decimal(2),
    unit="halbe Stunden",
    rate_eur=Decimal("53.50"),
    amount_eur=Decimal("107.00"),
    computation=("60 Minuten ÷ 30 Minuten = 2 angefangene halbe Stunden",),
)
DELIVERY = FeePosition(
    tariff_number="",
    title="Zustellung an die Nachbarschaft",
    basis="Auslagen für zwei Zustellungen",
    quantity=Decimal(2),
    unit="Zustellungen",
    rate_eur=Decimal("4.60"),
    amount_eur=Decimal("9.20"),
    kind=FeeKind.OUTLAY,
    legal_basis="§ 13 NVwKostG",
)


def fee_notice(**changes: object) -> FeeNotice:
    """A Gebührenbescheid of an unverified tariff, partly paid in advance."""
    values: dict[str, object] = {
        **COMMON,
        "summary": Summary(
            decided="Für Ihre Baugenehmigung sind Kosten von 4.966,60 € entstanden. 500,00 € haben Sie schon gezahlt.",
            to_do=("Überweisen Sie 4.466,60 € mit dem Kassenzeichen 5.0317.000042.6.",),
            until=("21. Dezember 2026",),
            ask=ASK,
        ),
        "legal_basis": "§§ 1, 3 und 5 NVwKostG in Verbindung mit § 1 BauGO",
        "operative": (
            "Die Kosten des Verfahrens werden auf 4.966,60 € festgesetzt.",
            "Sie sind verpflichtet, diese Kosten zu zahlen.",
        ),
        "reasons": (
            (
                "Sie haben die Amtshandlungen durch Ihren Bauantrag veranlasst und schulden deshalb die Kosten. "
                "Ermessen haben wir dabei nicht: Die Gebühren folgen aus dem Rohbauwert und aus dem Zeitaufwand."
            ),
        ),
        "positions": (BUILDING, TIME, DELIVERY),
        "total_eur": Decimal("4966.60"),
        "paid_eur": Decimal("500.00"),
        "due_on": date(2026, 12, 21),
        "tariff": TariffReference(
            title="Baugebührenordnung (BauGO), Anlage 1",
            version="Demo-Fassung 2026",
            valid_from=date(2026, 10, 1),
            source="Beispielrechnung; Sätze nicht mit dem Verkündungsblatt verglichen",
            verified=False,
        ),
        "payment": PAYMENT,
        "legal_remedy": (
            (
                "Gegen diesen Gebührenbescheid kann innerhalb eines Monats nach Bekanntgabe Widerspruch "
                "erhoben werden. "
                "Der Widerspruch ist bei der Stadt Musterstadt, Rathausplatz 1, 30999 Musterstadt, schriftlich, in "
                "elektronischer Form oder zur Niederschrift einzulegen."
            ),
        ),
        "no_suspension": "Ein Widerspruch schiebt die Zahlung nicht auf (§ 80 Abs. 2 Satz 1 Nr. 1 VwGO). Der Betrag "
        "ist auch dann bis zum 21. Dezember 2026 zu zahlen.",
        "late_payment": "Zahlen Sie nicht rechtzeitig, entstehen Säumniszuschläge. Wenn Sie nicht auf einmal zahlen "
        "können, sprechen Sie uns bitte vor dem Fälligkeitstag an.",
        **changes,
    }
    return FeeNotice(**values)  # type: ignore[arg-type]


SAMPLES: dict[str, DocumentContext] = {"fee_notice": fee_notice()}
