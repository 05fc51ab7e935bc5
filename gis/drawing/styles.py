"""How things look: told apart by lightness, line and hatch as well as by colour, for black-and-white print.

Colours are from the Okabe–Ito set (safe for colour-blind people), darkened for lines and lightened to opaque tints.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gis.drawing.canvas import Style
from gis.drawing.evidence import Look
from gis.siteplan import Role

BLACK, GREY, WHITE = "#000000", "#5c5c5c", "#ffffff"
VERMILLION, ORANGE, BLUE, GREEN, PURPLE = "#b3441c", "#7a5200", "#00507d", "#00614c", "#7a3f6d"

FRAME = Style(None, BLACK, 0.25)
NEIGHBOUR_PARCEL = Style(None, "#7a7a7a", 0.13)
SITE_FILL = Style("#faf8f0", None)
SITE_LINE = Style(None, BLACK, 0.6)
CADASTRE_BUILDING = Style("#d9d9d9", "#5c5c5c", 0.13)
SETBACK_FILL = Style("#ece6d3", None)
SETBACK_LINE = Style(None, BLACK, 0.2, "0.9 0.7")
STREET_MIDDLE = Style(None, BLACK, 0.25, "3 0.8 0.4 0.8 0.4 0.8")
HELP_LINE = Style(None, "#4a4a4a", 0.1)
LABEL_BOX = Style(WHITE, None)
_HATCH = Style(None, BLACK, 0.1)


@dataclass(frozen=True, slots=True)
class AreaStyle:
    """Look of an area: fill and outline, and hatch spacing in mm with its angles.

    ``crossed`` draws its diagonals; ``ticked`` puts a tick on it, for those who do not see the colour of its outline.
    """

    area: Style
    hatch_mm: float | None = None
    hatch: Style = _HATCH
    angles: tuple[float, ...] = (45.0,)
    crossed: bool = False
    ticked: bool = False


_PAVED = Style("#f0f0f0", "#4a4a4a", 0.18)
_BLUE_HATCH = Style(None, "#33617f", 0.1)

#: No two look alike in grey: they differ by the direction or the kind of their hatch, or by their outline.
ROLES: Mapping[Role, AreaStyle] = {
    Role.MAIN_BUILDING: AreaStyle(Style("#f0b48a", BLACK, 0.45), 1.3, Style(None, "#7a3a12", 0.12)),
    Role.GARAGE: AreaStyle(Style("#cfe3f2", BLACK, 0.35), 2.0, _BLUE_HATCH, (135.0,)),
    Role.ANCILLARY_BUILDING: AreaStyle(Style("#dcebf5", BLACK, 0.3), 1.4, _BLUE_HATCH, (0.0,)),
    Role.PARKING: AreaStyle(_PAVED, 2.4, Style(None, "#6a6a6a", 0.14), (90.0,)),
    Role.DRIVEWAY: AreaStyle(_PAVED, 1.5, Style(None, "#6a6a6a", 0.3, "0.3 1.5"), (45.0,)),
    Role.TERRACE: AreaStyle(Style("#f8efc4", BLACK, 0.2), 1.5, Style(None, "#a8985a", 0.08), (0.0, 90.0)),
    Role.UNDERGROUND: AreaStyle(Style(None, BLACK, 0.3, "1.6 0.8")),
    Role.EXISTING_BUILDING: AreaStyle(Style("#a9a9a9", BLACK, 0.3)),
    Role.TO_BE_DEMOLISHED: AreaStyle(Style("#fbf3b4", BLACK, 0.25, "1 0.6"), crossed=True),
    Role.BALCONY: AreaStyle(Style(WHITE, BLACK, 0.25, "1.2 0.5"), 0.9, _HATCH, (0.0,)),
    Role.BAY_WINDOW: AreaStyle(Style("#f0b48a", BLACK, 0.3), 2.2, Style(None, "#7a3a12", 0.12), (0.0, 90.0)),
    Role.ROOF_OVERHANG: AreaStyle(Style(None, BLACK, 0.25, "0.4 0.6")),
    Role.ENTRANCE_CANOPY: AreaStyle(Style(WHITE, BLACK, 0.25, "1.2 0.5"), crossed=True),
}

#: Highlighted areas. Violations are hatched crosswise, doubts one way with a dashed outline; what
#: is fine is outlined and ticked.
AREAS: Mapping[Look, AreaStyle] = {
    Look.VIOLATION: AreaStyle(Style(WHITE, VERMILLION, 0.55), 1.1, Style(None, VERMILLION, 0.2), (45.0, 135.0)),
    Look.DOUBT: AreaStyle(Style(WHITE, ORANGE, 0.5, "1.8 0.7"), 1.3, Style(None, ORANGE, 0.2), (45.0,)),
    Look.UNKNOWN: AreaStyle(Style(WHITE, GREY, 0.45, "0.6 0.6"), 2.0, Style(None, GREY, 0.12), (90.0,)),
    Look.FINE: AreaStyle(Style(None, GREEN, 0.7), ticked=True),
    Look.COUNTED: AreaStyle(Style(None, BLUE, 0.8)),
    Look.COUNTED_TOO: AreaStyle(Style(None, BLUE, 0.6, "1.8 0.8")),
    Look.FOUND: AreaStyle(Style(None, PURPLE, 0.5, "2.4 0.8"), 2.2, Style(None, PURPLE, 0.16), (120.0,)),
    Look.FREE: AreaStyle(Style("#e7f1e4", None), 2.2, Style(None, GREEN, 0.1, "0.5 1.2"), (0.0,)),
}

#: Highlighted lines and dimension lines.
LINES: Mapping[Look, Style] = {
    Look.VIOLATION: Style(None, VERMILLION, 0.45),
    Look.DOUBT: Style(None, ORANGE, 0.4, "1.8 0.6"),
    Look.UNKNOWN: Style(None, GREY, 0.3, "0.7 0.5"),
    Look.FINE: Style(None, BLACK, 0.15),
    Look.COUNTED: Style(None, BLUE, 0.3),
    Look.COUNTED_TOO: Style(None, BLUE, 0.3, "1.8 0.8"),
    Look.FOUND: Style(None, PURPLE, 0.35, "2.4 0.8"),
    Look.FREE: Style(None, GREEN, 0.3),
}
#: A line that is itself the finding (a frontage, a way) is drawn broad.
BROAD: Mapping[Look, Style] = {
    **{look: Style(None, style.stroke, 1.1, style.dash) for look, style in LINES.items()},
    Look.FINE: Style(None, GREEN, 1.1),
}


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """Look of a reference layer and its entry in the legend; ``over``: buildings must not hide it."""

    legend: str
    look: AreaStyle
    line: bool = False
    over: bool = False


_LIMIT = AreaStyle(Style(None, BLUE, 0.4, "3 0.8 0.5 0.8"))

#: What plans and registers say, in the order of drawing. Lines of plans follow the PlanZV: Baugrenze dash and dot,
#: Baulinie dash and two dots.
LAYERS: Mapping[str, LayerStyle] = {
    "traffic_areas": LayerStyle(
        "Öffentliche Verkehrsfläche",
        AreaStyle(Style("#efefef", "#9a9a9a", 0.1), 2.6, Style(None, "#c4c4c4", 0.1), (0.0,)),
    ),
    "zoning": LayerStyle("Grenze eines Baugebiets", AreaStyle(Style(None, BLACK, 0.4, "0.4 0.9")), line=True),
    "overlays": LayerStyle(
        "Schutz- oder Risikogebiet",
        AreaStyle(Style(None, PURPLE, 0.35, "1.2 0.6"), 3.4, Style(None, PURPLE, 0.08), (120.0,)),
    ),
    "monuments": LayerStyle(
        "Baudenkmal", AreaStyle(Style(None, PURPLE, 0.4), 1.6, Style(None, PURPLE, 0.1), (30.0, 120.0))
    ),
    "easements": LayerStyle(
        "Fläche einer Baulast", AreaStyle(Style(None, GREEN, 0.3, "0.5 0.5"), 2.6, Style(None, GREEN, 0.08), (60.0,))
    ),
    "building_windows": LayerStyle("Baugrenze", _LIMIT, line=True, over=True),
    "building_limits": LayerStyle("Baugrenze", _LIMIT, line=True, over=True),
    "building_lines": LayerStyle(
        "Baulinie", AreaStyle(Style(None, VERMILLION, 0.5, "3 0.7 0.5 0.7 0.5 0.7")), line=True, over=True
    ),
    "street_boundaries": LayerStyle("Straßenbegrenzungslinie", AreaStyle(Style(None, GREEN, 0.5)), line=True),
}

#: Order of drawing: what covers ground first, parts of buildings last.
DRAW_ORDER = (
    Role.TO_BE_DEMOLISHED, Role.DRIVEWAY, Role.PARKING, Role.TERRACE, Role.UNDERGROUND, Role.EXISTING_BUILDING,
    Role.ANCILLARY_BUILDING, Role.GARAGE, Role.MAIN_BUILDING, Role.BAY_WINDOW, Role.BALCONY, Role.ROOF_OVERHANG,
    Role.ENTRANCE_CANOPY,
)  # fmt: skip
