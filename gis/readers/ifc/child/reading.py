"""Read one model: open it within limits, and describe every building as JSON values with their origins."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from gis.readers.ifc.child.georeference import georeference
from gis.readers.ifc.child.kinds import Kind
from gis.readers.ifc.child.levels import Ground, Storey, ground_of, storeys_of
from gis.readers.ifc.child.meshes import Body, Made, make_bodies
from gis.readers.ifc.child.opening import open_model
from gis.readers.ifc.child.outlines import Outline, Part, outline_of, refuse_empty
from gis.readers.ifc.child.profiles import wall_tops
from gis.readers.ifc.child.quantities import properties, quantity
from gis.readers.ifc.child.refusal import RefusedError
from gis.readers.ifc.child.structure import Building, buildings, check_placements, label
from gis.readers.ifc.child.units import project_unit

_ROLES = (
    (re.compile(r"abbruch|abriss|abzubrechen|demol", re.IGNORECASE), "to_be_demolished"),
    (re.compile(r"bestand|vorhanden|existing", re.IGNORECASE), "existing_building"),
    (re.compile(r"garage|carport", re.IGNORECASE), "garage"),
    (re.compile(r"nebengebäude|nebengebaeude|schuppen|gartenhaus|shed", re.IGNORECASE), "ancillary_building"),
)
_SAME_M = 1e-3
_FACES = {Kind.WALL, Kind.COLUMN, Kind.PARAPET, Kind.SLAB}
Origins = dict[str, tuple[str, str]]


def read_model(job: dict[str, Any]) -> dict[str, Any]:
    """Return unit, georeference, warnings and buildings of the model of a job; raises RefusedError."""
    notes: list[str] = []
    model = open_model(job["path"], notes)
    try:
        return _describe(model, job, notes)
    except (AttributeError, TypeError, LookupError, RuntimeError, ValueError) as error:
        # Entities whose attributes are of the wrong kind: the schema forbids them, files have them.
        raise RefusedError(
            "ifc_content", f"Das IFC-Modell enthält fehlerhafte Angaben ({type(error).__name__})."
        ) from None


def _describe(model: Any, job: dict[str, Any], notes: list[str]) -> dict[str, Any]:
    unit_m = project_unit(model, "LENGTHUNIT")
    if unit_m is None:
        notes.append("Das Modell nennt keine lesbare Längeneinheit; angenommen sind Meter.")
        unit_m = 1.0
    check_placements(model)
    found, outside = buildings(model)
    place = georeference(model)
    height = (place.get("numbers") or {}).get("OrthogonalHeight")
    eastings = (place.get("numbers") or {}).get("Eastings")
    if height is not None:
        factor = place["map_unit"] or (unit_m if place["kind"] != "ePSet_MapConversion" else 1.0)
        height = height * factor if eastings and abs(eastings) > 1 else None
    site = next(iter(model.by_type("IfcSite")), None)
    described = []
    for building in found:
        made = make_bodies(model, building.elements, job["triangles"])
        notes += _body_notes(building, made)
        ground = ground_of(building, unit_m, site, height)
        role, role_origin = _role(building)
        outline = outline_of(made.bodies, ground.z, role, building.label)
        if not outline.parts and not building.elements:
            notes.append(f"{building.label}: Das Gebäude enthält keine Bauteile und ist nicht im Lageplan.")
            continue
        refuse_empty(outline, building.label)
        notes += outline.notes
        described.append(_building(model, building, outline, made.bodies, ground, unit_m, role_origin))
    if not described:
        raise RefusedError("no_geometry", "Kein Gebäude des Modells enthält Bauteile mit Körpern.")
    if outside:
        notes.append(
            f"Wände, Decken und Dächer ohne Gebäude (IfcBuilding) sind nicht im Lageplan enthalten; Anzahl {outside}."
        )
    return {"schema": model.schema, "unit_m": unit_m, "georeference": place, "notes": notes, "buildings": described}


def _body_notes(building: Building, made: Made) -> list[str]:
    """What people must know of elements whose bodies are missing, flat or not as drawn."""
    flat = [body.element for body in made.bodies if body.outline.is_empty]
    found = (
        ("Verschneidungen sind nicht lesbar; die Bauteile gelten ungeschnitten", [e.entity for e in made.uncut]),
        ("Bauteile ohne Körper zählen nicht zum Umriss", building.bodiless),
        ("Bauteile ohne lesbaren Körper sind nicht enthalten", [e.entity for e in made.unreadable]),
        ("Bauteile ohne Dicke zählen nicht zum Umriss", [e.entity for e in flat]),
    )
    return [
        f"{building.label}: {sentence} (Anzahl {len(entities)}, zuerst {label(entities[0])})."
        for sentence, entities in found
        if entities
    ]


def _role(building: Building) -> tuple[str, tuple[str, str]]:
    for attribute in ("ObjectType", "Name", "LongName"):
        text = str(getattr(building.entity, attribute, None) or "")
        for pattern, role in _ROLES:
            if pattern.search(text):
                return role, ("derived", f"IfcBuilding.{attribute} „{text[:60]}“")
    return "main_building", ("assumed", "IfcBuilding ohne Angabe der Art gilt als Hauptgebäude")


def _building(
    model: Any,
    building: Building,
    outline: Outline,
    made: list[Body],
    ground: Ground,
    unit_m: float,
    role_origin: tuple[str, str],
) -> dict[str, Any]:
    storeys = storeys_of(building, made, unit_m, ground.z)
    features = []
    for number, part in enumerate(outline.parts):
        values: dict[str, Any] = {}
        origins: Origins = {"geometry": _geometry_origin(part)}
        house = number == 0 and part.role not in {"terrace", "balcony", "entrance_canopy", "underground"}
        if house:
            origins["role"] = role_origin
            _measure(values, origins, part, made, ground)
            _storeys(values, origins, storeys)
            _given(values, origins, model, building)
        else:
            origins["role"] = (
                ("assumed", part.assumed) if part.assumed else ("derived", f"Lage und Art von {_classes(part)}")
            )
            lowest = min(body.bottom for body in part.bodies) - ground.z
            values["base_height_m"] = lowest
            origins["base_height_m"] = ("measured", f"tiefster Punkt von {_classes(part)}; {ground.origin[1]}")
        if ground.nhn is not None:
            values["ground_level_nhn_m"] = ground.nhn
            origins["ground_level_nhn_m"] = ground.nhn_origin
        features.append(
            {
                "role": part.role,
                "polygons": [[list(map(list, ring.coords)) for ring in (p.exterior, *p.interiors)]
                             for p in shapely.get_parts(part.shape)],
                "values": values,
                "origins": origins,
            }
        )  # fmt: skip
    return {
        "id": building.entity.GlobalId or f"#{building.entity.id()}",
        "label": label(building.entity),
        "features": features,
        "storeys": [vars(storey) for storey in storeys],
        "ground": list(ground.origin),
    }


def _geometry_origin(part: Part) -> tuple[str, str]:
    note = f"Umriss der senkrechten Projektion von Bauteilen ({_classes(part)}; Anzahl {len(part.bodies)})"
    return ("measured", note)


def _classes(part: Part) -> str:
    return ", ".join(sorted({body.element.entity.is_a() for body in part.bodies})[:6])


def _measure(values: dict[str, Any], origins: Origins, part: Part, made: Sequence[Body], ground: Ground) -> None:
    """Heights of walls, eaves and ridge above the ground."""
    roofs = [body for body in made if body.element.kind is Kind.ROOF]
    faces = [body for body in made if body.element.kind in _FACES]
    faces += [body for body in part.bodies if body.element.kind is Kind.PROXY]
    tops = wall_tops(part.shape, faces, roofs, ground.z)
    known = tops.highest[np.isfinite(tops.highest)]
    # Above an assumed ground, heights are no better than the assumption.
    kind = "assumed" if ground.origin[0] == "assumed" else "measured"
    if len(known):
        alike = len(known) == len(tops.highest) and float(np.ptp(known)) < _SAME_M
        values["wall_height_m"] = (
            float(known.max()) if alike else [None if math.isnan(v) else float(v) for v in tops.highest]
        )
        origins["wall_height_m"] = (
            kind, f"Oberkante der Wand oder Schnitt mit der Dachhaut je Außenkante, über Gelände; {ground.origin[1]}",
        )  # fmt: skip
    if tops.eaves is not None:
        values["eaves_height_m"] = tops.eaves
        origins["eaves_height_m"] = (
            kind, f"höchste Ecke der Außenwände (Schnitt mit der Dachhaut), über Gelände; {ground.origin[1]}",
        )  # fmt: skip
    highest = max((body.top for body in roofs or part.bodies), default=math.nan)
    values["ridge_height_m"] = highest - ground.z
    what = "Dachs (IfcRoof, IfcSlab ROOF)" if roofs else "Gebäudes (ohne Dach im Modell)"
    origins["ridge_height_m"] = (kind, f"höchster Punkt des {what} über Gelände; {ground.origin[1]}")


def _storeys(values: dict[str, Any], origins: Origins, storeys: Sequence[Storey]) -> None:
    above = [storey for storey in storeys if storey.above_ground]
    if storeys:
        origins["storey_levels"] = (
            "derived", "Höhenlage von IfcBuildingStorey über Gelände, Höhe bis zum nächsten Geschoss",
        )  # fmt: skip
    if not above:
        return
    given = all(storey.origin[0] == "given" for storey in storeys)
    names = ", ".join(f"„{storey.name}“" for storey in above[:12])
    values["storeys"] = len(above)
    origins["storeys"] = ("given" if given else "derived", f"oberirdische Geschosse (IfcBuildingStorey): {names}")
    values["top_floor_level_m"] = above[-1].level_m
    origins["top_floor_level_m"] = ("derived", f"Höhenlage von IfcBuildingStorey „{above[-1].name}“ über Gelände")


def _given(values: dict[str, Any], origins: Origins, model: Any, building: Building) -> None:
    """Areas and volume that the model carries for the building, or for each of its storeys."""
    for name, key in (("gross_floor_area_m2", "GrossFloorArea"), ("gross_volume_m3", "GrossVolume")):
        if (own := quantity(model, building.entity, key)) is not None:
            values[name], origins[name] = own[0], ("given", own[1])
            continue
        parts = [quantity(model, storey, key) for storey in building.storeys]
        sums = [part for part in parts if part is not None]
        if sums and len(sums) == len(parts):
            values[name] = sum(part[0] for part in sums)
            origins[name] = ("derived", f"Summe über {len(sums)} Geschosse: {sums[0][1]}")
    use = properties(building.entity, "Pset_BuildingCommon").get("OccupancyType") or building.entity.ObjectType
    if isinstance(use, str) and use.strip():
        values["use"] = use.strip()[:200]
        origins["use"] = ("given", "Pset_BuildingCommon.OccupancyType oder IfcBuilding.ObjectType")
