"""Does everything that is planned lie on the site?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks import register
from gis.checks.context import CheckContext
from gis.checks.result import CheckResult, Step, Verdict
from gis.site_context import parcel_ids, parcel_label, polygons, union_of
from gis.siteplan import PlanFeature, Role
from gis.wording import listed, metres, parcels_named, square_metres

#: Areas up to this are rounding of coordinates, not geometry.
_ROUNDING_M2 = 1e-6


@register(
    "inside_parcels",
    title="Lage auf dem Baugrundstück",
    unit="m²",
    order=100,
    question="Bauliche Anlagen müssen auf dem Baugrundstück liegen.",
    formula="Fläche der geplanten Anlagen − Fläche des Baugrundstücks = 0 m²",
    inputs="Umrisse aller geplanten Anlagen (außer abzubrechenden), Flurstücke des Baugrundstücks",
)
def inside_parcels(context: CheckContext) -> CheckResult:
    """Value: m² of all footprints (to be demolished aside, overlaps once) outside the site; limit 0.

    Failed where any point lies deeper outside than the tolerance, borderline where outside but nowhere deeper. Where
    the plan names no parcels, they are those that its buildings stand on: what then stands on several of them lies on
    the site by definition only, and the result says so.
    """
    rule = context.rule("inside_parcels")
    features = tuple(f for f in context.plan.features if f.role is not Role.TO_BE_DEMOLISHED)
    if not features:
        return context.result(
            Verdict.NOT_APPLICABLE, "Nicht anwendbar: Der Lageplan enthält nur abzubrechende Gebäude."
        )
    tolerance = context.take(features).length_m
    site = context.site.geometry
    outside = _without_slivers(polygons(union_of(features).difference(site)))
    depth = depth_outside(outside, site)
    foreign, names = _foreign_parcels(context, outside)
    details: dict[str, Any] = {
        "depth_m": depth,
        "foreign_parcels": foreign,
        "roles_outside": sorted(
            {f.role.value for f in features if f.geometry.intersection(outside).area > _ROUNDING_M2}
        ),
    }
    basis = rule.legal_basis
    beside = f" Betroffen: {parcels_named(names)}." if names else ""
    crossed = _on_several(context, features) if context.site.derived else _Crossing()
    details["crossing_m"] = crossed.depth
    derived = (
        f" Der Lageplan nennt keine Flurstücke, und {crossed.name} steht auf mehreren: "
        f"{parcels_named(crossed.parcels)}. Dass sie alle zum Baugrundstück gehören, ist zu bestätigen."
        if crossed.depth > 0
        else ""
    )
    if depth == 0:
        verdict = Verdict.PASSED
        message = f"Alle geplanten Anlagen liegen vollständig auf dem Baugrundstück ({basis}).{derived}"
    elif depth <= tolerance + 1e-9:
        verdict = Verdict.BORDERLINE
        message = (
            f"Grenzfall: Geplante Anlagen ragen mit {square_metres(outside.area)} über das Baugrundstück hinaus, aber "
            f"nirgends tiefer als {metres(depth, 3)}. Das liegt innerhalb der Messgenauigkeit von {metres(tolerance)}."
            f"{beside} Bitte lassen Sie die Lage prüfen ({basis})."
        )
    else:
        verdict = Verdict.FAILED
        labels = listed([Role(role).label for role in details["roles_outside"]])
        message = (
            f"{square_metres(outside.area)} der geplanten Anlagen ({labels}) liegen außerhalb des Baugrundstücks, bis "
            f"zu {metres(depth)} von ihm entfernt.{beside} Bauliche Anlagen müssen auf dem Baugrundstück liegen "
            f"({basis})."
        )
    planned = union_of(features).area
    steps = (
        Step(
            "Fläche außerhalb des Baugrundstücks",
            f"{square_metres(planned)} überdeckte Fläche − {square_metres(planned - outside.area)} auf dem "
            f"Baugrundstück = {square_metres(outside.area)}",
            outside.area,
            "m²",
            basis,
        ),
        Step(
            "Größte Tiefe außerhalb",
            f"{metres(depth, 3)}; Messgenauigkeit {metres(tolerance, 3)}",
            depth,
            "m",
        ),
    )
    return context.result(
        verdict, message, value=outside.area, limit=0.0, details=details, geometry=outside, steps=steps
    )


@dataclass(frozen=True)
class _Crossing:
    """A structure on several parcels: which one, on which, and how deep it lies beyond the one that it is mostly on."""

    depth: float = 0.0
    name: str = ""
    parcels: tuple[str, ...] = ()


def _on_several(context: CheckContext, features: tuple[PlanFeature, ...]) -> _Crossing:
    """The structure that reaches deepest beyond the one parcel of the site that it mostly lies on."""
    site = context.site
    if len(site.parcel_ids) == 1:
        return _Crossing()
    window = context.window("parcels", site.geometry.bounds)
    ids = parcel_ids(window)
    shapes = {
        parcel: shapely.union_all(window.geometry[np.array([own == parcel for own in ids])])
        for parcel in site.parcel_ids
    }
    worst = _Crossing()
    for feature in features:
        # The houses of one structure may stand on one parcel each.
        for part in shapely.get_parts(feature.geometry):
            shares = {parcel: float(part.intersection(shape).area) for parcel, shape in shapes.items()}
            mostly = max(shares, key=lambda parcel: shares[parcel])
            on = [parcel for parcel, share in shares.items() if share > _ROUNDING_M2]
            beyond = _without_slivers(polygons(part.intersection(site.geometry).difference(shapes[mostly])))
            depth = depth_outside(beyond, shapes[mostly])
            if depth > worst.depth and len(on) > 1:
                worst = _Crossing(depth, f"{feature.role.label} {feature.id}", tuple(site.named(on)))
    return worst


def _without_slivers(area: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(area)
    real = shapely.area(parts) > _ROUNDING_M2
    return area if real.all() else shapely.union_all(parts[real])


def depth_outside(outside: BaseGeometry, site: BaseGeometry) -> float:
    """Largest distance in metres from a point of ``outside`` to the site, good to about a millimetre.

    The farthest point is mostly a vertex (then exact). Where it is not (a building over an enclave has all its outer
    vertices on the site), the depth is narrowed down by what a buffer of the site leaves over.
    """
    if outside.is_empty:
        return 0.0
    lower = float(shapely.distance(shapely.points(shapely.get_coordinates(outside)), site).max())

    def deeper_than(depth: float) -> bool:
        return not outside.difference(site.buffer(depth, quad_segs=32)).is_empty

    if not deeper_than(lower * 1.0005 + 0.001):
        # A slit between corners that all lie on the site is less than a millimetre deep, but outside all the same.
        return lower or min(0.001, 2 * float(outside.area) / float(outside.length))
    upper = 2 * lower + 0.01
    while deeper_than(upper):
        lower, upper = upper, 2 * upper
    while upper - lower > 0.001:
        middle = (lower + upper) / 2
        lower, upper = (middle, upper) if deeper_than(middle) else (lower, middle)
    return lower


def _foreign_parcels(context: CheckContext, outside: BaseGeometry) -> tuple[list[dict[str, Any]], list[str]]:
    """Parcels that are not of the site with the area built on each, and their names for people."""
    if outside.is_empty:
        return [], []
    window = context.window("parcels", outside.bounds)
    rows = [int(row) for row in np.flatnonzero(shapely.intersects(window.geometry, outside))]
    areas: dict[str, float] = {}
    names: dict[str, str] = {}
    for row in rows:
        parcel = str(window.columns["parcel_id"][row])
        if parcel not in context.site.parcel_ids:
            areas[parcel] = areas.get(parcel, 0.0) + float(window.geometry[row].intersection(outside).area)
            names[parcel] = parcel_label(window, row)
    built = sorted(parcel for parcel, area in areas.items() if area > _ROUNDING_M2)
    return [{"parcel": p, "area_m2": areas[p]} for p in built], [names[p] for p in built]
