"""Site plans from DXF: outlines on layers that a layer map knows, read by a limited process (``dxf_child``)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon

from gis.matching import Match
from gis.readers.assemble import PlanDraft, finish
from gis.readers.dxf_layer_map import LayerMap, Meaning, built_in_maps, choose_map
from gis.readers.dxf_placing import Placing, place_drawing
from gis.readers.dxf_process import run_child
from gis.readers.dxf_rings import Points, area_of, close_lines, coincide, unite_faces
from gis.readers.dxf_units import METRES_PER_UNIT, unit_name
from gis.readers.options import NO_OPTIONS, ReadOptions
from gis.siteplan import Origin, OriginKind, PlanFeature, PlanFile, Provenance, Role, SitePlanError
from gis.validation import DEFAULT_LIMITS, Limits, check_geometry
from gis.wording import listed, number

_PARTS = frozenset({Role.BALCONY, Role.BAY_WINDOW, Role.ROOF_OVERHANG, Role.ENTRANCE_CANOPY})
#: A drawing larger than this many times the distance of its matched points is badly turned by them.
_MATCH_REACH = 3.0


@dataclass(frozen=True, slots=True)
class _Outline:
    """One area of the drawing, on the ground. ``geometry`` may be invalid: then people are told why."""

    geometry: Polygon | MultiPolygon
    meaning: Meaning
    layer: str
    handle: str
    place: str
    origin: Origin


def read_dxf(path: Path, name: str, limits: Limits = DEFAULT_LIMITS, options: ReadOptions = NO_OPTIONS) -> PlanFile:
    """Read one plan from a DXF file.

    The first layer map (the caller's, then the built-in ones) that knows most of the drawing's layers is used.
    Coordinates are brought to metres by $INSUNITS; with GEODATA or two matched points they are georeferenced, else
    the plan has no CRS and must fit that of the parcels. Raises :class:`SitePlanError`.
    """
    maps = (*options.layer_maps, *built_in_maps())
    drawing = run_child(path, maps, limits, options)
    layer_map, fallback = choose_map(maps, drawing["layers"])
    placing = place_drawing(drawing, options.match)
    draft = PlanDraft()
    warnings = [*placing.warnings, *_remarks(drawing), *_leave_hidden(drawing, layer_map)]
    if fallback is not None:
        warnings.append(
            "Die Zeichnung benutzt keine bekannten Layernamen; die Umrisse auf Layer "
            f"„{drawing['layers'][0]}“ gelten als {fallback.label}."
        )
    else:
        warnings += _not_taken(drawing, layer_map)
    outlines = list(_outlines(drawing, layer_map, fallback, placing, draft, warnings))
    outlines = _each_once(outlines, warnings)
    plots = _plots(outlines, warnings)
    if placing.matched and options.match is not None:
        warnings += _far_from(outlines, options.match)
    for outline in outlines:
        if outline.meaning.role is not None:
            draft.vertices += sum(len(ring.coords) for ring in _rings(outline.geometry))
            draft.builders.append(partial(_build, outline, path.name))
    for body in drawing["unusable"]:
        draft.refuse(_unusable(body))
    if not draft.builders and draft.error is None:
        raise SitePlanError("no_features", _nothing(drawing))
    result = finish({name: draft}, source=path.name, crs=placing.crs, warnings=warnings, limits=limits)
    return replace(result, plans=tuple(replace(plan, plots=plots) for plan in result.plans))


def drawing_outlines(
    path: Path, limits: Limits = DEFAULT_LIMITS, options: ReadOptions = NO_OPTIONS
) -> tuple[list[Points], str]:
    """Outlines on known layers in the drawing's own coordinates, and the German name of its unit ("" for none).

    For people who choose points in a drawing without georeference. Raises :class:`SitePlanError`.
    """
    maps = (*options.layer_maps, *built_in_maps())
    drawing = run_child(path, maps, limits, options)
    layer_map, fallback = choose_map(maps, drawing["layers"])
    known = [found for found in drawing["outlines"] if found["rings"] and (fallback or layer_map.match(found["layer"]))]
    rings = [
        np.array([*ring, ring[0]] if found["shape"] != "line" else ring, dtype=float)
        for found in known
        for ring in found["rings"]
        if len(ring) > 1
    ]
    return rings, unit_name(drawing["unit"]) if drawing["unit"] in METRES_PER_UNIT else ""


def _leave_hidden(drawing: dict[str, Any], layer_map: LayerMap) -> Iterator[str]:
    """Keep what is shown. Where no outline of a building is shown at all, layers are frozen only for plotting."""
    known = {layer: meaning for layer in drawing["layers"] if (meaning := layer_map.match(layer))}
    drawing["unusable"] = [body for body in drawing["unusable"] if body["layer"] in known]
    hidden = [found for found in drawing["outlines"] if found["hidden"] and found["layer"] in known]
    if not hidden:
        return
    names = sorted({found["layer"] for found in hidden})
    layers = _layers_named(names)
    roles = {layer for layer, meaning in known.items() if meaning.role}
    if any(found["layer"] in roles and not found["hidden"] for found in drawing["outlines"]):
        for group in ("outlines", "unusable"):
            drawing[group] = [found for found in drawing[group] if not found["hidden"]]
        yield f"Ausgeschaltete, gefrorene oder unsichtbare Teile der Zeichnung sind nicht gelesen ({layers})."
    else:
        yield (
            "Alle Umrisse von Gebäuden liegen auf ausgeschalteten oder gefrorenen Layern; sie sind trotzdem gelesen "
            f"({layers}). Bitte prüfen Sie, ob sie gelten sollen."
        )


def _not_taken(drawing: Mapping[str, Any], layer_map: LayerMap) -> Iterator[str]:
    """Closed outlines on layers that the map does not know: nobody shall think that they were read."""
    # The process collects what any map knows; here the one map that was chosen counts.
    others = {found["layer"] for found in drawing["outlines"] if found["shape"] != "line" and not found["hidden"]}
    names = {name for name in others if layer_map.match(name) is None} | set(drawing["not_taken"])
    if names:
        yield (
            f"Umrisse auf Layern, die die Zuordnung nicht kennt, sind nicht gelesen ({_layers_named(sorted(names))}). "
            "Gehört etwas davon zum Vorhaben, zeichnen Sie es bitte auf einem bekannten Layer."
        )


def _layers_named(names: Sequence[str]) -> str:
    shown = [f"„{name}“" for name in names[:6]] + ([f"{len(names) - 6} weitere"] if len(names) > 6 else [])
    return f"Layer {listed(shown)}"


def _outlines(
    drawing: Mapping[str, Any],
    layer_map: LayerMap,
    fallback: Role | None,
    placing: Placing,
    draft: PlanDraft,
    warnings: list[str],
) -> Iterator[_Outline]:
    """Areas on known layers; what cannot be one refuses the draft with its place."""
    lines: dict[str, list[Points]] = defaultdict(list)
    faces: dict[str, list[Points]] = defaultdict(list)
    known: dict[str, Meaning] = {}
    kind = OriginKind.DERIVED if placing.matched else OriginKind.GIVEN
    fitted = ", mit zwei Passpunkten eingepasst" if placing.matched else ""
    for found in drawing["outlines"]:
        layer = found["layer"]
        meaning = layer_map.match(layer) or (Meaning(fallback) if fallback else None)
        if meaning is None:
            continue
        known[layer] = meaning
        place = f"Layer „{layer}“, Element {found['handle']}"
        if found["rings"] is None:
            draft.refuse(SitePlanError("not_finite", "Das Element hat unlesbare oder unendliche Koordinaten.", place))
            continue
        rings = [placing.to_ground(np.array(ring, dtype=float)) for ring in found["rings"]]
        if found["shape"] == "line":
            lines[layer] += rings
        elif found["shape"] == "face":
            faces[layer] += rings
        elif (area := area_of(rings)) is not None:
            origin = Origin(kind, f"{place} ({found['kind']}){fitted}")
            yield _Outline(area, meaning, layer, found["handle"], place, origin)
        elif meaning.role is not None:
            draft.refuse(SitePlanError("too_few_points", "Der Umriss hat weniger als drei verschiedene Punkte.", place))
    for layer, open_lines in lines.items():
        polygons, open_at, bridged = close_lines(open_lines)
        if open_at is not None and known[layer].role in _PARTS:
            yield from _against_wall(open_lines, layer, known[layer], draft, warnings)
            continue
        if open_at is not None and known[layer].role is not None:
            x, y = open_at
            sentence = f"Ein Linienzug ist nicht geschlossen bei x = {x:.3f}, y = {y:.3f}."
            draft.refuse(SitePlanError("not_closed", sentence, f"Layer „{layer}“"))
        if bridged:
            warnings.append(f"Layer „{layer}“: Lücken bis 1 cm zwischen Linien sind geschlossen.")
        yield from _numbered(polygons, "Linienzug", f"aus Linien geschlossen{fitted}", layer, known[layer])
    for layer, rings in faces.items():
        yield from _numbered(unite_faces(rings), "Fläche", f"aus gefüllten Flächen{fitted}", layer, known[layer])


def _against_wall(
    lines: Sequence[Points], layer: str, meaning: Meaning, draft: PlanDraft, warnings: list[str]
) -> Iterator[_Outline]:
    """Parts of a building are often drawn open towards its wall: closed by a straight line, which is told."""
    for count, line in enumerate(lines, start=1):
        place = f"Layer „{layer}“, Linienzug {count}"
        area = area_of([line])
        if area is None:
            x, y = line[0]
            sentence = f"Ein Linienzug ist nicht geschlossen bei x = {x:.3f}, y = {y:.3f}."
            draft.refuse(SitePlanError("not_closed", sentence, place))
            continue
        warnings.append(
            f"{place}: Der Umriss ist offen gezeichnet; angenommen ist eine gerade Linie zwischen den Enden."
        )
        origin = Origin(OriginKind.ASSUMED, f"{place}, offen gezeichnet und gerade geschlossen")
        yield _Outline(area, meaning, layer, str(count), place, origin)


def _numbered(polygons: Sequence[Polygon], word: str, how: str, layer: str, meaning: Meaning) -> Iterator[_Outline]:
    for count, polygon in enumerate(polygons, start=1):
        place = f"Layer „{layer}“, {word} {count}"
        yield _Outline(polygon, meaning, layer, str(count), place, Origin(OriginKind.DERIVED, f"{place}, {how}"))


def _each_once(outlines: list[_Outline], warnings: list[str]) -> list[_Outline]:
    """Leave out what is drawn twice on a layer, as a line and as its hatch, and tell so."""
    kept: dict[str, list[_Outline]] = defaultdict(list)
    doubled: Counter[str] = Counter()
    for outline in outlines:
        if outline.geometry.is_valid and any(
            coincide(outline.geometry, other.geometry) for other in kept[outline.layer] if other.geometry.is_valid
        ):
            doubled[outline.layer] += 1
        else:
            kept[outline.layer].append(outline)
    for layer, count in doubled.items():
        what = "ein Umriss" if count == 1 else f"{count} Umrisse"
        warnings.append(
            f"Auf Layer „{layer}“ {'liegt' if count == 1 else 'liegen'} {what} deckungsgleich über einem anderen (zum "
            "Beispiel Linie und Schraffur); gelesen ist jeder nur einmal."
        )
    return [outline for found in kept.values() for outline in found]


def _plots(outlines: Sequence[_Outline], warnings: list[str]) -> tuple[Polygon | MultiPolygon, ...]:
    plots = []
    for outline in outlines:
        if outline.meaning.role is None:
            try:
                check_geometry(outline.geometry, outline.place)
                plots.append(outline.geometry)
            except SitePlanError as error:
                warnings.append(f"Das gezeichnete Grundstück wird nicht angezeigt. {error.text}")
    return tuple(plots)


def _far_from(outlines: Sequence[_Outline], match: Match) -> Iterator[str]:
    """Points close to each other turn a drawing badly: what is off between them grows with the distance."""
    bounds = shapely.total_bounds([outline.geometry for outline in outlines])
    extent = float(np.hypot(*(bounds[2:] - bounds[:2])))
    if extent > _MATCH_REACH * match.ground_m:
        yield (
            f"Die Passpunkte liegen nur {number(match.ground_m, 2)} m auseinander, die Zeichnung misst "
            f"{number(extent, 0)} m: Ungenauigkeiten der Punkte wirken am Rand der Zeichnung ein Mehrfaches."
        )


def _rings(geometry: Polygon | MultiPolygon) -> Iterator[Any]:
    for polygon in geometry.geoms if isinstance(geometry, MultiPolygon) else [geometry]:
        yield polygon.exterior
        yield from polygon.interiors


def _build(outline: _Outline, source: str) -> tuple[PlanFeature, tuple[str, ...]]:
    check_geometry(outline.geometry, outline.place)
    role = outline.meaning.role
    assert role is not None  # plots are no features
    by_name = Origin(OriginKind.GIVEN, f"Layername „{outline.layer}“")
    origins = {"geometry": outline.origin, "role": by_name} | dict.fromkeys(outline.meaning.values, by_name)
    provenance = Provenance(source, outline.place, origins)
    values: dict[str, Any] = dict(outline.meaning.values)
    return PlanFeature(outline.geometry, role, outline.handle, provenance=provenance, **values), ()


def _remarks(drawing: Mapping[str, Any]) -> Iterator[str]:
    """What the reader left aside, for people."""
    if drawing["damaged"]:
        yield "Die Zeichnung ist beschädigt und nur lesbar, soweit sie sich wiederherstellen ließ."
    if drawing["external"]:
        names = listed([f"„{name}“" for name in drawing["external"][:6]])
        yield f"Die Zeichnung verweist auf andere Dateien ({names}); deren Inhalt ist nicht gelesen."
    if drawing["in_paper_space"]:
        yield "Umrisse im Papierbereich der Zeichnung sind nicht gelesen; es zählt der Modellbereich."


def _unusable(body: Mapping[str, str]) -> SitePlanError:
    return SitePlanError(
        "no_outline",
        f"Das Element der Art {body['kind']} hat keinen lesbaren Umriss. Bitte wandeln Sie es in eine geschlossene "
        "Polylinie um.",
        f"Layer „{body['layer']}“, Element {body['handle']}",
    )


def _nothing(drawing: Mapping[str, Any]) -> str:
    text = "Die Zeichnung enthält auf den bekannten Layern keine Umrisse."
    if drawing["in_paper_space"]:
        text += " Im Papierbereich gibt es welche; gelesen wird nur der Modellbereich."
    known = ", ".join(drawing["layers"][:12]) or "keine"
    return f"{text} Layer in der Zeichnung: {known}."
