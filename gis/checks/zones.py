"""Zoning of a site: the zones that the binding plan sets on it, with the measures that hold in each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.attributes import layer_schema
from gis.checks.context import CheckContext
from gis.checks.places import AREA_M2, REACH_M, places_in, standing_in
from gis.checks.plan_status import not_in_force
from gis.layers import LayerWindow
from gis.site_context import UnassessableError, numbers, polygons, texts
from gis.wording import listed, number, square_metres

#: Zones that reach less than this into the site (metres) or cover less (m²) are drawing inaccuracy of the plan.
ZONE_REACH_M, ZONE_AREA_M2 = REACH_M, AREA_M2

#: Attributes that tell areas apart without setting anything.
_NAMES = frozenset({"zone_id", "window_id", "plan_name", "legal_status", "in_force_since"})

NO_ZONING = "Es sind keine Baugebiete aus Bebauungsplänen bekannt (keine Ebene „zoning“)."
NO_ZONE = "Für das Baugrundstück ist kein Baugebiet aus einem Bebauungsplan bekannt."


class ConflictError(Exception):
    """Areas set different values for one measure, and nothing says which holds; the message is a German sentence."""


@dataclass(frozen=True)
class Area:
    """Part of the site with one set of measures: ``values`` holds what the plan sets, by canonical attribute.

    ``window``: a building window that sets some of them for itself.
    """

    values: Mapping[str, Any]
    geometry: BaseGeometry
    window: bool = False

    def number(self, name: str) -> float | None:
        """A measure as number, None where the plan sets none."""
        value = self.values.get(name)
        return None if value is None else float(value)

    def text(self, name: str) -> str | None:
        """An attribute as text, None where the plan sets none."""
        value = self.values.get(name)
        return None if value is None else str(value)

    @property
    def kind(self) -> str | None:
        """Zone without the number that plans give it: "GE" for "GE 2"."""
        text = self.text("zone")
        match = re.match(r"[A-Za-zÄÖÜäöü]+", text.strip()) if text else None
        return match[0] if match else None

    @property
    def label(self) -> str:
        """German text such as "WA mit GRZ 0,40"."""
        grz = self.number("grz")
        return f"{self.text('zone') or 'ohne Art'} mit GRZ {'–' if grz is None else number(grz)}"


@dataclass(frozen=True)
class Zones:
    """Zones and building windows on the site, equal zones merged.

    ``missing``: why there is no zoning to look at, ``contradiction``: why it cannot be relied on (German sentences);
    ``notes``: what of the plans was not looked at, for the assumptions.
    """

    zones: tuple[Area, ...]
    windows: tuple[Area, ...] = ()
    missing: str | None = None
    contradiction: str | None = None
    notes: tuple[str, ...] = ()
    _cuts: dict[int, tuple[BaseGeometry, list[tuple[Area, Area]]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @property
    def reason(self) -> str | None:
        """Why no zone can be looked at, as a German sentence; None where there is one."""
        return self.missing or self.contradiction or (None if self.zones else NO_ZONE)

    @cached_property
    def covered(self) -> BaseGeometry:
        """All zones together."""
        return shapely.union_all([zone.geometry for zone in self.zones])

    @property
    def baunvo_year(self) -> int | None:
        """Year of the BauNVO that applies, where the plan says so for all zones alike."""
        years = {baunvo_year(zone) for zone in self.zones}
        return years.pop() if len(years) == 1 else None

    def places(self, footprint: BaseGeometry, zone: Area | None = None) -> list[Area]:
        """Where a footprint stands (in one zone): windows that set something for themselves, or the rest of a zone."""
        found = self._standing(footprint)
        return [place for own, place in found if zone is None or own is zone]

    def settings(self, footprint: BaseGeometry, names: Sequence[str]) -> list[dict[str, tuple[Area, float]]]:
        """What is set for one building, once for each place in which it stands where that differs.

        By attribute the value with the place that sets it; an empty one where a place sets nothing.
        """
        found: list[tuple[dict[str, Any], dict[str, tuple[Area, float]]]] = []
        for place in self.places(footprint):
            values = {name: (place, float(place.values[name])) for name in names if name in place.values}
            key: dict[str, Any] = {name: value for name, (_, value) in values.items()}
            key |= {"reference": place.values.get("height_reference")} if values else {}
            if all(key != other for other, _ in found):
                found.append((key, values))
        return [values for _, values in found]

    def of_footprint(self, footprint: BaseGeometry, name: str) -> tuple[Area, float | str] | None:
        """What is set in one word for one building: that of the place in which it stands, with the place.

        None where none is set. Raises ``ConflictError`` where it stands in places that set different values.
        """
        found: dict[float | str, Area] = {}
        for place in self.places(footprint):
            if name in place.values:
                found.setdefault(place.values[name], place)
        if len(found) > 1:
            raise ConflictError(
                "Das Gebäude steht in Bereichen, für die der Bebauungsplan Verschiedenes festsetzt "
                f"({listed(_sorted(found))})."
            )
        return None if not found else next((area, value) for value, area in found.items())

    @cached_property
    def _places(self) -> tuple[tuple[Area, Area], ...]:
        """All places with the zone of each."""
        return tuple((zone, place) for zone in self.zones for place in places_in(zone, self.windows))

    def _standing(self, footprint: BaseGeometry) -> list[tuple[Area, Area]]:
        """Zones and places in which a footprint stands; cut once for all checks."""
        known = self._cuts.get(id(footprint))
        if known is None or known[0] is not footprint:
            zone_of = {id(place): zone for zone, place in self._places}
            found = standing_in(footprint, [place for _, place in self._places])
            known = footprint, [(zone_of[id(place)], place) for place, _ in found]
            self._cuts[id(footprint)] = known
        return known[1]

    def beyond_m2(self, footprint: BaseGeometry) -> float:
        """Area in m² of a footprint on which no zone is known; 0 where it is drawing inaccuracy of the plan."""
        if self.covered.covers(footprint):
            return 0.0
        rest = polygons(footprint.difference(self.covered))
        core = polygons(rest.buffer(-ZONE_REACH_M, join_style="mitre"))
        return float(rest.area) if core.area > ZONE_AREA_M2 else 0.0

    def table(self) -> list[dict[str, Any]]:
        """Zones for the details of a result."""
        return [
            {
                "plan_id": zone.text("plan_id"),
                "zone": zone.text("zone"),
                "grz": zone.number("grz"),
                "gr_m2": zone.number("gr_m2"),
                "baunvo_version": zone.text("baunvo_version"),
                "area_m2": zone.geometry.area,
            }
            for zone in self.zones
        ]


def baunvo_year(zone: Area) -> int | None:
    """Year of the BauNVO that applies in a zone, None where the plan does not say."""
    match = re.search(r"19\d\d|20\d\d", zone.text("baunvo_version") or "")
    return int(match[0]) if match else None


#: Layers that zones are read from.
_READ = ("zoning", "building_windows", "plan_scopes")


def zones_on_site(context: CheckContext) -> Zones:
    """Zones on the site (read once for all checks); says why where there is nothing to read."""
    known: Zones | None = context.shared.get("zones")
    if known is None:
        known = context.shared["zones"] = _zones_on_site(context)
    context.note_reading(*_READ)
    return known


def _zones_on_site(context: CheckContext) -> Zones:
    site: BaseGeometry = context.site.geometry
    if not context.has_layer("zoning"):
        return Zones((), missing=NO_ZONING)
    try:
        window = context.window("zoning", site.bounds)
    except UnassessableError as error:
        return Zones((), missing=error.message)
    core: BaseGeometry = site.buffer(-ZONE_REACH_M, join_style="mitre")
    if core.is_empty:
        core = site
    rows = np.flatnonzero(shapely.intersects(window.geometry, core))
    groups: dict[tuple[Any, ...], list[BaseGeometry]] = {}
    on_site = []
    for row, values in zip(rows, _values(window, rows), strict=True):
        if polygons(window.geometry[row].intersection(core)).area > min(ZONE_AREA_M2, core.area / 2):
            on_site.append(int(row))
            part = polygons(window.geometry[row].intersection(site))
            groups.setdefault(tuple(values.items()), []).append(part)
    zones = tuple(Area(MappingProxyType(dict(key)), shapely.union_all(parts)) for key, parts in groups.items())
    doubt = not_in_force(context, window, on_site) or _overlap(zones)
    return Zones(zones, _windows(context, core), contradiction=doubt, notes=_unread_texts(context, core))


def _overlap(zones: tuple[Area, ...]) -> str | None:
    """Say which zones that set different things lie over each other; edges drawn a hand's breadth apart do not."""
    for one, other in combinations(zones, 2):
        if _set_by_plan(one) == _set_by_plan(other) or not one.geometry.intersects(other.geometry):
            continue
        shared = polygons(one.geometry.intersection(other.geometry))
        if polygons(shared.buffer(-ZONE_REACH_M, join_style="mitre")).area > ZONE_AREA_M2:
            return (
                f"Auf dem Baugrundstück liegen zwei Baugebiete übereinander ({one.label} und {other.label}, "
                f"{square_metres(float(shared.area))}); welches gilt, ist nicht bekannt."
            )
    return None


