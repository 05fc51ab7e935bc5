"""The tables of `derivation.toml`: which objects of a plan become which layer, and what the codes mean."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal


@dataclass(frozen=True)
class LayerRule:
    """Which objects make a layer. `ground_only`: those on another level than the ground stay out, with a note."""

    layer: str
    kinds: frozenset[str]
    geometry: Literal["polygon", "line"]
    ground_only: bool
    measures: bool


@dataclass(frozen=True)
class Derivation:
    """The tables as read; `codes` maps table name → code → canonical value."""

    layers: Mapping[str, LayerRule]
    height_mark_kinds: frozenset[str]
    numbers: Mapping[str, tuple[str, ...]]
    integers: Mapping[str, tuple[str, ...]]
    coded: Mapping[str, tuple[str, str]]
    codes: Mapping[str, Mapping[str, Any]]
    binding_attribute: str
    binding_codes: frozenset[str]
    precedence_maxim: str

    def rule_of(self, kind: str) -> LayerRule | None:
        """The layer that objects of a class belong to."""
        return next((rule for rule in self.layers.values() if kind in rule.kinds), None)


#: Layer of the plans' scopes, which come from the plans themselves and not from objects.
SCOPES = "plan_scopes"


@cache
def derivation() -> Derivation:
    """The tables, read once."""
    with (Path(__file__).parent / "derivation.toml").open("rb") as file:
        data = tomllib.load(file)
    measures = data["measures"]
    return Derivation(
        layers=MappingProxyType({name: _layer_rule(name, entry) for name, entry in data["layers"].items()}),
        height_mark_kinds=frozenset(data["height_marks"]["kinds"]),
        numbers={name: tuple(sources) for name, sources in measures["number"].items()},
        integers={name: tuple(sources) for name, sources in measures["integer"].items()},
        coded={name: (entry["attribute"], entry["table"]) for name, entry in measures["code"].items()},
        codes=MappingProxyType({name: MappingProxyType(table) for name, table in data["codes"].items()}),
        binding_attribute=data["binding"]["attribute"],
        binding_codes=frozenset(data["binding"]["codes"]),
        precedence_maxim=data["precedence"]["maxim"],
    )


def derived_layers() -> tuple[str, ...]:
    """Names of all layers that are derived from binding plans."""
    return (*derivation().layers, SCOPES)


def _layer_rule(name: str, entry: Mapping[str, Any]) -> LayerRule:
    return LayerRule(
        layer=name,
        kinds=frozenset(entry["kinds"]),
        geometry=entry["geometry"],
        ground_only=entry["ground_only"],
        measures=entry.get("measures", False),
    )
