"""Rounding of amounts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """``amount`` in full cents, half a cent up."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)
