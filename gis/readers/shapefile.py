"""Site plans from zipped shapefiles, read by GDAL in a child process."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from gis.readers.assemble import finish
from gis.readers.gdal import GdalSource
from gis.readers.plan_tables import PlanTables
from gis.readers.source import SourceError
from gis.siteplan import COUNT_ATTRIBUTES, NUMBER_ATTRIBUTES, PlanFile, SitePlanError
from gis.validation import Limits
from gis.zip_archive import ZipArchiveError, unzip, zip_members

_NEEDED = (".shx", ".dbf")
_SIDE_FILES = (*_NEEDED, ".prj", ".cpg")
_NAMES = ("plan", "role", "parcels", "wall_height_m", *NUMBER_ATTRIBUTES, *COUNT_ATTRIBUTES, "use")
_PROVENANCE = ("capture", "capture_scale", "origins")
#: dBASE cuts names after ten characters.
_COLUMN_LENGTH = 10
_FULL_NAMES = {name[:_COLUMN_LENGTH]: name for name in (*_NAMES, *_PROVENANCE)}
_LANGUAGE_ID = 29


@dataclass(frozen=True, slots=True)
class _Shapefile:
    """One shapefile of the archive: its name there, its unpacked .shp, and how its texts are encoded."""

    name: str
    path: Path
    note: str


def read_shapefile(path: Path, name: str, limits: Limits) -> PlanFile:
    """Read all shapefiles of a zip archive that have a ``role`` column (names cut to ten characters are completed).

    Without a .prj the coordinate system is left to the parcels. Raises :class:`SitePlanError`.
    """
    tables = PlanTables(name, path.name, limits)
    with tempfile.TemporaryDirectory(prefix="bauakte-plan-") as folder:
        try:
            shapefiles = _unpacked(path, Path(folder), limits)
        except ZipArchiveError as error:
            raise SitePlanError("archive", error.message, error.place) from None
        for shapefile in shapefiles:
            title = f"Shapefile „{shapefile.name}“"
            try:
                source = GdalSource(
                    shapefile.path, "ESRI Shapefile", memory_bytes=limits.memory_bytes, cpu_seconds=limits.seconds
                )
                try:
                    for table in source.layers:
                        full = {column: _FULL_NAMES.get(column.lower(), column) for column in table.columns}
                        if "role" in full.values():
                            tables.collect(source, table, source.crs(table.name), title=title, columns=full)
                            _note(tables, f"{title}: {shapefile.note}" if shapefile.note else "")
                        else:
                            tables.pass_over(title, table)
                finally:
                    source.close()
            except SourceError as error:
                raise SitePlanError("not_shapefile", f"Das Shapefile ist nicht lesbar. {error}", title) from None
    return finish(tables.finished(), source=path.name, limits=limits)


def _note(tables: PlanTables, note: str) -> None:
    for draft in tables.drafts.values() if note else ():
        draft.warnings.append(note)


def _unpacked(path: Path, folder: Path, limits: Limits) -> list[_Shapefile]:
    members = zip_members(path, limits.archive, nested=False)
    by_name = {member.filename.casefold(): member for member in members}
    shapes = [member for member in members if member.filename.casefold().endswith(".shp")]
    if not shapes:
        raise SitePlanError(
            "no_shapefile",
            "Das zip-Archiv enthält kein Shapefile (.shp). Andere Formate laden Sie bitte ungepackt hoch.",
        )
    found = []
    left = limits.archive_bytes
    for number, member in enumerate(shapes):
        target = folder / str(number) / "plan.shp"
        target.parent.mkdir()
        wanted = [(member, target)]
        stem = member.filename[: -len(".shp")]
        for suffix in _SIDE_FILES:
            side = by_name.get(f"{stem}{suffix}".casefold())
            if side is not None:
                wanted.append((side, target.with_suffix(suffix)))
            elif suffix in _NEEDED:
                shown = PurePosixPath(stem).name
                raise SitePlanError("no_side_file", f"Zum Shapefile fehlt die Datei „{shown}{suffix}“ im zip-Archiv.")
        left -= unzip(path, wanted, replace(limits.archive, unpacked_bytes=left))
        found.append(_Shapefile(PurePosixPath(stem).name, target, _settle_encoding(target)))
    return found


def _settle_encoding(shape: Path) -> str:
    """State the encoding of the texts where neither .cpg nor .dbf does; return what people are told about it."""
    codepage, table = shape.with_suffix(".cpg"), shape.with_suffix(".dbf")
    content = table.read_bytes()
    if codepage.exists() or len(content) <= _LANGUAGE_ID or content[_LANGUAGE_ID] != 0:
        return ""
    header = int.from_bytes(content[8:10], "little")
    try:
        text = content[header:].decode("utf-8")
    except UnicodeDecodeError:
        codepage.write_text("ISO-8859-1")
        return "Die Zeichenkodierung der Texte ist nicht angegeben (.cpg fehlt); angenommen ist ISO 8859-1."
    codepage.write_text("UTF-8")
    return "" if text.isascii() else "Die Zeichenkodierung der Texte ist nicht angegeben; angenommen ist UTF-8."
