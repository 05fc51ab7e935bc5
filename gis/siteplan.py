"""The site plan (Lageplan): what an applicant proposes to build, as typed, validated geometry.

Readers (``gis.readers``) turn files into :class:`SitePlan`; checks and drawings take it from there. Lengths are
metres, areas square metres. Geometries keep the vertex order of their source, because ``wall_height_m`` may give
one height per edge in that order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry


class Role(StrEnum):
    """What a footprint is. The values are the ``role`` property of plan files."""

    MAIN_BUILDING = "main_building"
    GARAGE = "garage"
    ANCILLARY_BUILDING = "ancillary_building"
    PARKING = "parking"
    DRIVEWAY = "driveway"
    TERRACE = "terrace"
    UNDERGROUND = "underground"
    EXISTING_BUILDING = "existing_building"
    TO_BE_DEMOLISHED = "to_be_demolished"
    BALCONY = "balcony"
    BAY_WINDOW = "bay_window"
    ROOF_OVERHANG = "roof_overhang"
    ENTRANCE_CANOPY = "entrance_canopy"

    @property
    def label(self) -> str:
        """German name for people."""
        return ROLE_LABELS[self]


ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.MAIN_BUILDING: "Hauptgebäude",
        Role.GARAGE: "Garage",
        Role.ANCILLARY_BUILDING: "Nebengebäude",
        Role.PARKING: "Stellplatz",
        Role.DRIVEWAY: "Zufahrt",
        Role.TERRACE: "Terrasse",
        Role.UNDERGROUND: "Unterirdische Anlage",
        Role.EXISTING_BUILDING: "Vorhandenes Gebäude",
        Role.TO_BE_DEMOLISHED: "Abzubrechendes Gebäude",
        Role.BALCONY: "Balkon",
        Role.BAY_WINDOW: "Erker",
        Role.ROOF_OVERHANG: "Dachüberstand",
        Role.ENTRANCE_CANOPY: "Vordach",
    }
)

#: Roles that are buildings: they decide which parcels form the site where the plan names none.
BUILDING_ROLES = frozenset(
    {Role.MAIN_BUILDING, Role.GARAGE, Role.ANCILLARY_BUILDING, Role.UNDERGROUND, Role.EXISTING_BUILDING}
)

#: Numeric attributes of a plan feature other than ``wall_height_m``, all optional.
NUMBER_ATTRIBUTES = (
    "base_height_m",
    "eaves_height_m",
    "ridge_height_m",
    "top_floor_level_m",
    "ground_level_nhn_m",
    "street_level_nhn_m",
    "gross_floor_area_m2",
    "gross_volume_m3",
)
COUNT_ATTRIBUTES = ("storeys", "dwellings")


class SitePlanError(Exception):
    """A plan or file that cannot be read: ``message`` is a German sentence, ``place`` says where."""

    def __init__(self, code: str, message: str, place: str = "") -> None:
        super().__init__(f"{message} ({place})" if place else message)
        self.code = code
        self.message = message
        self.place = place

    @property
    def text(self) -> str:
        """Message and place as one German text."""
        return f"{self.place}: {self.message}" if self.place else self.message


class OriginKind(StrEnum):
    """How a value came about. The values are the kinds in the ``origins`` property of plan files."""

    GIVEN = "given"
    MEASURED = "measured"
    DERIVED = "derived"
    ASSUMED = "assumed"

    @property
    def label(self) -> str:
        """German word for people."""
        return _ORIGIN_LABELS[self]


_ORIGIN_LABELS: Mapping[OriginKind, str] = MappingProxyType(
    {
        OriginKind.GIVEN: "angegeben",
        OriginKind.MEASURED: "gemessen",
        OriginKind.DERIVED: "berechnet",
        OriginKind.ASSUMED: "angenommen",
    }
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value comes from: given in the file, measured in its geometry, derived from given values, or assumed.

    ``note`` is German and names the place: "Layername „BLK_1_HT_6.0“", "IfcBuildingStorey.Elevation".
    """

    kind: OriginKind
    note: str = ""


class CaptureKind(StrEnum):
    """How an outline was taken; it decides how exact lengths can be."""

    VECTOR = "vector"
    DIMENSION_TEXT = "dimension_text"
    DIGITISED = "digitised"

    @property
    def label(self) -> str:
        """German words for people."""
        return _CAPTURE_LABELS[self]


_CAPTURE_LABELS: Mapping[CaptureKind, str] = MappingProxyType(
    {
        CaptureKind.VECTOR: "aus Vektordaten",
        CaptureKind.DIMENSION_TEXT: "nach Maßzahlen",
        CaptureKind.DIGITISED: "digitalisiert",
    }
)


