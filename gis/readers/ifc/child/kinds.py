"""What an element of a building is for the outline: by its class, its predefined type and, where these say nothing, its
name. Names decide only about parts that lie before the walls, and about walls that are no walls of a house.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Any


class Kind(Enum):
    """Groups of elements."""

    WALL = auto()
    COLUMN = auto()
    PARAPET = auto()
    SLAB = auto()
    BASE_SLAB = auto()
    ROOF = auto()
    CANOPY = auto()
    BALCONY = auto()
    TERRACE = auto()
    PROXY = auto()
    OTHER = auto()


_BALCONY = re.compile(r"balkon|balcon|loggia", re.IGNORECASE)
_TERRACE = re.compile(r"terrass|terrac|patio", re.IGNORECASE)
_CANOPY = re.compile(r"vordach|canopy", re.IGNORECASE)
_PARAPET = re.compile(r"brüstung|bruestung|parapet|geländer|gelaender|railing|attika", re.IGNORECASE)
_GARDEN = re.compile(
    r"gartenmauer|stützwand|stuetzwand|stützmauer|stuetzmauer|einfriedung|zaun|fence|retaining", re.IGNORECASE
)
#: Classes whose bodies make the outline or can lie outside of it. All others (furniture, pipes, windows in walls,
#: railings, coverings of floors and ceilings) are inside a building or no part of its outline.
CLASSES = (
    "IfcWall", "IfcCurtainWall", "IfcColumn", "IfcPlate", "IfcMember", "IfcCovering", "IfcSlab", "IfcRoof", "IfcStair",
    "IfcStairFlight", "IfcRamp", "IfcRampFlight", "IfcBeam", "IfcChimney", "IfcShadingDevice", "IfcWindow", "IfcDoor",
    "IfcBuildingElementProxy", "IfcBuildingElementPart",
)  # fmt: skip
_SPECIAL = {Kind.BALCONY, Kind.TERRACE, Kind.CANOPY}


def kind_of(element: Any, parent: Kind | None) -> Kind | None:
    """Kind of an element; ``parent`` is that of the element it is a part of. None: no part of an outline."""
    if not any(_is(element, name) for name in CLASSES):
        return None
    named = " ".join(filter(None, (element.Name, getattr(element, "ObjectType", None))))
    own = _by_class(element, str(getattr(element, "PredefinedType", None) or ""), named)
    if own is None or parent is None:
        return own
    # Parts of a roof, a curtain wall or a balcony belong to it, whatever they are by themselves.
    if own in _SPECIAL or parent is Kind.PROXY:
        return own
    return parent if parent in _SPECIAL | {Kind.ROOF, Kind.WALL, Kind.PARAPET, Kind.SLAB} else own


def _by_class(element: Any, predefined: str, named: str) -> Kind | None:
    before = _before_the_walls(named)
    if _is(element, "IfcWall"):
        if predefined == "RETAININGWALL" or _GARDEN.search(named):
            return Kind.OTHER
        if predefined == "PARAPET" or _PARAPET.search(named) or before is Kind.BALCONY:
            return Kind.PARAPET
        return Kind.WALL
    if _is(element, "IfcColumn"):
        return before or Kind.COLUMN
    if _is(element, "IfcCurtainWall") or _is(element, "IfcPlate"):
        return before or Kind.WALL
    if _is(element, "IfcCovering"):
        return Kind.WALL if predefined == "CLADDING" else None
    if _is(element, "IfcRoof"):
        return before or Kind.ROOF
    if _is(element, "IfcSlab"):
        if predefined == "ROOF":
            return before or Kind.ROOF
        return before or (Kind.BASE_SLAB if predefined == "BASESLAB" else Kind.SLAB)
    if _is(element, "IfcWindow") or _is(element, "IfcDoor"):
        # A window in an opening lies inside its wall; one without is a piece of facade.
        return None if getattr(element, "FillsVoids", None) else Kind.WALL
    if _is(element, "IfcBuildingElementProxy"):
        return before or Kind.PROXY
    return before or Kind.OTHER


def _before_the_walls(named: str) -> Kind | None:
    for pattern, kind in ((_CANOPY, Kind.CANOPY), (_BALCONY, Kind.BALCONY), (_TERRACE, Kind.TERRACE)):
        if pattern.search(named):
            return kind
    return None


def _is(element: Any, name: str) -> bool:
    # Not every schema knows every class: 2x3 has no IfcChimney, and asking for it is an error there.
    try:
        return bool(element.is_a(name))
    except RuntimeError:
        return False
