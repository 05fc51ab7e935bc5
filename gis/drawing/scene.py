"""What is drawn: the plan among its layers, with the results of its checks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from gis.checks.result import CheckResult
from gis.layers import Bounds, Layers, LayerWindow
from gis.site import Site
from gis.site_context import SiteContext, UnassessableError
from gis.siteplan import PlanFeature, SitePlan

#: In plans with more features than this, words stand inside footprints only, and figures are bare.
CROWDED = 30


class Scene:
    """A plan to draw. Layers that are missing or fail are left out: the checks say so, the drawing does not judge."""

    def __init__(self, plan: SitePlan, layers: Layers | SiteContext, results: Iterable[CheckResult]) -> None:
        self.context = layers if isinstance(layers, SiteContext) else SiteContext(plan, layers)
        self.plan = self.context.plan
        self.results: Mapping[str, CheckResult] = {result.check: result for result in results}
        self.site: Site | None
        try:
            self.site = self.context.site
        except UnassessableError:
            self.site = None
        self._features = {feature.id: feature for feature in self.plan.features}

    def window(self, layer: str, bounds: Bounds) -> LayerWindow | None:
        """Features of a layer that meet the bounds; None where it is not known or there are none."""
        if not self.context.has_layer(layer):
            return None
        try:
            window = self.context.window(layer, bounds)
        except UnassessableError:
            return None
        if not len(window.geometry) or not shapely.intersects(window.geometry, shapely.box(*bounds)).any():
            return None
        return window

    def feature(self, feature_id: str) -> PlanFeature | None:
        """A footprint by its id."""
        return self._features.get(feature_id)

    def features(self, ids: Iterable[str]) -> list[PlanFeature]:
        """Footprints by their ids."""
        return [feature for name in ids if (feature := self._features.get(name)) is not None]

    def name(self, feature: PlanFeature) -> str:
        """What a footprint is called: its role, with its id where there are several."""
        alone = len(self.plan.by_role(feature.role)) == 1
        return feature.role.label if alone else f"{feature.role.label} {feature.id}"

    @property
    def site_geometry(self) -> BaseGeometry:
        """The site, empty where it is not known."""
        return self.site.geometry if self.site else shapely.Polygon()
