"""To-scale drawing of a site: plan, parcels, buildings, the checks' findings, as SVG in millimetres of paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gis.checks.result import CheckResult
from gis.drawing.site_map import SiteMap
from gis.layers import Layers
from gis.site_context import SiteContext
from gis.siteplan import SitePlan

__all__ = ["Drawing", "draw_result", "draw_site"]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing: SVG with its size in mm (to scale on paper at 100 %), German text alternative, 1:``scale``.

    ``highlights`` are the German names of what is highlighted; without any, it shows no more than the plan.
    """

    svg: str
    text_alternative: str
    scale: int
    width_mm: float
    height_mm: float
    highlights: tuple[str, ...] = ()


def draw_site(
    plan: SitePlan,
    layers: Layers | SiteContext,
    results: Sequence[CheckResult] = (),
    *,
    width_mm: float = 180.0,
    height_mm: float = 220.0,
    scale: int | None = None,
    drawn_on: date | None = None,
) -> Drawing:
    """Draw a site plan with its surroundings and what the checks found.

    Parameters
    ----------
    plan : in any CRS; drawn in that of the parcels
    layers : parcels, and where known buildings and building_windows; missing ones are left out and named
    results : results of the checks on this plan
    width_mm, height_mm : room on paper; the drawing is no higher than needed
    scale : 1:scale; default: the largest of 1:100 … 1:2000 that fits
    drawn_on : printed as the date of the drawing

    Raises
    ------
    gis.siteplan.SitePlanError
        When the plan does not fit the CRS of the parcels.
    """
    return _drawn(SiteMap(plan, layers, results), width_mm, height_mm, scale, drawn_on)


def draw_result(
    plan: SitePlan,
    layers: Layers | SiteContext,
    result: CheckResult,
    *,
    width_mm: float = 180.0,
    height_mm: float = 220.0,
    scale: int | None = None,
    drawn_on: date | None = None,
) -> Drawing:
    """Draw what one check found, and only that, in its surroundings; parameters as for :func:`draw_site`.

    ``layers`` may be a context of the same plan, so that several drawings read each layer once.
    """
    return _drawn(SiteMap(plan, layers, (result,), result), width_mm, height_mm, scale, drawn_on)


def _drawn(site_map: SiteMap, width_mm: float, height_mm: float, scale: int | None, drawn_on: date | None) -> Drawing:
    svg, layout = site_map.draw(width_mm, height_mm, scale, drawn_on)
    words = site_map.text_alternative(layout.scale)
    return Drawing(svg, words, layout.scale, width_mm, layout.height_mm, tuple(site_map.highlighted))
