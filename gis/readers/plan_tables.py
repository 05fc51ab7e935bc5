"""Site plans in tables that GDAL reads (GeoPackage, Shapefile): rows become features of plans."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyproj
import shapely

from gis.readers.assemble import PlanDraft
from gis.readers.gdal import GdalSource
from gis.readers.properties import feature_from, parcel_list, plan_name
from gis.readers.source import SourceLayer
from gis.siteplan import PlanFeature, SitePlanError
from gis.validation import Limits, check_geometry

#: A table may hold a batch of plans, each within its limit; beyond this many plans' worth it is no plan file.
_PLANS = 100


@dataclass
class PlanTables:
    """Collects the rows of the tables of one file."""

    default: str
    file_name: str
    limits: Limits
    drafts: dict[str, PlanDraft] = field(default_factory=dict)
    _passed_over: list[str] = field(default_factory=list)
    _seen: dict[tuple[str, str, bytes], str] = field(default_factory=dict)

    def collect(
        self,
        source: GdalSource,
        table: SourceLayer,
        crs: pyproj.CRS | None,
        *,
        title: str,
        columns: Mapping[str, str] | None = None,
    ) -> None:
        """Read a table.

        Parameters
        ----------
        title : what people call it, such as "Tabelle „gebaeude“"
        columns : full names of columns that the format has cut, by the cut name

        Raises SitePlanError or SourceError.
        """
        if table.feature_count > self.limits.features * _PLANS:
            raise SitePlanError("too_many_features", "Es sind zu viele Objekte.", title)
        for batch in source.batches(table.name, table.columns):
            try:
                rows = batch.attributes.to_pylist()
            except UnicodeDecodeError:
                raise SitePlanError(
                    "encoding", "Die Texte lassen sich mit der angegebenen Zeichenkodierung nicht lesen.", title
                ) from None
            for row, values in enumerate(rows):
                number = batch.first_row + row
                place = f"{title}, Objekt {number}"
                properties = {(columns or {}).get(key, key): _plain(value) for key, value in values.items()}
                fault = batch.faults.get(row)
                error = SitePlanError("invalid", fault.message, place) if fault else None
                self._row(properties, batch.geometry[row], number, title, place, crs, error)

    def pass_over(self, title: str, table: SourceLayer) -> None:
        """A table without roles says nothing of a site plan: people are told, unless it is empty."""
        if table.feature_count != 0:
            self._passed_over.append(title)

    def finished(self) -> dict[str, PlanDraft]:
        """The plans; a file in which no table has roles is refused as one plan."""
        drafts = self.drafts or {self.default: PlanDraft()}
        if self._passed_over:
            titles = ", ".join(self._passed_over)
            said = f"{titles}: Die Spalte „role“ (Rolle der Objekte, zum Beispiel main_building)"
            for draft in drafts.values():
                if draft.builders:
                    draft.warnings.append(f"{said} fehlt; diese Objekte gehören nicht zum Lageplan.")
                elif not self.drafts:
                    text = "Die Spalte „role“ fehlt; ohne sie ist nicht bekannt, was gebaut wird."
                    draft.refuse(SitePlanError("no_role", text, titles))
        return drafts

    def _row(
        self,
        properties: dict[str, Any],
        geometry: Any,
        number: int,
        title: str,
        place: str,
        crs: pyproj.CRS | None,
        error: SitePlanError | None,
    ) -> None:
        plan = self.default
        try:
            plan = plan_name(properties, self.default, place)
        except SitePlanError as reason:
            error = reason
        draft = self.drafts.setdefault(plan, PlanDraft())
        if geometry is not None and self._is_repeated(plan, properties, geometry, title, draft):
            return
        draft.vertices += int(shapely.get_num_coordinates(geometry))
        if error:
            draft.refuse(error)
        draft.state_crs(crs, place)
        draft.builders.append(partial(_build, properties, geometry, str(number), self.file_name, place))

    def _is_repeated(
        self, plan: str, properties: Mapping[str, Any], geometry: Any, title: str, draft: PlanDraft
    ) -> bool:
        """A view shows the rows of a table once more; they count once, and people are told."""
        key = (plan, str(properties.get("role")), shapely.to_wkb(geometry))
        first = self._seen.setdefault(key, title)
        if first == title:
            return False
        draft.warnings.append(f"{title} wiederholt Objekte aus {first}; sie zählen nur einmal.")
        return True


def _build(
    properties: dict[str, Any], geometry: Any, number: str, source: str, place: str
) -> tuple[PlanFeature, tuple[str, ...]]:
    check_geometry(geometry, place)
    feature = feature_from(properties, geometry, feature_id=number, source=source, place=place)
    return feature, parcel_list(properties, place)


def _plain(value: Any) -> Any:
    """NaN becomes None; texts that hold a JSON text lose its quotes."""
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, str) and value.startswith('"'):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
