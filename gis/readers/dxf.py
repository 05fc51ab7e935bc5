"""Site plans from DXF: outlines on layers that a layer map knows, read by a limited process (``dxf_child``)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry import Polygon

from gis.crs import CrsError, crs_from_epsg
from gis.readers.assemble import PlanDraft, finish
from gis.readers.dxf_child import UNITS
from gis.siteplan import Origin, OriginKind, PlanFeature, PlanFile, Provenance, Role, SitePlanError
from gis.validation import DEFAULT_LIMITS, Limits, check_geometry

_CHILD = Path(__file__).with_name("dxf_child.py")
_MAPS = Path(__file__).with_name("dxf_layers")
#: Curves become polylines that leave the curve by no more than this.
_SAGITTA_M = 0.01
_MAX_ENTITIES = 200_000

_UNIT_NAMES = {1: "Zoll", 2: "Fuß", 3: "Meilen", 4: "Millimeter", 5: "Zentimeter", 7: "Kilometer", 10: "Yard"}


class LayerMapError(Exception):
    """A layer map cannot be read; the message is a German sentence."""


@dataclass(frozen=True, slots=True)
class LayerMap:
    """Which layers of a drawing hold what: pairs of pattern and role, and what to do with layer 0 alone."""

    title: str
    layers: tuple[tuple[re.Pattern[str], Role], ...]
    fallback: tuple[str, Role] | None = None

    def match(self, layer: str) -> tuple[Role, float | None] | None:
        """Role and wall height (where the name carries one) of a layer, None for an unknown one."""
        for pattern, role in self.layers:
            if found := pattern.fullmatch(layer):
                height = found.groupdict().get("wall_height_m")
                return role, float(height.replace(",", ".")) if height else None
        return None


def load_layer_map(path: Path) -> LayerMap:
    """Read a layer map (TOML); raises :class:`LayerMapError` with a German sentence."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        layers = tuple((re.compile(entry["pattern"], re.IGNORECASE), Role(entry["role"])) for entry in data["layer"])
        fallback = (data["fallback_layer"], Role(data["fallback_role"])) if "fallback_layer" in data else None
        return LayerMap(str(data["title"]), layers, fallback)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, re.error):
        raise LayerMapError(f"Die Ebenenzuordnung „{path.name}“ ist nicht lesbar.") from None


@cache
def built_in_maps() -> tuple[LayerMap, ...]:
    """The layer maps that come with the product."""
    return tuple(load_layer_map(path) for path in sorted(_MAPS.glob("*.toml")))


def read_dxf(
    path: Path, name: str, limits: Limits = DEFAULT_LIMITS, *, maps: Sequence[LayerMap] | None = None
) -> PlanFile:
    """Read one plan from a DXF file.

    The first map (default: the built-in ones) that knows most of the drawing's layers is used. Coordinates are brought
    to metres by $INSUNITS; with GEODATA they are georeferenced, else the plan has no CRS and must fit that of the
    parcels. Raises :class:`SitePlanError`.
    """
    maps = built_in_maps() if maps is None else maps
    drawing = _run_child(path, maps, limits)
    warnings: list[str] = []
    layer_map, fallback = _choose(maps, drawing["layers"], warnings)
    crs, place = _placing(drawing, warnings)
    draft = PlanDraft()
    open_lines: dict[str, list[NDArray[np.float64]]] = {}
    for outline in drawing["outlines"]:
        role, height = layer_map.match(outline["layer"]) or (fallback, None)
        if role is None:
            continue
        where = f"Layer „{outline['layer']}“, Element {outline['handle']}"
        if outline["points"] is None:
            draft.refuse(SitePlanError("not_finite", "Das Element hat unlesbare oder unendliche Koordinaten.", where))
            draft.builders.append(partial(_refused, where))
            continue
        points = place(np.array(outline["points"], dtype=float))
        draft.vertices += len(points)
        if outline["closed"]:
            builder = partial(_build, points, role, height, outline["handle"], outline["layer"], path.name, where)
            draft.builders.append(builder)
        else:
            open_lines.setdefault(outline["layer"], []).append(points)
    for layer, lines in open_lines.items():
        role, height = layer_map.match(layer) or (fallback, None)
        assert role is not None  # outlines of other layers were left out above
        for number, ring in enumerate(_close(lines, layer, draft), start=1):
            where = f"Layer „{layer}“, Linienzug {number}"
            draft.builders.append(partial(_build, ring, role, height, str(number), layer, path.name, where))
    if not draft.builders and draft.error is None:
        known = ", ".join(drawing["layers"][:12]) or "keine"
        raise SitePlanError(
            "no_features",
            f"Die Zeichnung enthält auf den bekannten Layern keine Umrisse. Layer in der Zeichnung: {known}.",
        )
    return finish({name: draft}, source=path.name, crs=crs, warnings=warnings, limits=limits)


