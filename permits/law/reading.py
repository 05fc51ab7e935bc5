"""Reads the TOML files of a law pack into typed entries; every fault is a German sentence with file and entry.

A file has an optional table ``[citation]`` whose fields all its entries inherit, and arrays of tables named as in
``entries.TABLES``. A value may override any inherited field.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from permits.deadlines import Length
from permits.law.entries import TABLES, Cited, LawPackError

_KINDS = {str: "ein Text", bool: "true oder false", int: "eine ganze Zahl", dt.date: "ein Datum"}


def read_folder(folder: Path) -> tuple[str, Mapping[str, tuple[Cited, ...]]]:
    """Return the SHA-256 over all files of a pack, and its entries by table, in the order of the files."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise LawPackError(f"Das Rechtspaket „{folder.name}“ gibt es nicht oder es ist leer.")
    digest = hashlib.sha256()
    tables: dict[str, list[Cited]] = {name: [] for name in TABLES}
    for path in paths:
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + raw + b"\0")
        for name, entries in _read_file(raw, f"{folder.name}/{path.name}").items():
            tables[name].extend(entries)
    for name, rows in tables.items():
        _refuse_overlaps(name, rows, folder.name)
    return digest.hexdigest(), {name: tuple(rows) for name, rows in tables.items()}


def _read_file(raw: bytes, where: str) -> dict[str, list[Cited]]:
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LawPackError(f"Das Rechtspaket {where} ist nicht lesbar (TOML): {error}") from None
    citation = data.pop("citation", {})
    if not isinstance(citation, dict):
        raise LawPackError(f"In {where} ist „citation“ keine Tabelle.")
    found: dict[str, list[Cited]] = {}
    for name, rows in data.items():
        if name not in TABLES:
            raise LawPackError(f"In {where} gibt es die unbekannte Tabelle „{name}“.")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise LawPackError(f"In {where} muss „{name}“ eine Liste von Tabellen sein ([[{name}]]).")
        found[name] = [
            _entry(TABLES[name], {**citation, **row}, f"{where}, {name} {number}")
            for number, row in enumerate(rows, start=1)
        ]
    return found


def _entry(cls: type[Cited], row: Mapping[str, Any], where: str) -> Cited:
    where = f"{where} („{row['id']}“)" if "id" in row else where
    known = {field.name: field for field in fields(cls)}
    unknown = sorted(set(row) - set(known))
    if unknown:
        raise LawPackError(f"{where}: unbekanntes Feld „{unknown[0]}“.")
    for field in known.values():
        if field.name not in row and field.default is MISSING:
            raise LawPackError(f"{where}: Das Feld „{field.name}“ fehlt.")
    kinds = typing.get_type_hints(cls)
    values = {name: _value(kinds[name], value, f"{where}, Feld „{name}“") for name, value in row.items()}
    for name in ("id", "legal_basis", "source"):
        if not values[name].strip():
            raise LawPackError(f"{where}: Das Feld „{name}“ ist leer. Jeder Wert braucht seine Fundstelle.")
    if values.get("valid_to") is not None and values["valid_to"] < values["valid_from"]:
        raise LawPackError(f"{where}: Das Ende der Geltung liegt vor dem Beginn.")
    return cls(**values)


def _value(kind: Any, value: Any, where: str) -> Any:
    if typing.get_origin(kind) is types.UnionType:
        kind = next(option for option in typing.get_args(kind) if option is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise LawPackError(f"{where}: Erwartet wird eine Liste von Texten.")
        return tuple(value)
    if kind is Length:
        if not isinstance(value, dict):
            raise LawPackError(f"{where}: Erwartet wird eine Länge wie {{months = 3}}.")
        try:
            return Length.from_data(value)
        except ValueError as error:
            raise LawPackError(f"{where}: {error}") from None
    if issubclass(kind, StrEnum):
        if value not in list(kind):
            raise LawPackError(f"{where}: „{value}“ ist keiner der Werte {', '.join(kind)}.")
        return kind(value)
    if type(value) is not kind:
        raise LawPackError(f"{where}: Erwartet wird {_KINDS[kind]}.")
    return value


def _refuse_overlaps(table: str, rows: list[Cited], pack: str) -> None:
    by_id: dict[str, list[Cited]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    for versions in by_id.values():
        versions.sort(key=lambda version: version.valid_from)
        for earlier, later in pairwise(versions):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                raise LawPackError(
                    f"Im Rechtspaket „{pack}“ gelten zu „{earlier.id}“ ({table}) zwei Fassungen zugleich."
                )
