"""Flurstückskennzeichen: 20 characters (Land, Gemarkung, Flur, Zähler, Nenner, Folge) and how people say them."""

import re

# Missing Flur, Nenner and Folge stand as underscores.
PATTERN = re.compile(r"^(\d{2})(\d{4})(\d{3}|___)(\d{5})(\d{4}|____)([0-9A-Z]{2}|__)$")


def district_code(parcel_id: str) -> str | None:
    """Return Land and Gemarkungsnummer (six digits), or None for a number that is no Flurstückskennzeichen."""
    match = PATTERN.match(parcel_id)
    return match[1] + match[2] if match else None


def parcel_number(parcel_id: str) -> str:
    """Return "123/5"; any other id is returned as it is."""
    match = PATTERN.match(parcel_id)
    if match is None:
        return parcel_id
    numerator, denominator = int(match[4]), match[5]
    return str(numerator) if "_" in denominator or int(denominator) == 0 else f"{numerator}/{int(denominator)}"


def parcel_label(parcel_id: str) -> str:
    """Return "Flur 4, Flurstück 123/5"; any other id is returned as it is."""
    if PATTERN.match(parcel_id) is None:
        return parcel_id
    section, parcel = parcel_section(parcel_id), f"Flurstück {parcel_number(parcel_id)}"
    return f"Flur {section}, {parcel}" if section else parcel


def normalised(text: str) -> str:
    """Return a typed number without blanks; other ids keep their form."""
    return "".join(text.split())


def possible_ids(code: str, section: int | None, numerator: int, denominator: int | None) -> list[str]:
    """Return how the number of a parcel may stand in the cadastre; a missing Folge is written "__" or "00"."""
    middle = "___" if section is None else f"{section:03d}"
    below = ["____", "0000"] if denominator is None else [f"{denominator:04d}"]
    return [f"{code}{middle}{numerator:05d}{part}{last}" for part in below for last in ("__", "00")]


def parcel_section(parcel_id: str) -> str:
    """Return the number of the Flur, or an empty text where there is none."""
    match = PATTERN.match(parcel_id)
    return "" if match is None or "_" in match[3] else str(int(match[3]))