def _run_child(path: Path, maps: Sequence[LayerMap], limits: Limits) -> dict[str, Any]:
    patterns = [pattern.pattern for layer_map in maps for pattern, _ in layer_map.layers]
    patterns += [re.escape(layer_map.fallback[0]) for layer_map in maps if layer_map.fallback]
    job = {
        "path": str(path.resolve()),
        "patterns": patterns,
        "sagitta_m": _SAGITTA_M,
        "seconds": limits.dxf_seconds,
        "memory_bytes": limits.dxf_memory_bytes,
        "vertices": limits.vertices * 2,
        "entities": _MAX_ENTITIES,
    }
    environment = {"PATH": os.environ.get("PATH", ""), "OPENBLAS_NUM_THREADS": "1", "EZDXF_DISABLE_C_EXT": "0"}
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=limits.dxf_seconds + 10,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SitePlanError("dxf_limit", "Das Lesen der DXF-Datei dauert zu lange; es wurde abgebrochen.") from None
    if done.returncode != 0:
        raise SitePlanError(
            "dxf_limit",
            "Die DXF-Datei ließ sich in den Grenzen für Zeit und Speicher nicht lesen; sie ist zu umfangreich.",
        )
    result: dict[str, Any] = json.loads(done.stdout)
    if "error" in result:
        raise SitePlanError(result["error"], result["message"])
    return result


def _choose(maps: Sequence[LayerMap], layers: list[str], warnings: list[str]) -> tuple[LayerMap, Role | None]:
    """The map that knows most layers; where none knows any and only the fallback layer is used, its role."""
    best = max(maps, key=lambda layer_map: sum(layer_map.match(layer) is not None for layer in layers))
    if any(best.match(layer) for layer in layers):
        return best, None
    for layer_map in maps:
        if layer_map.fallback and layers == [layer_map.fallback[0]]:
            role = layer_map.fallback[1]
            warnings.append(
                f"Die Zeichnung benutzt keine bekannten Layernamen; die Umrisse auf Layer „{layers[0]}“ gelten als "
                f"{role.label}."
            )
            return layer_map, role
    return best, None


def _placing(drawing: Mapping[str, Any], warnings: list[str]) -> tuple[pyproj.CRS | None, Any]:
    """CRS of the drawing (None: to be settled by the parcels) and the function to its coordinates."""
    geodata = drawing["geodata"]
    if geodata and "epsg" in geodata:
        try:
            crs = crs_from_epsg(geodata["epsg"])
        except CrsError as error:
            raise SitePlanError("crs_unknown", str(error)) from None
        origin, east, north = np.array(geodata["corners"])
        matrix = np.array([east - origin, north - origin])
        return crs, lambda points: origin + points @ matrix
    if geodata:
        warnings.append("Die Georeferenz der Zeichnung ist nicht auswertbar und wurde nicht benutzt.")
    if not drawing["unit_known"]:
        warnings.append("Die Zeichnung nennt keine Einheit; angenommen sind Meter.")
    elif drawing["unit"] != 6:
        unit = _UNIT_NAMES.get(drawing["unit"], "einer anderen Einheit als Meter")
        warnings.append(f"Die Zeichnung ist in {unit} gezeichnet; die Koordinaten sind in Meter umgerechnet.")
    scale = UNITS[drawing["unit"]]
    return None, lambda points: points * scale


def _close(lines: list[NDArray[np.float64]], layer: str, draft: PlanDraft) -> list[NDArray[np.float64]]:
    """Join open lines of a layer to rings; what stays open refuses the plan with its place."""
    drawn = shapely.union_all([shapely.LineString(line) for line in lines if len(line) > 1])
    faces, cuts, dangles, invalid = shapely.polygonize_full([drawn])
    for rest in (dangles, cuts, invalid):
        if not rest.is_empty:
            x, y = shapely.get_coordinates(rest)[0]
            draft.refuse(
                SitePlanError(
                    "not_closed",
                    f"Ein Linienzug ist nicht geschlossen bei x = {x:.3f}, y = {y:.3f}.",
                    f"Layer „{layer}“",
                )
            )
    return [shapely.get_coordinates(face.exterior) for face in shapely.get_parts(faces)]


def _build(
    points: NDArray[np.float64], role: Role, height: float | None, handle: str, layer: str, source: str, place: str
) -> tuple[PlanFeature, tuple[str, ...]]:
    if len(points) and not np.array_equal(points[0], points[-1]):
        points = np.concatenate([points, points[:1]])
    if len(points) < 4:
        raise SitePlanError("too_few_points", "Der Umriss hat weniger als drei verschiedene Punkte.", place)
    geometry = Polygon(points)
    check_geometry(geometry, place)
    by_name = Origin(OriginKind.GIVEN, f"Layername „{layer}“")
    origin = {"geometry": Origin(OriginKind.GIVEN, place), "role": by_name}
    if height is not None:
        origin["wall_height_m"] = by_name
    return PlanFeature(geometry, role, handle, height, provenance=Provenance(source, place, origin)), ()


def _refused(place: str) -> tuple[PlanFeature, tuple[str, ...]]:
    raise SitePlanError("not_finite", "Das Element hat unlesbare Koordinaten.", place)
