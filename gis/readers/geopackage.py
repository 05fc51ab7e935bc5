"""Site plans from a GeoPackage, read by GDAL in a child process. Lists (parcels, wall heights) are texts."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from gis.readers.assemble import finish
from gis.readers.gdal import GdalSource
from gis.readers.plan_tables import PlanTables
from gis.readers.source import SourceError
from gis.siteplan import PlanFile, SitePlanError
from gis.validation import Limits


def read_geopackage(path: Path, name: str, limits: Limits) -> PlanFile:
    """Read all feature tables and views that have a ``role`` column. Raises :class:`SitePlanError`.

    Each table may have a coordinate system of its own, as long as no plan is in two.
    """
    tables = PlanTables(name, path.name, limits)
    with tempfile.TemporaryDirectory(prefix="bauakte-plan-") as folder:
        copy = Path(folder) / "plan.gpkg"
        shutil.copyfile(path, copy)
        try:
            source = GdalSource(copy, "GPKG", memory_bytes=limits.memory_bytes, cpu_seconds=limits.seconds)
            try:
                for table in source.layers:
                    title = f"Tabelle „{table.name}“"
                    if "role" in table.columns:
                        tables.collect(source, table, source.crs(table.name), title=title)
                    else:
                        tables.pass_over(title, table)
            finally:
                source.close()
        except SourceError as error:
            raise SitePlanError("not_geopackage", f"Die Datei ist kein lesbares GeoPackage. {error}") from None
    return finish(tables.finished(), source=path.name, limits=limits)
