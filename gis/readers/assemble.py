"""Group the features of a file into plans: one bad feature refuses its plan, the other plans go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import pyproj
import shapely

from gis.crs import same_crs
from gis.plan_crs import crs_label
from gis.siteplan import PlanFeature, PlanFile, SitePlan, SitePlanError
from gis.validation import Limits, check_counts, check_outlines


@dataclass
class PlanDraft:
    """What was read of one plan so far. ``builders`` make the features, and are only called within the limits."""

    builders: list[Callable[[], tuple[PlanFeature, tuple[str, ...]]]] = field(default_factory=list)
    vertices: int = 0
    error: SitePlanError | None = None
    warnings: list[str] = field(default_factory=list)
    systems: list[pyproj.CRS | None] = field(default_factory=list)

    @property
    def crs(self) -> pyproj.CRS | None:
        """The system that the objects of the plan state."""
        return self.systems[0] if self.systems else None

    def state_crs(self, crs: pyproj.CRS | None, place: str) -> None:
        """Take the system of one more object; a plan in two systems is refused."""
        if not self.systems:
            self.systems.append(crs)
            return
        first = self.systems[0]
        if first is crs or (first is not None and crs is not None and same_crs(first, crs)):
            return
        names = " und ".join("ohne Angabe" if each is None else crs_label(each) for each in (first, crs))
        self.refuse(
            SitePlanError(
                "crs_mixed",
                f"Die Objekte des Lageplans haben verschiedene Koordinatenreferenzsysteme ({names}).",
                place,
            )
        )

    def refuse(self, error: SitePlanError) -> None:
        """Keep the first reason."""
        self.error = self.error or error


def finish(
    drafts: dict[str, PlanDraft],
    *,
    source: str,
    crs: pyproj.CRS | None = None,
    default_crs: Callable[[tuple[PlanFeature, ...]], pyproj.CRS | None] | None = None,
    warnings: Iterable[str] = (),
    limits: Limits,
) -> PlanFile:
    """Build the plans of a file.

    ``crs`` is that of plans whose objects state none; ``default_crs`` settles it where the file names none either.
    """
    plans: dict[str, SitePlan] = {}
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
            own = draft.crs or crs
            own = own if own is not None or default_crs is None else default_crs(features)
            parcels = _common_parcels([parcels for _, parcels in built])
            plans[name] = SitePlan(name, features, parcels, own, source).warn(*warnings, *draft.warnings)
        except SitePlanError as error:
            refused[name] = error
    for degrees in (False, True):
        group = [plan for plan in plans.values() if (plan.crs is not None and plan.crs.is_geographic) == degrees]
        _look_closer(group, plans, refused, degrees=degrees)
    return PlanFile(tuple(plans.values()), refused)


def _look_closer(
    group: list[SitePlan], plans: dict[str, SitePlan], refused: dict[str, SitePlanError], *, degrees: bool
) -> None:
    """Check the outlines of many plans at once; changes `plans` and `refused`."""
    if not group:
        return
    owners = [plan.plan for plan in group for _ in plan.features]
    features = [feature for plan in group for feature in plan.features]
    geometry = np.array([feature.geometry for feature in features], dtype=object)
    remarks = check_outlines(geometry, [feature.provenance.place for feature in features], degrees=degrees)
    for row, error in remarks.refused.items():
        if plans.pop(owners[row], None) is not None:
            refused[owners[row]] = error
    for row, sentence in remarks.warnings.items():
        if owners[row] in plans:
            plans[owners[row]] = plans[owners[row]].warn(sentence)
    for name in {owners[row] for row in remarks.raised} & plans.keys():
        plan = plans[name]
        flat = tuple(replace(feature, geometry=shapely.force_2d(feature.geometry)) for feature in plan.features)
        plans[name] = replace(plan, features=flat).warn(
            "Die Höhen der Punkte (dritte Koordinate) werden nicht benutzt."
        )


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
