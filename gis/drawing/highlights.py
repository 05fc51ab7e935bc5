"""What the drawing of each check highlights: the one table that knows the checks by their ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from gis.checks.result import CheckResult, Verdict
from gis.drawing import show_distances, show_measures, show_places, show_ratios
from gis.drawing.dimensions import boundary_measures
from gis.drawing.evidence import Area, Evidence, Line, Look, look_of
from gis.drawing.scene import CROWDED, Scene
from gis.site_context import polygons

Show = Callable[[Scene, CheckResult], Evidence]


@dataclass(frozen=True, slots=True)
class Highlight:
    """How one check is drawn.

    ``layers`` are shown beside parcels and buildings. ``whole_site``: the finding is about all of it, so that a large
    site is not cut to what is built. ``overview``: failures and borderline cases show in the overview too.
    """

    show: Show
    layers: tuple[str, ...] = ()
    whole_site: bool = False
    overview: bool = False


def anything(scene: Scene, result: CheckResult) -> Evidence:
    """The geometry of a result, for checks without a row of their own."""
    del scene
    shape = result.geometry
    if shape is None or shape.is_empty:
        return Evidence()
    look, legend = look_of(result.verdict), f"Befund: {result.label}"
    if areas := polygons(shape):
        return Evidence(areas=(Area(areas, look, legend),))
    return Evidence(lines=(Line(shape, look, legend, broad=True),))


_PLAN = ("zoning",)
_WINDOWS = ("building_windows", "building_limits", "building_lines")

HIGHLIGHTS: Mapping[str, Highlight] = MappingProxyType(
    {
        "inside_parcels": Highlight(show_distances.inside_parcels, overview=True),
        "area_mismatch": Highlight(show_measures.area_mismatch, whole_site=True),
        "boundary_distance": Highlight(show_distances.boundary_distance, ("traffic_areas", "easements"), overview=True),
        "boundary_buildings": Highlight(show_distances.boundary_buildings, overview=True),
        "building_separation": Highlight(show_distances.building_separation, overview=True),
        "site_coverage": Highlight(show_ratios.site_coverage, _PLAN, whole_site=True),
        "floor_area_ratio": Highlight(show_ratios.floor_area_ratio, _PLAN, whole_site=True),
        "building_volume_ratio": Highlight(show_ratios.building_volume_ratio, _PLAN, whole_site=True),
        "storeys": Highlight(show_measures.storeys, _PLAN),
        "building_height": Highlight(show_measures.building_height, _PLAN),
        "dwellings": Highlight(show_measures.dwellings, _PLAN),
        "plot_size": Highlight(show_measures.plot_size, _PLAN, whole_site=True),
        "plan_plausibility": Highlight(show_places.plan_plausibility, _PLAN, whole_site=True),
        "building_window": Highlight(show_places.building_window, _WINDOWS, overview=True),
        "building_line": Highlight(show_places.building_line, _WINDOWS, overview=True),
        "building_method": Highlight(show_places.building_method, _PLAN),
        "street_access": Highlight(
            show_places.street_access, ("traffic_areas", "easements"), whole_site=True, overview=True
        ),
        "overlays": Highlight(
            show_places.overlays, ("overlays", "monuments", "traffic_areas"), whole_site=True, overview=True
        ),
        "land_use": Highlight(show_places.land_use, _PLAN),
        "building_class": Highlight(show_measures.building_class),
        "demand": Highlight(show_measures.demand, whole_site=True),
    }
)
_ANY = Highlight(anything)


def highlight_of(check_id: str) -> Highlight:
    """How a check is drawn."""
    return HIGHLIGHTS.get(check_id, _ANY)


def evidence_of(scene: Scene, result: CheckResult) -> Evidence:
    """What is shown of a result; nothing where it does not apply."""
    if result.verdict is Verdict.NOT_APPLICABLE:
        return Evidence()
    return highlight_of(result.check).show(scene, result)


def overview_evidence(scene: Scene) -> Evidence:
    """What the overview shows: every distance to the boundary, and what fails or is borderline in its place."""
    distances = scene.results.get("boundary_distance")
    measures = boundary_measures(scene, distances)
    crowded = len(scene.plan.features) > CROWDED
    if crowded:  # bare figures; what is required stands in the drawing of the check
        measures = tuple(replace(measure, text=measure.text.partition(" (")[0]) for measure in measures)
    found = Evidence(lines=show_distances.street_middle(distances), measures=measures)
    for result in scene.results.values():
        if result.verdict not in {Verdict.FAILED, Verdict.BORDERLINE} or not highlight_of(result.check).overview:
            continue
        evidence = evidence_of(scene, result)
        if crowded or result.check == "boundary_distance":  # whose measures are there already
            evidence = Evidence(areas=tuple(replace(area, label=()) for area in evidence.areas))
        # What is fine in a check that found something else stands in the drawing of that check.
        found = found.with_more(
            replace(
                evidence,
                areas=tuple(area for area in evidence.areas if area.look is not Look.FINE),
                measures=tuple(measure for measure in evidence.measures if measure.look is not Look.FINE),
            )
        )
    return found
