"""Pieces of addresses in an ALKIS extract: house numbers, street names, and the places that they may have."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.readers.alkis_columns import Values
from gis.readers.nas_joins import BUILDING, PARCEL, POSITION_SOURCES, PRESENTATION, NasJoins

GEOREFERENCED_TYPE, _GEOREFERENCED = "AX_GeoreferenzierteGebaeudeadresse", "hatAuch"
PRESENTATION_TYPE, _SHOWN = "AP_PTO", "dientZurDarstellungVon"
_ENCODED = "AX_VerschluesselteLagebezeichnung"
_KEY = ("land", "regierungsbezirk", "kreis", "gemeinde", "lage")
_STREET_KEY = tuple(f"lagebezeichnung/AX_Lagebezeichnung/verschluesselt/{_ENCODED}/{part}" for part in _KEY)
_STREET_TEXT = "lagebezeichnung/AX_Lagebezeichnung/unverschluesselt"
_CATALOGUE_KEY = tuple(f"schluessel/{_ENCODED}/{part}" for part in _KEY)
_PLACE_KEY = tuple(f"gemeindekennzeichen/AX_Gemeindekennzeichen/{part}" for part in _KEY[:4])
# Object types that give pieces: texts and references to gather.
PIECES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "AX_LagebezeichnungMitHausnummer": ((*_STREET_KEY, _STREET_TEXT, "hausnummer"), ()),
    "AX_LagebezeichnungKatalogeintrag": ((*_CATALOGUE_KEY, "bezeichnung"), ()),
    "AX_Gemeinde": ((*_PLACE_KEY, "bezeichnung"), ()),
    PRESENTATION_TYPE: (("art",), (_SHOWN,)),
    GEOREFERENCED_TYPE: ((), (_GEOREFERENCED,)),
    "AX_Gebaeude": ((), ("zeigtAuf",)),
    "AX_Flurstueck": ((), ("weistAuf",)),
}
# Layers whose objects refer to house numbers.
REFERRING_LAYERS: Mapping[str, tuple[str, int]] = {"buildings": ("zeigtAuf", BUILDING), "parcels": ("weistAuf", PARCEL)}


@dataclass
class AddressPieces:
    """Gathers the pieces, and gives the addresses made of them at the end."""

    joins: NasJoins
    notes: list[str] = field(default_factory=list)

    def take(self, kind: str, own_id: str, values: Values) -> None:
        """Keep what an object of a type in `PIECES` says."""
        if kind == "AX_LagebezeichnungMitHausnummer":
            if "hausnummer" in values:
                text = values.get(_STREET_TEXT, [None])[0]
                self.joins.add("numbers", own_id, _joined(values, _STREET_KEY), text, values["hausnummer"][0])
        elif kind == "AX_LagebezeichnungKatalogeintrag":
            self._name("streets", _joined(values, _CATALOGUE_KEY), values)
        elif kind == "AX_Gemeinde":
            self._name("places", _joined(values, _PLACE_KEY), values)
        elif kind == GEOREFERENCED_TYPE and _GEOREFERENCED in values:
            self.joins.add("georeferenced", values[_GEOREFERENCED][0])

    def take_presentation(self, point: BaseGeometry, values: Values) -> None:
        """Keep the place where the map writes a house number."""
        if isinstance(point, shapely.Point) and shows_house_number(values):
            for number_id in values.get(_SHOWN, ()):
                self.joins.add("points", number_id, PRESENTATION, point.x, point.y)

    def take_areas(self, rank: int, geometry: NDArray[np.object_], references: Mapping[int, Sequence[str]]) -> None:
        """Keep a point inside of each building or parcel that refers to house numbers."""
        rows = [row for row in references if geometry[row] is not None and geometry[row].is_valid]
        for row, point in zip(rows, shapely.point_on_surface(geometry[rows]), strict=True):
            for number_id in references[row]:
                self.joins.add("points", number_id, rank, point.x, point.y)

    def addresses(self) -> Iterator[tuple[shapely.Point, dict[str, str | None]]]:
        """Places and columns of the house numbers that no georeferenced address stands for."""
        unplaced = nameless = 0
        for address in self.joins.addresses():
            if address.point is None or address.rank is None:
                unplaced += 1
                continue
            nameless += address.street is None
            yield (
                shapely.Point(address.point),
                {
                    "address_id": address.id,
                    "street": address.street,
                    "house_number": address.number,
                    "house_number_suffix": address.suffix,
                    "place": address.place,
                    "position_source": POSITION_SOURCES[address.rank],
                },
            )
        if unplaced:
            self.notes.append(counted(unplaced, "Hausnummer ohne Lage fehlt.", "Hausnummern ohne Lage fehlen."))
        if nameless:
            end = "keinen Straßennamen (kein Katalogeintrag)."
            self.notes.append(counted(nameless, f"Adresse hat {end}", f"Adressen haben {end}"))

    def _name(self, table: str, key: str | None, values: Values) -> None:
        if key and "bezeichnung" in values:
            self.joins.add(table, key, values["bezeichnung"][0])


def shows_house_number(values: Values) -> bool:
    """Whether a text of the map is a house number."""
    return values.get("art") == ["HNR"]


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun."""
    return f"1 {one}" if count == 1 else f"{count} {many}"


def _joined(values: Values, parts: Sequence[str]) -> str | None:
    return "".join(values[part][0] for part in parts) if all(part in values for part in parts) else None
