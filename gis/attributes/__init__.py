"""Canonical attributes of each layer, and how the names of a source are matched to them (data: ``layers.toml``)."""

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

AttributeType = Literal["text", "number", "integer", "boolean", "date"]
GeometryKind = Literal["polygon", "line", "point", "any"]


class AttributeMapError(ValueError):
    """A mapping of attributes does not fit the layer or the source; the message is German, for people."""


@dataclass(frozen=True)
class Attribute:
    """One canonical attribute of a layer."""

    name: str
    type: AttributeType
    unit: str
    required: bool
    minimum: float | None
    description: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class LayerSchema:
    """What a layer holds: kind of geometry, canonical attributes, names of source layers that fit it."""

    layer: str
    title: str
    geometry: GeometryKind
    id_attribute: str
    sources: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@cache
def layer_schemas() -> Mapping[str, LayerSchema]:
    """All layers that Bauakte knows, by name."""
    with (Path(__file__).parent / "layers.toml").open("rb") as file:
        data = tomllib.load(file)
    return MappingProxyType({layer: _schema(layer, entry) for layer, entry in data.items()})


def layer_schema(layer: str) -> LayerSchema:
    """The schema of one layer; raises `AttributeMapError` for an unknown name."""
    try:
        return layer_schemas()[layer]
    except KeyError:
        known = ", ".join(sorted(layer_schemas()))
        raise AttributeMapError(f"Die Ebene „{layer}“ ist unbekannt. Bekannt sind: {known}.") from None


def normalise(name: str) -> str:
    """Fold a column name for comparison: lower case, umlauts as ae/oe/ue, letters and digits only."""
    folded = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    plain = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in plain if char.isalnum() and char.isascii())


def match_columns(
    schema: LayerSchema, columns: Iterable[str], explicit: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Map canonical attribute names to the columns of a source.

    Parameters
    ----------
    schema : LayerSchema
    columns : iterable of str
        Column names of the source.
    explicit : mapping, optional
        Pairs given by a person, in either direction (canonical → source or source → canonical).

    Returns
    -------
    dict of canonical name → source column; attributes that the source lacks are left out.

    Raises
    ------
    AttributeMapError
        When a pair names no canonical attribute or no column.
    """
    available = list(columns)
    mapping = _explicit_pairs(schema, available, explicit or {})
    taken = set(mapping.values())
    by_folded: dict[str, str] = {}
    for column in available:
        by_folded.setdefault(normalise(column), column)
    for attribute in schema.attributes.values():
        if attribute.name in mapping:
            continue
        for name in (attribute.name, *attribute.aliases):
            column_or_none = by_folded.get(normalise(name))
            if column_or_none is not None and column_or_none not in taken:
                mapping[attribute.name] = column_or_none
                taken.add(column_or_none)
                break
    return mapping


def _explicit_pairs(schema: LayerSchema, available: list[str], explicit: Mapping[str, str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    folded = {column.casefold(): column for column in available}
    for left, right in explicit.items():
        if left in schema.attributes and right.casefold() in folded:
            canonical, column = left, folded[right.casefold()]
        elif right in schema.attributes and left.casefold() in folded:
            canonical, column = right, folded[left.casefold()]
        elif left in schema.attributes or right in schema.attributes:
            column = right if left in schema.attributes else left
            raise AttributeMapError(
                f"Die Quelle hat keine Spalte „{column}“. Vorhanden sind: {', '.join(sorted(available)) or 'keine'}."
            )
        else:
            raise AttributeMapError(
                f"Weder „{left}“ noch „{right}“ ist ein Attribut der Ebene „{schema.layer}“. "
                f"Attribute sind: {', '.join(schema.attributes)}."
            )
        mapping[canonical] = column
    return mapping


def _schema(layer: str, entry: dict[str, object]) -> LayerSchema:
    attributes = {
        name: Attribute(
            name=name,
            type=cast(AttributeType, values["type"]),
            unit=cast(str, values.get("unit", "")),
            required=bool(values.get("required", False)),
            minimum=cast(float | None, values.get("min")),
            description=cast(str, values["description"]),
            aliases=tuple(cast(list[str], values.get("aliases", []))),
        )
        for name, values in cast(dict[str, dict[str, object]], entry["attributes"]).items()
    }
    return LayerSchema(
        layer=layer,
        title=cast(str, entry["title"]),
        geometry=cast(GeometryKind, entry["geometry"]),
        id_attribute=cast(str, entry["id"]),
        sources=tuple(cast(list[str], entry["sources"])),
        attributes=MappingProxyType(attributes),
    )
