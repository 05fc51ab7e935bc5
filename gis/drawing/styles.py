"""How things look: told apart by lightness, line and hatch as well as by colour, for black-and-white print.

Colours are from the Okabe–Ito set (safe for colour-blind people), lightened to opaque tints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gis.drawing.canvas import Style
from gis.siteplan import Role

BLACK, GREY, VERMILLION, BLUE = "#000000", "#6b6b6b", "#b3441c", "#00507d"

FRAME = Style(None, BLACK, 0.25)
NEIGHBOUR_PARCEL = Style(None, "#7a7a7a", 0.13)
SITE_FILL = Style("#f7f4ea", None)
SITE_LINE = Style(None, BLACK, 0.55)
CADASTRE_BUILDING = Style("#d9d9d9", "#5c5c5c", 0.13)
BUILDING_WINDOW = Style(None, BLUE, 0.35, "3 0.8 0.5 0.8")
SETBACK = Style(None, BLACK, 0.2, "0.9 0.7")
DIMENSION = Style(None, BLACK, 0.13)
DIMENSION_FAILED = Style(None, VERMILLION, 0.4)
VIOLATION_LINE = Style(None, VERMILLION, 0.45)
VIOLATION_HATCH = Style(None, VERMILLION, 0.22)
LABEL_BOX = Style("#ffffff", None)
FAILED_BOX = Style("#ffffff", VERMILLION, 0.2)


_HATCH = Style(None, BLACK, 0.1)


@dataclass(frozen=True, slots=True)
class RoleStyle:
    """Look of a planned footprint: area style, and hatch spacing in mm with its angle."""

    area: Style
    hatch_mm: float | None = None
    hatch: Style = _HATCH
    angle: float = 45.0
    crossed: bool = False


_PART = RoleStyle(Style(None, BLACK, 0.25, "1.2 0.5"))
_PAVED = RoleStyle(Style("#ececec", "#4a4a4a", 0.18), 2.4, Style(None, "#9a9a9a", 0.1), 0.0)

ROLES: Mapping[Role, RoleStyle] = {
    Role.MAIN_BUILDING: RoleStyle(Style("#f0b48a", BLACK, 0.45), 1.3, Style(None, "#7a3a12", 0.12)),
    Role.GARAGE: RoleStyle(Style("#cfe3f2", BLACK, 0.35), 2.0, Style(None, "#33617f", 0.1), 135.0),
    Role.ANCILLARY_BUILDING: RoleStyle(Style("#dcebf5", BLACK, 0.3), 2.8, Style(None, "#33617f", 0.1), 135.0),
    Role.PARKING: _PAVED,
    Role.DRIVEWAY: _PAVED,
    Role.TERRACE: RoleStyle(Style("#f8efc4", BLACK, 0.2), 1.6, Style(None, "#a8985a", 0.08), 90.0),
    Role.UNDERGROUND: RoleStyle(Style(None, BLACK, 0.3, "1.6 0.8")),
    Role.EXISTING_BUILDING: RoleStyle(Style("#a9a9a9", BLACK, 0.3)),
    Role.TO_BE_DEMOLISHED: RoleStyle(Style("#fbf3b4", BLACK, 0.25, "1 0.6"), crossed=True),
    Role.BALCONY: _PART,
    Role.BAY_WINDOW: _PART,
    Role.ROOF_OVERHANG: _PART,
    Role.ENTRANCE_CANOPY: _PART,
}

#: Order of drawing: what covers ground first, parts of buildings last.
DRAW_ORDER = (
    Role.TO_BE_DEMOLISHED, Role.DRIVEWAY, Role.PARKING, Role.TERRACE, Role.UNDERGROUND, Role.EXISTING_BUILDING,
    Role.ANCILLARY_BUILDING, Role.GARAGE, Role.MAIN_BUILDING, Role.BAY_WINDOW, Role.BALCONY, Role.ROOF_OVERHANG,
    Role.ENTRANCE_CANOPY,
)  # fmt: skip