@dataclass(frozen=True, slots=True)
class Capture:
    """How an outline was taken; ``scale`` is n of 1:n for what was digitised from a sheet or a screen."""

    kind: CaptureKind = CaptureKind.VECTOR
    scale: int | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a feature comes from: file (or "gezeichnet"), place in it, and the origin of its geometry and attributes.

    ``values`` maps names of attributes of :class:`PlanFeature`, and "geometry", to their origin; an attribute without
    a value has none.
    """

    source: str
    place: str = ""
    values: Mapping[str, Origin] = field(default_factory=dict)
    capture: Capture = field(default_factory=Capture)


@dataclass(frozen=True, slots=True)
class StoreyLevel:
    """One storey (Geschoss): floor above natural ground and height to the next floor (None: unknown), in metres."""

    name: str
    level_m: float
    height_m: float | None = None
    above_ground: bool = True


@dataclass(frozen=True, slots=True)
class PlanFeature:
    """One footprint.

    ``geometry`` is a valid Polygon or MultiPolygon with the vertices as written. ``wall_height_m`` (above natural
    ground) is one number for all walls or a tuple: value i belongs to the i-th edge, rings in the order written,
    outer ring first, polygon after polygon. ``storey_levels`` are all storeys from the lowest up, if the plan has them.
    """

    geometry: Polygon | MultiPolygon
    role: Role
    id: str = ""
    wall_height_m: float | tuple[float, ...] | None = None
    base_height_m: float | None = None
    eaves_height_m: float | None = None
    ridge_height_m: float | None = None
    top_floor_level_m: float | None = None
    ground_level_nhn_m: float | None = None
    street_level_nhn_m: float | None = None
    storeys: int | None = None
    gross_floor_area_m2: float | None = None
    gross_volume_m3: float | None = None
    dwellings: int | None = None
    use: str | None = None
    storey_levels: tuple[StoreyLevel, ...] = ()
    provenance: Provenance = field(default_factory=lambda: Provenance("gezeichnet"))

    def edges(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
        """Return ``(segments, heights, index)`` of the walls.

        Segments have shape (n, 2, 2) in plan coordinates, heights shape (n,) in metres (NaN: unknown), index shape (n,)
        the number of the edge as written, from 0. Edges of zero length are left out; their heights go with them.
        """
        segments = np.concatenate([np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings(self.geometry)])
        if self.wall_height_m is None:
            heights = np.full(len(segments), np.nan)
        else:
            heights = np.broadcast_to(np.asarray(self.wall_height_m, dtype=float), (len(segments),))
        real = np.any(segments[:, 0] != segments[:, 1], axis=1)
        return segments[real], heights[real], np.flatnonzero(real)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """One site plan: named, with the parcels that the applicant gave (may be empty) and its footprints.

    ``crs`` is None as long as the file named none; ``gis.plan_crs.place_plan`` settles it against the parcels.
    ``warnings`` are German sentences for the applicant. Features without an id, or with one that came before, are
    numbered, so that results can name them. ``plots`` are outlines of sites or parcels as a drawing shows them, in the
    plan's CRS: for people to compare, never for checks.
    """

    plan: str
    features: tuple[PlanFeature, ...]
    parcels: tuple[str, ...] = ()
    crs: CRS | None = None
    source: str = "gezeichnet"
    warnings: tuple[str, ...] = ()
    plots: tuple[Polygon | MultiPolygon, ...] = ()

    def __post_init__(self) -> None:
        ids = {feature.id for feature in self.features}
        if len(ids) == len(self.features) and "" not in ids:
            return
        seen: set[str] = set()
        named: list[PlanFeature] = []
        for number, feature in enumerate(self.features, start=1):
            own = feature.id
            if not own or own in seen:
                own = f"{own}#{number}" if own else str(number) if str(number) not in ids else f"#{number}"
            seen.add(own)
            named.append(feature if own == feature.id else replace(feature, id=own))
        object.__setattr__(self, "features", tuple(named))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Bounding box of all footprints in the plan's CRS."""
        xmin, ymin, xmax, ymax = shapely.total_bounds([feature.geometry for feature in self.features])
        return float(xmin), float(ymin), float(xmax), float(ymax)

    def by_role(self, *roles: Role) -> tuple[PlanFeature, ...]:
        """Features with one of the roles, in plan order."""
        return tuple(feature for feature in self.features if feature.role in roles)

    def warn(self, *sentences: str) -> SitePlan:
        """Return a copy with more warnings (each once)."""
        new = tuple(s for s in dict.fromkeys(sentences) if s not in self.warnings)
        return replace(self, warnings=self.warnings + new) if new else self


@dataclass(frozen=True, slots=True)
class PlanFile:
    """What a reader makes of a file: readable plans and, by plan name, the reason why others are not."""

    plans: tuple[SitePlan, ...]
    refused: Mapping[str, SitePlanError] = field(default_factory=dict)


def rings(geometry: BaseGeometry) -> Iterator[NDArray[np.float64]]:
    """Yield the rings of a (Multi)Polygon as closed (n, 2) arrays: outer ring first, polygon after polygon."""
    for polygon in shapely.get_parts(geometry):
        yield shapely.get_coordinates(polygon.exterior)
        for interior in polygon.interiors:
            yield shapely.get_coordinates(interior)


def edge_count(geometry: BaseGeometry) -> int:
    """Number of edges as written, zero-length ones included: the length a ``wall_height_m`` list must have."""
    return sum(len(ring) - 1 for ring in rings(geometry))
