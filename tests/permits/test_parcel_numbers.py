"""How people say a Flurstückskennzeichen: whole, or its parts for a table."""

from permits.parcel_numbers import parcel_label, parcel_number, parcel_section


def test_a_parcel_is_named_with_its_flur_or_by_its_number_alone() -> None:
    with_section = "03990100600045000600"
    assert parcel_label(with_section) == "Flur 6, Flurstück 45/6"
    assert (parcel_section(with_section), parcel_number(with_section)) == ("6", "45/6")
    without = "039901___00045____00"
    assert parcel_label(without) == "Flurstück 45"
    assert (parcel_section(without), parcel_number(without)) == ("", "45")


def test_any_other_id_stays_as_it_is() -> None:
    assert parcel_label("A 1") == parcel_number("A 1") == "A 1"
    assert parcel_section("A 1") == ""
