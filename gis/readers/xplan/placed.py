"""The features of a plan file in the metric system of the plan, one batch after the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyproj

from gis.readers.source import Fault
from gis.readers.xplan.crs import PlanPlacement, as_geometries, place_plan, refuse_mixed
from gis.readers.xplan.features import FeatureReader
from gis.readers.xplan.package import PlanLimits
from gis.readers.xplan.raw import RawFeature
from gis.readers.xplan.stream import root_srs_name, xplan_version


class PlacedFeatures:
    """Features of one XPlanGML file; memory holds one batch at a time, whatever the file's size.

    Attributes
    ----------
    version : of XPlanGML, from the namespace
    counts : features by class so far
    placement : how coordinates were moved; None until a geometry has come
    """

    def __init__(self, gml: Path, limits: PlanLimits, wanted: pyproj.CRS | None = None) -> None:
        self.version = xplan_version(gml)
        self.placement: PlanPlacement | None = None
        self._gml = gml
        self._wanted = wanted
        self._reader = FeatureReader(gml, limits)
        self.counts = self._reader.counts

    @property
    def srs_name(self) -> str:
        """The coordinate system as the file names it."""
        return self._reader.srs_name or ""

    def __iter__(self) -> Iterator[RawFeature]:
        """Every feature; geometries and the places of faults in the plan's system; raises SourceError."""
        for batch in self._reader.batches():
            self._place(batch)
            yield from batch

    def _place(self, batch: list[RawFeature]) -> None:
        if self._reader.srs_name is not None and self._reader.other_srs:
            refuse_mixed(self._reader.srs_name, self._reader.other_srs)
        placed = [feature for feature in batch if feature.geometry is not None]
        geometry = as_geometries([feature.geometry for feature in placed])
        if self.placement is None and placed:
            whole = root_srs_name(self._gml)
            name = self._reader.srs_name or whole
            if name is not None and whole is not None:
                refuse_mixed(name, {whole: []})
            self.placement = place_plan(name, geometry, self._wanted)
        if self.placement is None:
            return
        moved, outside = self.placement.apply(geometry)
        for row, feature in enumerate(placed):
            feature.geometry = moved[row]
            if row in outside:
                feature.faults = (*feature.faults, replace(outside[row], bounds=None))
        for feature in batch:
            if feature.faults:
                feature.faults = tuple(self._placed(fault) for fault in feature.faults)

    def _placed(self, fault: Fault) -> Fault:
        if fault.place is None or self.placement is None or fault.kind == "outside_crs":
            return fault
        return replace(fault, place=self.placement.place(fault.place))
