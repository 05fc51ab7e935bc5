"""What of an ALKIS extract goes into which layer (data: ``nas_objects.toml`` and ``alkis_law.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gis.readers.alkis_columns import Column

# Columns that the reader itself fills, where the data file names no place.
_OWN_COLUMNS = {"addresses": ("position_source",), "traffic_areas": ("kind",), "land_use": ("kind",)}


@dataclass(frozen=True)
class NasLayer:
    """One layer: its columns, and the object types that it is made of, with what each type means by itself."""

    name: str
    columns: tuple[Column, ...]
    types: Mapping[str, Mapping[str, str]]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, those that the reader fills among them."""
        return (*(column.name for column in self.columns), *_OWN_COLUMNS.get(self.name, ()))

    @property
    def places(self) -> tuple[str, ...]:
        """All places in an object that the columns need."""
        return tuple(place for column in self.columns for parts in column.alternatives for place in parts)


@cache
def nas_layers() -> Mapping[str, NasLayer]:
    """All layers that an extract can give, by name."""
    with Path(__file__).with_name("nas_objects.toml").open("rb") as file:
        data: dict[str, dict[str, Any]] = tomllib.load(file)
    return MappingProxyType({name: _layer(name, entry) for name, entry in data.items()})


def _layer(name: str, entry: dict[str, Any]) -> NasLayer:
    types: dict[str, dict[str, str]] = {kind: {"kind": kind} for kind in entry.get("each_kind", ())}
    types.update(entry.get("types", {}))
    return NasLayer(name, tuple(Column.parse(key, places) for key, places in entry["columns"].items()), types)
