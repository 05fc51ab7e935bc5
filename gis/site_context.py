"""One plan among its layers: the placed plan, layer windows (each read once), and the site."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.crs import is_metric, same_crs, transform_geometries
from gis.layers import Bounds, Layer, Layers, LayerUnavailableError, LayerWindow
from gis.plan_crs import crs_label, place_plan
from gis.site import MINIMUM_SHARE_M2, Site, build_site
from gis.siteplan import BUILDING_ROLES, PlanFeature, Role, SitePlan
from gis.wording import listed, parcels_named

#: Windows are read this much wider than asked for, so that the next question is answered without another read.
_MARGIN_M = 25.0
#: How far around the plan parcels named by the applicant are looked for, step by step.
_SEARCH_RADII_M = (1.0, 100.0, 1_000.0, 10_000.0)


class UnassessableError(Exception):
    """A check cannot be answered; the message is a German sentence, ``findings`` what could be computed anyway."""

    def __init__(self, message: str, **findings: Any) -> None:
        super().__init__(message)
        self.message = message
        self.findings = findings


class SiteContext:
    """A plan placed among its layers; checks and drawings ask it for windows and the site."""

    def __init__(self, plan: SitePlan, layers: Layers) -> None:
        self.layers = layers
        parcels = layers.get("parcels")
        self._unusable: str | None = None
        if parcels is None:
            self._unusable = "Die Flurstücke stehen nicht zur Verfügung (keine Ebene „parcels“)."
        elif not is_metric(parcels.info.crs):
            self._unusable = (
                f"Die Flurstücke liegen im Koordinatenreferenzsystem {crs_label(parcels.info.crs)}, das keine Längen "
                "in Metern hat."
            )
        crs = parcels.info.crs if parcels is not None else plan.crs
        self.crs_name = crs_label(crs) if crs is not None else None
        self.plan = plan if parcels is None or self._unusable else place_plan(plan, parcels.info.crs)
        self.windows: dict[str, tuple[Bounds, LayerWindow]] = {}
        self.problems: dict[str, str] = {}
        self._labels: dict[str, str] = {}

    # -- layers ----------------------------------------------------------------------------------------------------

    def has_layer(self, name: str) -> bool:
        """Whether the layer is known at all (it may still be unavailable)."""
        return name in self.layers

    def window(self, name: str, bounds: Bounds) -> LayerWindow:
        """Features of a layer in bounds (and some around), in the working CRS.

        Skipped features that touch the bounds make every check that reads the layer ``not_assessable``. Raises
        :class:`UnassessableError` where the layer is missing or cannot be read.
        """
        if self._unusable:
            raise UnassessableError(self._unusable)
        layer = self.layers.get(name)
        if layer is None:
            raise UnassessableError(f"Die Ebene „{name}“ steht nicht zur Verfügung.")
        known = self.windows.get(name)
        if known is None or not _contains(known[0], bounds):
            wide = (bounds[0] - _MARGIN_M, bounds[1] - _MARGIN_M, bounds[2] + _MARGIN_M, bounds[3] + _MARGIN_M)
            known = wide, self._read(name, layer, wide)
            self.windows[name] = known
        touching = [feature for feature in known[1].skipped if feature.touches(bounds)]
        if touching:
            names = listed([feature.id for feature in touching[:3]])
            self.problems[name] = (
                f"In diesem Bereich konnten Objekte der Ebene „{name}“ nicht eingelesen werden ({names})."
            )
        return known[1]

    def _read(self, name: str, layer: Layer, bounds: Bounds) -> LayerWindow:
        working = self.layers["parcels"].info.crs
        try:
            if layer.info.crs is working or same_crs(layer.info.crs, working):
                return layer.window(bounds)
            box = shapely.segmentize(shapely.box(*bounds), 50.0)
            there = transform_geometries(np.array([box], dtype=object), working, layer.info.crs)
            xmin, ymin, xmax, ymax = (float(value) for value in shapely.total_bounds(there))
            window = layer.window((xmin, ymin, xmax, ymax))
            geometry = transform_geometries(window.geometry, layer.info.crs, working)
        except LayerUnavailableError as error:
            self.problems[name] = f"Die Ebene „{name}“ ist nicht verfügbar: {error.reason}"
            raise UnassessableError(self.problems[name]) from error
        return LayerWindow(window.info, geometry, window.columns, window.skipped)

    # -- the site --------------------------------------------------------------------------------------------------

    @property
    def site(self) -> Site:
        """The site; raises :class:`UnassessableError` where the parcels are unknown."""
        found = self._site_or_reason
        if isinstance(found, UnassessableError):
            raise found
        return found

    @property
    def known_site(self) -> Site | None:
        """The site where some check has asked for it already and it could be found."""
        found = self.__dict__.get("_site_or_reason")
        return found if isinstance(found, Site) else None

    @cached_property
    def _site_or_reason(self) -> Site | UnassessableError:
        # The reason is kept as well: a parcel that is not there is searched far around, and once is enough.
        try:
            return self._find_site()
        except UnassessableError as error:
            return error

    def _find_site(self) -> Site:
        if self._unusable:
            raise UnassessableError(self._unusable)
        window, rows = self._named_parcels() if self.plan.parcels else self._carrying_parcels()
        every = parcel_ids(window)
        rows = np.array(sorted(rows, key=lambda row: every[row]))
        ids = [every[row] for row in rows]
        invalid = [str(i) for i, g in zip(ids, window.geometry[rows], strict=True) if g is None or not g.is_valid]
        if invalid:
            raise UnassessableError(f"Die Geometrie ist fehlerhaft: {parcels_named(invalid)}.")
        self._labels.update({parcel: parcel_label(window, int(row)) for parcel, row in zip(ids, rows, strict=True)})
        official = numbers(window, "official_area_m2")[rows]
        site = build_site(ids, window.geometry[rows], official, self._labels, derived=not self.plan.parcels)
        self.window("parcels", _union(site.geometry.bounds, self.plan.bounds))
        return site

    def _named_parcels(self) -> tuple[LayerWindow, NDArray[np.intp]]:
        missing: list[str] = []
        for radius in _SEARCH_RADII_M:
            xmin, ymin, xmax, ymax = self.plan.bounds
            window = self.window("parcels", (xmin - radius, ymin - radius, xmax + radius, ymax + radius))
            ids = parcel_ids(window)
            present = set(ids)
            missing = [parcel for parcel in self.plan.parcels if parcel not in present]
            if not missing:
                wanted = set(self.plan.parcels)
                return window, np.array([row for row, parcel in enumerate(ids) if parcel in wanted])
        raise UnassessableError(
            f"{parcels_named(missing)} aus dem Lageplan {'ist' if len(missing) == 1 else 'sind'} im Kartenbestand "
            "in der Umgebung des Vorhabens nicht vorhanden. Bitte prüfen Sie das Flurstückskennzeichen und die Lage "
            "des Plans.",
            details={"missing_parcels": missing},
        )

    def _carrying_parcels(self) -> tuple[LayerWindow, NDArray[np.intp]]:
        carried = (
            self.plan.by_role(Role.MAIN_BUILDING)
            or self.plan.by_role(*BUILDING_ROLES)
            or self.plan.by_role(Role.TO_BE_DEMOLISHED)
        )
        if not carried:
            raise UnassessableError(
                "Der Lageplan nennt keine Flurstücke und enthält kein Gebäude; das Baugrundstück lässt sich "
                "nicht bestimmen."
            )
        window = self.window("parcels", self.plan.bounds)
        shapes = np.array([feature.geometry for feature in carried], dtype=object)
        share = np.zeros(len(window.geometry))
        building, row = shapely.STRtree(window.geometry).query(shapes, predicate="intersects")
        areas = shapely.area(shapely.intersection(window.geometry[row], shapes[building]))
        np.maximum.at(share, row, areas)
        rows = np.flatnonzero(share > MINIMUM_SHARE_M2)
        if not len(rows):
            raise UnassessableError(
                "An der Stelle des Vorhabens liegt kein Flurstück im Kartenbestand. Bitte prüfen Sie die Lage und das "
                "Koordinatenreferenzsystem des Lageplans."
            )
        return window, rows

    def parcel_name(self, parcel_id: str) -> str:
        """What people call the parcel: "12/3", or its id where the number is not known."""
        return self._labels.get(parcel_id, parcel_id)


def union_of(features: tuple[PlanFeature, ...]) -> BaseGeometry:
    """Union of footprints, overlaps once."""
    return shapely.union_all([feature.geometry for feature in features])


def polygons(geometry: BaseGeometry) -> BaseGeometry:
    """The areal part of an overlay result (touching lines and points dropped)."""
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = shapely.get_parts(geometry)
    areal = [part for part in parts if part.geom_type == "Polygon"]
    if len(areal) == len(parts):
        return geometry
    return shapely.union_all(areal)


def numbers(window: LayerWindow, column: str) -> NDArray[np.float64]:
    """A numeric column as float64, NaN where a value (or the whole column) is missing."""
    values = window.columns.get(column)
    if values is None:
        return np.full(len(window.geometry), np.nan)
    return np.array([np.nan if value is None else value for value in values.tolist()], dtype=float)


def texts(window: LayerWindow, column: str) -> list[str | None]:
    """A text column as list, None where a value (or the whole column) is missing."""
    values = window.columns.get(column)
    if values is None:
        return [None] * len(window.geometry)
    return [None if value is None or value != value else str(value) for value in values.tolist()]


def parcel_ids(window: LayerWindow) -> list[str]:
    """Ids of the parcels in a window; raises where the layer has none."""
    if "parcel_id" not in window.columns:
        raise UnassessableError("Die Ebene „parcels“ enthält keine Flurstückskennzeichen (parcel_id).")
    return [str(value) for value in window.columns["parcel_id"].tolist()]


def parcel_label(window: LayerWindow, row: int) -> str:
    """What people call a parcel: "12/3" from numerator and denominator or the Flurstückskennzeichen, else its id."""
    numerator, denominator = (
        None if (column := window.columns.get(name)) is None else column[row] for name in ("numerator", "denominator")
    )
    if not numerator:
        return parcel_number(str(window.columns["parcel_id"][row]))
    return f"{numerator}/{denominator}" if denominator else str(numerator)


def parcel_number(parcel_id: str) -> str:
    """Number within a 20-character Flurstückskennzeichen (Land 2, Gemarkung 4, Flur 3, Zähler 5, Nenner 4, Folge 2)."""
    match = re.fullmatch(r"\d{6}[\d_]{3}(\d{5})([\d_]{4})[\d_]{0,2}", parcel_id)
    if not match:
        return parcel_id
    denominator = match[2].strip("_").lstrip("0")
    return f"{int(match[1])}/{denominator}" if denominator else str(int(match[1]))


def _contains(outer: Bounds, inner: Bounds) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]


def _union(left: Bounds, right: Bounds) -> Bounds:
    return min(left[0], right[0]), min(left[1], right[1]), max(left[2], right[2]), max(left[3], right[3])
