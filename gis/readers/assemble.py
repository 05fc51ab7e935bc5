"""Group the features of a file into plans: one bad feature refuses its plan, the other plans go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pyproj
import shapely

from gis.siteplan import PlanFeature, PlanFile, SitePlan, SitePlanError
from gis.validation import Limits, check_counts


@dataclass
class PlanDraft:
    """What was read of one plan so far. ``builders`` make the features, and are only called within the limits."""

    builders: list[Callable[[], tuple[PlanFeature, tuple[str, ...]]]] = field(default_factory=list)
    vertices: int = 0
    error: SitePlanError | None = None

    def refuse(self, error: SitePlanError) -> None:
        """Keep the first reason."""
        self.error = self.error or error


def finish(
    drafts: dict[str, PlanDraft],
    *,
    source: str,
    crs: pyproj.CRS | None,
    default_crs: Callable[[tuple[PlanFeature, ...]], pyproj.CRS | None] | None = None,
    warnings: Iterable[str] = (),
    limits: Limits,
) -> PlanFile:
    """Build the plans of a file. ``default_crs`` settles the CRS of a plan where the file names none."""
    plans: list[SitePlan] = []
    refused: dict[str, SitePlanError] = {}
    for name, draft in drafts.items():
        try:
            if draft.error and not draft.builders:
                raise draft.error
            check_counts(len(draft.builders), draft.vertices, limits)
            if draft.error:
                raise draft.error
            built = [build() for build in draft.builders]
            features = tuple(feature for feature, _ in built)
            own = crs if crs is not None or default_crs is None else default_crs(features)
            parcels = _common_parcels([parcels for _, parcels in built])
            plans.append(SitePlan(name, features, parcels, own, source, tuple(warnings)))
        except SitePlanError as error:
            refused[name] = error
    return PlanFile(tuple(plans), refused)


def _common_parcels(lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    named = [parcels for parcels in lists if parcels]
    if not named:
        return ()
    if any(set(parcels) != set(named[0]) for parcels in named):
        raise SitePlanError("parcels", "Die Objekte des Lageplans nennen verschiedene Flurstücke (Angabe „parcels“).")
    return named[0]


def fits_geographic(features: tuple[PlanFeature, ...]) -> bool:
    """Whether all coordinates can be longitude and latitude in degrees."""
    coordinates = np.abs(shapely.get_coordinates([feature.geometry for feature in features]))
    return bool((coordinates[:, 0] <= 180).all() and (coordinates[:, 1] <= 90).all())
