"""Where money is paid to, and the QR code that banking apps read (EPC069-12, "GiroCode")."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from decimal import Decimal

from segno.helpers import make_epc_qr

from reports.errors import ContradictionError

IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
GERMAN_IBAN_LENGTH = 22
# Limits of the EPC standard.
RECIPIENT_LENGTH, REFERENCE_LENGTH = 70, 140
LARGEST = Decimal("999999999.99")


@dataclass(frozen=True, kw_only=True)
class Payment:
    """Bankverbindung: ``reference`` is the Kassenzeichen, which the payer gives as the purpose.

    Raises ``ContradictionError`` for an IBAN whose check digits are wrong, and for what no transfer can carry.
    """

    recipient: str
    iban: str
    bic: str
    bank: str
    reference: str

    def __post_init__(self) -> None:
        if not is_iban(self.iban):
            raise ContradictionError(
                f"Die IBAN „{self.iban}“ ist falsch: Ihre Prüfziffern passen nicht zu den übrigen Stellen.",
                ("payment.iban",),
            )
        if self.bic and not BIC.fullmatch(self.bic):
            raise ContradictionError(f"„{self.bic}“ ist kein BIC (8 oder 11 Zeichen).", ("payment.bic",))
        if not 0 < len(self.recipient) <= RECIPIENT_LENGTH:
            raise ContradictionError(
                f"Der Zahlungsempfänger braucht 1 bis {RECIPIENT_LENGTH} Zeichen.", ("payment.recipient",)
            )
        if not 0 < len(self.reference) <= REFERENCE_LENGTH:
            raise ContradictionError(
                f"Das Kassenzeichen braucht 1 bis {REFERENCE_LENGTH} Zeichen.", ("payment.reference",)
            )

    @property
    def iban_text(self) -> str:
        """The IBAN in groups of four, which do not part at the end of a line."""
        compact = self.iban.replace(" ", "")
        return "\u00a0".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def is_iban(text: str) -> bool:
    """Whether ``text`` is an IBAN with right check digits (ISO 13616, modulo 97)."""
    compact = text.replace(" ", "").upper()
    if not IBAN.fullmatch(compact) or (compact.startswith("DE") and len(compact) != GERMAN_IBAN_LENGTH):
        return False
    digits = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    return int(digits) % 97 == 1


def payment_qr_svg(payment: Payment, amount_eur: Decimal) -> str:
    """SVG of the QR code for a transfer of ``amount_eur``, quiet zone included; ``ContradictionError`` beyond EPC."""
    if not Decimal("0.01") <= amount_eur <= LARGEST:
        raise ContradictionError("Der Betrag passt in keine Überweisung.", ("total_eur",))
    code = make_epc_qr(
        name=payment.recipient,
        iban=payment.iban.replace(" ", "").upper(),
        amount=amount_eur,
        text=payment.reference,
        bic=payment.bic or None,
        encoding="utf-8",
    )
    out = io.BytesIO()
    code.save(out, kind="svg", border=4, omitsize=True, xmldecl=False, svgclass=None, lineclass=None, nl=False)
    return out.getvalue().decode()
