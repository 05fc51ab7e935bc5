"""Outlines that are no outlines: crossing themselves, without width, of the wrong kind."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gis.defects import invalidity
from gis.planning.model import BindingPlan, PlanObject, PlanPart, PlanProblem
from gis.planning.problems.areas import TOLERANCE_M, Geometries, Place, as_array, is_areal, usable

#: Thinner areas are remains of an overlay and no provision: 5 cm, a twentieth of a millimetre on a plan 1 : 1000.
SLIVER_WIDTH_M = 0.05
_AREAS = frozenset(
    {
        "BP_BaugebietsTeilFlaeche",
        "BP_UeberbaubareGrundstuecksFlaeche",
        "BP_NebenanlagenFlaeche",
        "BP_StrassenVerkehrsFlaeche",
    }
)
_LINES = frozenset({"BP_BauGrenze", "BP_BauLinie", "BP_StrassenbegrenzungsLinie"})


def bad_shapes(plan: BindingPlan) -> Iterator[PlanProblem]:
    """Invalid rings, slivers, and areas or lines where the class wants the other."""
    everything: tuple[PlanObject | PlanPart, ...] = (*plan.parts, *plan.objects)
    shaped = [item for item in everything if item.geometry is not None]
    geometry = as_array([plan.scope, *(item.geometry for item in shaped)])
    names = [(plan.plan_id, "Der Geltungsbereich"), *((item.id, _words(item)) for item in shaped)]
    areal = np.array([is_areal(item) for item in geometry])
    width = np.where(areal, _widths(geometry), np.inf)
    # The loops of a crossing ring cancel each other out: what is thin must be so after the repair too.
    suspects = np.flatnonzero(width < SLIVER_WIDTH_M)
    width[suspects] = _widths(usable(geometry[suspects]))
    thin = width < SLIVER_WIDTH_M
    for row in np.flatnonzero(thin):
        none = width[row] < TOLERANCE_M
        yield PlanProblem(
            id=names[row][0],
            kind="sliver",
            place=_first(geometry[row]),
            message=f"{names[row][1]} ist eine Splitterfläche: im Mittel {_millimetres(width[row])} breit.",
            severity="error" if none else "warning",
        )
    for row in np.flatnonzero(areal & ~thin & ~shapely.is_valid(geometry)):
        defect = invalidity(shapely.is_valid_reason(geometry[row]))
        sentence = f"{names[row][1]}: {defect.sentence}."
        yield PlanProblem(names[row][0], defect.code, defect.place or _first(geometry[row]), sentence)
    yield from _wrong_kinds(plan)


def _widths(geometry: Geometries) -> NDArray[np.float64]:
    """Mean widths: a strip of width w and length l has the area w · l and the perimeter of about 2 · l."""
    perimeter = np.asarray(shapely.length(geometry), dtype=float)
    return 2 * np.asarray(shapely.area(geometry)) / np.where(perimeter > 0, perimeter, 1.0)


def _wrong_kinds(plan: BindingPlan) -> Iterator[PlanProblem]:
    for item in plan.objects:
        if item.geometry is None or item.geometry.is_empty:
            continue
        dimension = shapely.get_dimensions(item.geometry)
        if (item.kind in _AREAS and dimension != 2) or (item.kind in _LINES and dimension != 1):
            wanted = "Fläche" if item.kind in _AREAS else "Linie"
            message = f"{item.kind} {item.id} hat {item.geometry.geom_type} als Geometrie; erwartet ist eine {wanted}."
            yield PlanProblem(item.id, "wrong_geometry_type", _first(item.geometry), message)


def _words(item: PlanObject | PlanPart) -> str:
    return f"{item.kind} {item.id}" if isinstance(item, PlanObject) else f"Der Bereich {item.number or item.id}"


def _first(geometry: BaseGeometry) -> Place:
    point = shapely.get_coordinates(geometry)[0]
    return float(point[0]), float(point[1])


def _millimetres(width: float) -> str:
    return "0 mm" if width == 0 else f"{width * 1000:.1f} mm".replace(".", ",")
