"""Get at the STEP text of an IFC file: plain or as .ifczip, within bounds, of a schema that can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gis.siteplan import SitePlanError
from gis.validation import Limits, check_file_size
from gis.wording import number
from gis.zip_archive import ZipArchiveError, unzip, zip_members

_SCHEMA = re.compile(rb"FILE_SCHEMA\s*\(\s*\(\s*'([^']{0,80})'", re.IGNORECASE)
_READABLE = re.compile(r"IFC2X3(_\w+)?|IFC4(_ADD\d(_TC\d)?)?|IFC4X3(_ADD\d|_TC\d)?", re.IGNORECASE)
_CHUNK = 1 << 20
_HEAD = 64 << 10
#: A house with all its furniture has some 500,000.
_ENTITIES = 2_000_000


def is_ifc(head: bytes, suffix: str) -> bool:
    """Whether the first bytes of a file are those of a STEP file, of ifcXML, or of a zip archive with one of them."""
    if head.startswith(b"PK\x03\x04"):
        first = head[30 : 30 + int.from_bytes(head[26:28], "little")].lower()
        return suffix == ".ifczip" or first.endswith((b".ifc", b".ifcxml"))
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text.startswith(b"ISO-10303-21") or _is_xml(text)


def _is_xml(text: bytes) -> bool:
    return text.startswith(b"<") and re.search(rb"<(\w+:)?(ifcXML|iso_10303_28)\b", text, re.IGNORECASE) is not None


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Path]:
    """Yield the path of a plain STEP file whose schema is readable. Raises :class:`SitePlanError`."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.startswith(b"PK\x03\x04"):
        _check(head, path, limits)
        yield path
        return
    with TemporaryDirectory(prefix="bauakte-ifc-") as folder:
        plain = Path(folder) / "modell.ifc"
        _unpack(path, plain, limits)
        with plain.open("rb") as file:
            _check(file.read(_HEAD), plain, limits)
        yield plain


def _check(head: bytes, path: Path, limits: Limits) -> None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _is_xml(text):
        raise SitePlanError(
            "ifc_xml", "IFC-Modelle als XML (ifcXML) werden nicht gelesen. Bitte geben Sie das Modell als .ifc aus."
        )
    if not text.startswith(b"ISO-10303-21"):
        raise SitePlanError("not_ifc", "Die Datei ist kein IFC-Modell (ISO 10303-21).")
    found = _SCHEMA.search(head)
    if found is None:
        raise SitePlanError("ifc_schema", "Das IFC-Modell nennt kein Schema (FILE_SCHEMA).", "Dateikopf")
    schema = found[1].decode("latin-1").strip()
    if not _READABLE.fullmatch(schema):
        raise SitePlanError(
            "ifc_schema", f"Das Schema „{schema}“ ist nicht lesbar; möglich sind IFC 2x3, 4 und 4.3.", "FILE_SCHEMA"
        )
    _check_body(path, limits)


def _check_body(path: Path, limits: Limits) -> None:
    """Refuse files that break off, and those with more entities than allowed, before anything parses them."""
    entities, tail = 0, b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            entities += chunk.count(b"=")
            tail = (tail + chunk)[-200:]
    if b"END-ISO-10303-21" not in tail.upper():
        raise SitePlanError("ifc_truncated", "Das IFC-Modell ist unvollständig; sein Ende fehlt.", "Dateiende")
    if entities > _ENTITIES:
        raise SitePlanError(
            "ifc_limit",
            f"Das IFC-Modell enthält mehr als {number(_ENTITIES, 0)} Einträge. Bitte geben Sie es ohne "
            "Einrichtung, Haustechnik und Bewehrung aus.",
        )


def _unpack(packed: Path, plain: Path, limits: Limits) -> None:
    try:
        models = [
            entry
            for entry in zip_members(packed, limits.archive)
            if entry.filename.lower().endswith((".ifc", ".ifcxml"))
        ]
        if len(models) != 1:
            raise SitePlanError(
                "ifc_zip", f"Das Archiv (.ifczip) muss genau ein IFC-Modell enthalten, nicht {len(models)}."
            )
        unzip(packed, [(models[0], plain)], replace(limits.archive, unpacked_bytes=limits.file_bytes))
    except ZipArchiveError as error:
        raise SitePlanError("ifc_zip", error.message, error.place) from None
    check_file_size(plain.stat().st_size, limits)
