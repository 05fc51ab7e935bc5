"""A fee notice adds up to the cent, and its QR code says what stands beside it."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
import segno.helpers

from reports.contexts.fee_notice import FeePosition
from reports.errors import ContradictionError
from reports.payment import Payment, is_iban, payment_qr_svg
from reports.samples.fee_notice import BUILDING, DELIVERY, PAYMENT, TIME, fee_notice


def test_the_example_of_the_tariff_adds_up() -> None:
    # 2,710 m³ × 208 €/m³ = 563,680 €, up to full 1,000 €: 564,000 €; 1,128 × 4.30 € = 4,850.40 €; 2 × 53.50 € = 107 €.
    notice = fee_notice(positions=(BUILDING, TIME), total_eur=Decimal("4957.40"), paid_eur=Decimal(0))
    assert [group.sum_eur for group in notice.groups] == [Decimal("4957.40")]
    assert notice.payable_eur == Decimal("4957.40")


def test_fees_and_outlays_have_sums_of_their_own_and_numbers_run_through() -> None:
    groups = fee_notice().groups
    assert [(group.title, group.sum_eur) for group in groups] == [
        ("Gebühren", Decimal("4957.40")),
        ("Auslagen", Decimal("9.20")),
    ]
    assert [row.number for group in groups for row in group.positions] == [1, 2, 3]


def test_a_wrong_sum_is_refused_with_both_figures() -> None:
    with pytest.raises(ContradictionError, match=r"zusammen 4\.966,60\s€, als Summe .* 4\.966,61\s€") as caught:
        fee_notice(total_eur=Decimal("4966.61"))
    assert caught.value.places == ("total_eur",)


def test_a_wrong_amount_names_its_position_and_computation() -> None:
    wrong = dataclasses.replace(TIME, amount_eur=Decimal("106.00"))
    with pytest.raises(ContradictionError, match=r"Position 2 \(12\.2 .*2 × 53,50\s€ = 107,00\s€.*106,00\s€"):
        fee_notice(positions=(BUILDING, wrong, DELIVERY))


@pytest.mark.parametrize(
    ("changes", "amount", "words"),
    [
        ({"quantity": Decimal("0.5"), "minimum_eur": Decimal(60)}, Decimal(60), "mindestens 60,00"),
        ({"quantity": Decimal(10), "maximum_eur": Decimal(300)}, Decimal(300), "höchstens 300,00"),
        ({"share": Decimal("0.5")}, Decimal("53.50"), "× 0,5"),
        # 0.1 × 0.25 € = 0.025 €; half a cent goes up.
        ({"quantity": Decimal("0.1"), "rate_eur": Decimal("0.25")}, Decimal("0.03"), "0,1 × 0,25"),
    ],
)
def test_bounds_reductions_and_rounding_are_part_of_the_computation(
    changes: dict[str, Decimal], amount: Decimal, words: str
) -> None:
    position: FeePosition = dataclasses.replace(TIME, **changes)  # type: ignore[arg-type]
    assert position.computed_eur == amount
    assert words in position.product.replace("\u00a0", " ")


def test_what_was_overpaid_is_given_back_and_has_no_code() -> None:
    notice = fee_notice(paid_eur=Decimal(5000))
    assert notice.payable_eur == Decimal("-33.40")
    assert notice.refund_or_payable_eur == Decimal("33.40")
    assert notice.pictures == {}


def test_the_code_is_a_giro_code_for_what_is_left_to_pay() -> None:
    notice = fee_notice()
    expected = segno.helpers.make_epc_qr(
        name="Stadt Musterstadt, Stadtkasse",
        iban="DE02120300000000202051",
        amount=Decimal("4466.60"),
        text="5.0317.000042.6",
        bic="BYLADEM1001",
        encoding="utf-8",
    )
    assert f'viewBox="0 0 {len(expected.matrix) + 8} ' in notice.pictures["payment"]
    again = payment_qr_svg(PAYMENT, Decimal("4466.60"))
    assert notice.pictures["payment"] == again
    assert again != payment_qr_svg(PAYMENT, Decimal("4466.61"))
    assert "IBAN DE02" in notice.qr_alternative
    assert "4.466,60" in notice.qr_alternative
    assert "5.0317.000042.6" in notice.qr_alternative


@pytest.mark.parametrize("iban", ["DE02 1203 0000 0000 2020 51", "de02120300000000202051", "NL91ABNA0417164300"])
def test_ibans_with_right_check_digits_are_taken(iban: str) -> None:
    assert is_iban(iban)


@pytest.mark.parametrize("iban", ["DE03120300000000202051", "DE0212030000000020205", "", "Konto 12345", "DE02\n1203"])
def test_an_iban_with_wrong_check_digits_is_named(iban: str) -> None:
    with pytest.raises(ContradictionError, match="IBAN"):
        dataclasses.replace(PAYMENT, iban=iban)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"bic": "XX"}, "payment.bic"),
        ({"recipient": "K" * 71}, "payment.recipient"),
        ({"reference": ""}, "payment.reference"),
    ],
)
def test_what_no_transfer_can_carry_is_refused(changes: dict[str, str], place: str) -> None:
    with pytest.raises(ContradictionError) as caught:
        Payment(**{**dataclasses.asdict(PAYMENT), **changes})
    assert caught.value.places == (place,)
