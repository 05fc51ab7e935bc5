"""Parcels as people name them: by number, with the authority that is responsible for each."""

from collections.abc import Sequence

from gis.layers import LayerUnavailableError
from permits.errors import InvalidInputError
from permits.models import CadastralDistrict, PermitAuthority
from permits.parcel_numbers import district_code, normalised, possible_ids
from permits.selectors.layers import ParcelRecord, find_parcel


def responsible_authority(parcel_id: str) -> PermitAuthority | None:
    """Return the authority whose Gemarkung the parcel lies in, or None."""
    code = district_code(normalised(parcel_id))
    district = CadastralDistrict.objects.select_related("authority").filter(code=code).first() if code else None
    return district.authority if district else None


def district_name(parcel_id: str) -> str:
    """Return the name of the parcel's Gemarkung, or an empty text."""
    district = CadastralDistrict.objects.filter(code=district_code(parcel_id) or "").first()
    return district.name if district else ""


def find_parcels(*, authority: PermitAuthority, parcel_ids: Sequence[str]) -> list[ParcelRecord]:
    """Return the parcels with these numbers.

    Raises InvalidInputError naming every number that is not in the authority's layer, and whose it is.
    """
    found: list[ParcelRecord] = []
    problems: list[str] = []
    for given in dict.fromkeys(normalised(parcel_id) for parcel_id in parcel_ids):
        other = responsible_authority(given)
        if other is not None and other != authority:
            problems.append(
                f"Für das Flurstück {given} ist eine andere Behörde zuständig ({other.name}). "
                "Bitte stellen Sie dort einen eigenen Antrag."
            )
            continue
        try:
            parcel = find_parcel(authority, given)
        except LayerUnavailableError as error:
            raise InvalidInputError(error.reason, field="parcels") from error
        if parcel is None:
            problems.append(
                f"Das Flurstück {given} gibt es im Liegenschaftskataster nicht. Bitte prüfen Sie die Nummer."
            )
        else:
            found.append(parcel)
    if problems:
        raise InvalidInputError(" ".join(problems), field="parcels")
    return found


def named_parcel(
    *, authority: PermitAuthority, district: str, section: int | None, numerator: int, denominator: int | None
) -> str:
    """Return the Flurstückskennzeichen of "Gemarkung, Flur, Flurstück"; raises InvalidInputError."""
    try:
        for parcel_id in possible_ids(district, section, numerator, denominator):
            if find_parcel(authority, parcel_id) is not None:
                return parcel_id
    except LayerUnavailableError as error:
        raise InvalidInputError(error.reason, field="number") from error
    raise InvalidInputError(
        "Dieses Flurstück gibt es in der Gemarkung und Flur nicht. Bitte prüfen Sie Flur und Nummer.", field="number"
    )
