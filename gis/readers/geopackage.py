"""Site plans from a GeoPackage, read by GDAL in a child process. Lists (parcels, wall heights) are texts."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import pyproj
import shapely

from gis.crs import same_crs
from gis.readers.assemble import PlanDraft, finish
from gis.readers.gdal import GdalSource
from gis.readers.properties import feature_from, parcel_list, plan_name
from gis.readers.source import SourceError, SourceLayer
from gis.siteplan import PlanFeature, PlanFile, SitePlanError
from gis.validation import Limits, check_geometry

#: A table may hold a batch of plans, each within its limit; beyond this many plans' worth it is no plan file.
_PLANS = 100


def read_geopackage(path: Path, name: str, limits: Limits) -> PlanFile:
    """Read all feature tables that have a ``role`` column. Raises :class:`SitePlanError`."""
    drafts: dict[str, PlanDraft] = {}
    systems: list[pyproj.CRS | None] = []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "plan.gpkg"
        shutil.copyfile(path, copy)
        try:
            source = GdalSource(copy, "GPKG")
            try:
                for table in source.layers:
                    if "role" in table.columns:
                        _collect(source, table, name, path.name, limits, drafts)
                        systems.append(source.crs(table.name))
            finally:
                source.close()
        except SourceError as error:
            raise SitePlanError("not_geopackage", f"Die Datei ist kein lesbares GeoPackage. {error}") from None
    if not drafts:
        drafts[name] = PlanDraft()
    return finish(drafts, source=path.name, crs=_one_crs(systems), limits=limits)


def _one_crs(systems: list[pyproj.CRS | None]) -> pyproj.CRS | None:
    known = [crs for crs in systems if crs is not None]
    if not known:
        return None
    if any(not same_crs(crs, known[0]) for crs in known) or len(known) < len(systems):
        raise SitePlanError("crs_mixed", "Die Tabellen des GeoPackages haben verschiedene Koordinatenreferenzsysteme.")
    return known[0]


def _collect(
    source: GdalSource, table: SourceLayer, default: str, file_name: str, limits: Limits, drafts: dict[str, PlanDraft]
) -> None:
    if table.feature_count > limits.features * _PLANS:
        raise SitePlanError("too_many_features", f"Die Tabelle „{table.name}“ enthält zu viele Objekte.")
    for batch in source.batches(table.name, table.columns):
        for row, values in enumerate(batch.attributes.to_pylist()):
            number = batch.first_row + row
            place = f"Tabelle „{table.name}“, Objekt {number}"
            properties = {key: _plain(value) for key, value in values.items()}
            geometry = batch.geometry[row]
            plan = default
            error = SitePlanError("invalid", fault.message, place) if (fault := batch.faults.get(row)) else None
            try:
                plan = plan_name(properties, default, place)
            except SitePlanError as reason:
                error = reason
            draft = drafts.setdefault(plan, PlanDraft())
            draft.vertices += int(shapely.get_num_coordinates(geometry))
            if error:
                draft.refuse(error)
            draft.builders.append(partial(_build, properties, geometry, str(number), file_name, place))


def _build(
    properties: dict[str, Any], geometry: Any, number: str, source: str, place: str
) -> tuple[PlanFeature, tuple[str, ...]]:
    flat: Any = None if geometry is None else shapely.force_2d(geometry)
    check_geometry(flat, place)
    feature = feature_from(properties, flat, feature_id=number, source=source, place=place)
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
