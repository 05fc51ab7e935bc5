"""Site plans from a GeoPackage, through pyogrio. Lists (parcels, wall heights) are texts with a JSON list."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely

from gis.crs import CrsError, crs_from_name
from gis.readers.assemble import PlanDraft, finish
from gis.readers.properties import feature_from, parcel_list, plan_name
from gis.siteplan import PlanFeature, PlanFile, SitePlanError
from gis.validation import Limits, check_geometry

_NOT_READABLE = "Die Datei ist kein lesbares GeoPackage."


def read_geopackage(path: Path, name: str, limits: Limits) -> PlanFile:
    """Read all feature tables that have a ``role`` column. Works on a private copy and names the driver to GDAL."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "plan.gpkg"
        shutil.copyfile(path, copy)
        try:
            tables = [str(table) for table, kind in pyogrio.list_layers(f"GPKG:{copy}") if kind is not None]
            drafts: dict[str, PlanDraft] = {}
            systems = {_collect_table(f"GPKG:{copy}", table, name, path.name, limits, drafts) for table in tables}
        except (
            pyogrio.errors.DataSourceError,
            pyogrio.errors.DataLayerError,
            ValueError,
            shapely.errors.GEOSException,
        ):
            raise SitePlanError("not_geopackage", _NOT_READABLE) from None
    systems.discard("")
    if len(systems) > 1:
        raise SitePlanError("crs_mixed", "Die Tabellen des GeoPackages haben verschiedene Koordinatenreferenzsysteme.")
    if not drafts:
        drafts[name] = PlanDraft()
    try:
        crs: pyproj.CRS | None = crs_from_name(systems.pop()) if systems else None
    except CrsError as error:
        raise SitePlanError("crs_unknown", str(error)) from None
    return finish(drafts, source=path.name, crs=crs, limits=limits)


def _collect_table(
    source: str, table: str, default: str, file_name: str, limits: Limits, drafts: dict[str, PlanDraft]
) -> str:
    """Collect the features of one table; returns its CRS name ("" for none, or where the table is no site plan)."""
    info = pyogrio.read_info(source, layer=table)
    if "role" not in info["fields"]:
        return ""
    # One more than a single plan may hold, times a batch: a table beyond that is no plan file.
    if info["features"] > limits.features * 100:
        raise SitePlanError("too_many_features", f"Die Tabelle „{table}“ enthält zu viele Objekte.")
    meta, fids, wkb, columns = pyogrio.raw.read(source, layer=table, return_fids=True)
    fields = [str(field) for field in meta["fields"]]
    for row, fid in enumerate(fids):
        place = f"Tabelle „{table}“, Objekt {fid}"
        properties = {field: _plain(column[row]) for field, column in zip(fields, columns, strict=True)}
        try:
            plan, error = plan_name(properties, default, place), None
        except SitePlanError as reason:
            plan, error = default, reason
        draft = drafts.setdefault(plan, PlanDraft())
        geometry = None if wkb[row] is None else shapely.force_2d(shapely.from_wkb(wkb[row]))
        draft.vertices += int(shapely.get_num_coordinates(geometry))
        if error:
            draft.refuse(error)
        draft.builders.append(partial(_build, properties, geometry, str(fid), file_name, place))
    return meta["crs"] or ""


def _build(
    properties: dict[str, Any], geometry: Any, fid: str, source: str, place: str
) -> tuple[PlanFeature, tuple[str, ...]]:
    check_geometry(geometry, place)
    feature = feature_from(properties, geometry, feature_id=fid, source=source, place=place)
    return feature, parcel_list(properties, place)


def _plain(value: Any) -> Any:
    """Turn a numpy scalar into a Python value; NaN and NULL become None."""
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and math.isnan(plain):
        return None
    if isinstance(plain, str) and plain.startswith('"'):
        try:
            return json.loads(plain)
        except ValueError:
            return plain
    return plain