def _set_by_plan(zone: Area) -> dict[str, Any]:
    return {name: value for name, value in zone.values.items() if name != "plan_id"}


def required_zones(context: CheckContext) -> Zones:
    """Zones on the site; raises :class:`UnassessableError` where there is none to look at."""
    zones = zones_on_site(context)
    if zones.reason:
        raise UnassessableError(zones.reason)
    return zones


def _windows(context: CheckContext, core: BaseGeometry) -> tuple[Area, ...]:
    """Building windows on the site with what they set for themselves."""
    if not context.has_layer("building_windows"):
        return ()
    try:
        window = context.window("building_windows", core.bounds)
    except UnassessableError:
        return ()  # the context marks every check that reads the layer as not assessable
    rows = np.flatnonzero(shapely.intersects(window.geometry, core))
    return tuple(
        Area(MappingProxyType(values), window.geometry[row])
        for row, values in zip(rows, _values(window, rows), strict=True)
    )


def _unread_texts(context: CheckContext, core: BaseGeometry) -> tuple[str, ...]:
    """Text sections of the plans on the site: people read them, checks cannot."""
    if not context.has_layer("plan_scopes"):
        return ()
    try:
        window = context.window("plan_scopes", core.bounds)
    except UnassessableError:
        return ()  # the scopes only add a note
    rows = np.flatnonzero(shapely.intersects(window.geometry, core))
    names, counts = texts(window, "name"), numbers(window, "text_count")
    return tuple(
        f"Die {number(counts[row], 0)} textlichen Festsetzungen des Plans „{names[row]}“ sind nicht ausgewertet."
        for row in rows
        if counts[row] > 0
    )


def _values(window: LayerWindow, rows: NDArray[np.intp]) -> list[dict[str, Any]]:
    """What the features of some rows set: canonical attributes that have a value, in the order of the schema."""
    names = [name for name in layer_schema(window.info.layer).attributes if name not in _NAMES]
    columns = {name: window.columns[name][rows].tolist() for name in names if name in window.columns}
    return [
        {name: column[at] for name, column in columns.items() if column[at] is not None and column[at] == column[at]}
        for at in range(len(rows))
    ]


def _sorted(values: Any) -> list[str]:
    return [number(value) if isinstance(value, int | float) else str(value) for value in sorted(values, key=str)]
