"""Gebührenbescheid: what is charged and how it was computed, checked to the cent before it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.contexts.parts import DocumentContext
from reports.errors import ContradictionError
from reports.formatting import euros, german_number
from reports.payment import Payment, payment_qr_svg
from reports.registry import document_kind
from reports.rounding import cents

ONE = Decimal(1)


class FeeKind(StrEnum):
    """Gebühr for an official act, or Auslagen that the authority had."""

    FEE = "fee"
    OUTLAY = "outlay"


FEE_KIND_TITLES = {FeeKind.FEE: "Gebühren", FeeKind.OUTLAY: "Auslagen"}


@dataclass(frozen=True, kw_only=True)
class FeePosition:
    """One Gebührentatbestand: ``quantity`` × ``rate_eur`` × ``share``, kept within minimum and maximum.

    ``computation`` is the whole way to ``quantity``, a German sentence with numbers per step; ``share`` is a reduction
    or a multiple that the tariff grants (one half for a second equal building), explained in ``share_reason``.
    """

    tariff_number: str
    title: str
    basis: str
    quantity: Decimal
    unit: str
    rate_eur: Decimal
    amount_eur: Decimal
    kind: FeeKind = FeeKind.FEE
    share: Decimal = ONE
    share_reason: str = ""
    minimum_eur: Decimal | None = None
    maximum_eur: Decimal | None = None
    computation: tuple[str, ...] = ()
    legal_basis: str = ""

    @property
    def computed_eur(self) -> Decimal:
        """The amount as quantity and rate give it, in full cents."""
        raw = cents(self.quantity * self.rate_eur * self.share)
        if self.minimum_eur is not None:
            raw = max(raw, self.minimum_eur)
        return raw if self.maximum_eur is None else min(raw, self.maximum_eur)

    @property
    def quantity_text(self) -> str:
        """``1.128 je angefangene 500 €``: no more decimals than there are."""
        return f"{plain_number(self.quantity)} {self.unit}".strip()

    @property
    def product(self) -> str:
        """The computation of the amount in one line, bounds included."""
        words = f"{plain_number(self.quantity)} × {euros(self.rate_eur)}"
        if self.share != ONE:
            words += f" × {plain_number(self.share)}"
        words += f" = {euros(cents(self.quantity * self.rate_eur * self.share))}"
        if self.minimum_eur is not None and self.computed_eur == self.minimum_eur:
            words += f", mindestens {euros(self.minimum_eur)}"
        if self.maximum_eur is not None and self.computed_eur == self.maximum_eur:
            words += f", höchstens {euros(self.maximum_eur)}"
        return words


@dataclass(frozen=True, kw_only=True)
class NumberedPosition:
    """A position with its number in the notice."""

    number: int
    item: FeePosition


@dataclass(frozen=True, kw_only=True)
class FeeGroup:
    """Positions of one kind with their sum."""

    title: str
    positions: tuple[NumberedPosition, ...]
    sum_eur: Decimal


@dataclass(frozen=True, kw_only=True)
class TariffReference:
    """Which tariff was applied; ``verified``: compared with its official source."""

    title: str
    version: str
    valid_from: date
    source: str
    verified: bool


@document_kind("fee_notice", title="Gebührenbescheid", version="1", styles=("fee_notice.css",))
@dataclass(frozen=True, kw_only=True)
class FeeNotice(DocumentContext):
    """Gebührenbescheid: positions, computation, sum, due day, ways to pay, and a remedy instruction of its own.

    ``operative`` is the tenor in numbered sentences; ``no_suspension`` says that a remedy does not postpone payment;
    ``paid_eur`` was paid in advance. A sum that is not that of its parts raises ``ContradictionError`` when the
    context is made.
    """

    legal_basis: str
    operative: tuple[str, ...]
    reasons: tuple[str, ...]
    positions: tuple[FeePosition, ...]
    total_eur: Decimal
    due_on: date
    tariff: TariffReference
    payment: Payment
    legal_remedy: tuple[str, ...]
    no_suspension: str
    late_payment: str = ""
    paid_eur: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        for number, position in enumerate(self.positions, start=1):
            if position.amount_eur != position.computed_eur:
                raise ContradictionError(
                    f"Position {number} ({position.tariff_number} {position.title}): {position.product}, "
                    f"der Bescheid nennt aber {euros(position.amount_eur)}.",
                    (f"positions[{number - 1}].amount_eur",),
                )
        found = sum((position.amount_eur for position in self.positions), Decimal(0))
        if found != self.total_eur:
            raise ContradictionError(
                f"Die Positionen ergeben zusammen {euros(found)}, als Summe nennt der Bescheid aber "
                f"{euros(self.total_eur)}.",
                ("total_eur",),
            )
        if self.paid_eur < 0 or cents(self.paid_eur) != self.paid_eur:
            raise ContradictionError("Der bereits gezahlte Betrag ist kein Betrag in vollen Cent.", ("paid_eur",))

    @property
    def payable_eur(self) -> Decimal:
        """What is still to be paid; negative where money goes back."""
        return self.total_eur - self.paid_eur

    @property
    def groups(self) -> list[FeeGroup]:
        """Positions by kind, with their sums."""
        found: list[FeeGroup] = []
        number = 0
        for kind, title in FEE_KIND_TITLES.items():
            items = [position for position in self.positions if position.kind is kind]
            if items:
                rows = tuple(NumberedPosition(number=place, item=item) for place, item in enumerate(items, number + 1))
                total = sum((item.amount_eur for item in items), Decimal(0))
                found.append(FeeGroup(title=title, positions=rows, sum_eur=total))
                number += len(rows)
        return found

    @property
    def refund_or_payable_eur(self) -> Decimal:
        """What changes hands, without its sign."""
        return abs(self.payable_eur)

    @property
    def pictures(self) -> Mapping[str, str]:
        """The QR code for a transfer, where something is to be paid."""
        if self.payable_eur <= 0:
            return {}
        return {"payment": payment_qr_svg(self.payment, self.payable_eur)}

    @property
    def qr_alternative(self) -> str:
        """What the QR code says, in words."""
        return (
            f"QR-Code für eine Überweisung (GiroCode): Empfänger {self.payment.recipient}, IBAN "
            f"{self.payment.iban_text}, Betrag {euros(self.payable_eur)}, Verwendungszweck {self.payment.reference}."
        )


def plain_number(value: Decimal) -> str:
    """``1.128`` or ``2,5``: German, with the decimals that matter."""
    exponent = value.normalize().as_tuple().exponent
    return german_number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
