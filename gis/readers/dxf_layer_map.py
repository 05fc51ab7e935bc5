"""Layer maps: which layer names of a drawing mean what. TOML files, so that an authority can bring its own.

A file has a ``title`` and entries ``[[layer]]`` with a ``pattern`` (regular expression on the whole name, upper and
lower case alike) and either a ``role`` or ``plot = true`` (the site as drawn). A named group of the pattern is an
attribute: ``H(?P<wall_height_m>\\d+([.,]\\d+)?)``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from gis.siteplan import COUNT_ATTRIBUTES, NUMBER_ATTRIBUTES, Role

_MAPS = Path(__file__).with_name("dxf_layers")
_NUMBERS = ("wall_height_m", *NUMBER_ATTRIBUTES)


class LayerMapError(Exception):
    """A layer map cannot be read; the message is a German sentence."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a layer holds: footprints of a role, or (role None) plots; with the attributes that its name carries."""

    role: Role | None
    values: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerMap:
    """Pairs of pattern and role (None: plot), and what to do with one layer that is used alone."""

    title: str
    layers: tuple[tuple[re.Pattern[str], Role | None], ...]
    fallback: tuple[str, Role] | None = None

    def match(self, layer: str) -> Meaning | None:
        """What a layer holds, None for an unknown one."""
        for pattern, role in self.layers:
            if found := pattern.fullmatch(layer):
                return Meaning(role, {name: _value(name, text) for name, text in found.groupdict().items() if text})
        return None


def load_layer_map(path: Path) -> LayerMap:
    """Read a layer map; raises :class:`LayerMapError` with a German sentence."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        layers = tuple(_entry(entry) for entry in data["layer"])
        fallback = (str(data["fallback_layer"]), Role(data["fallback_role"])) if "fallback_layer" in data else None
        if not layers:
            raise ValueError("nichts zugeordnet")
        return LayerMap(str(data["title"]), layers, fallback)
    except KeyError as error:
        reason = f"Es fehlt die Angabe {error}."
    except (OSError, UnicodeDecodeError):
        reason = "Die Datei lässt sich nicht lesen."
    except (tomllib.TOMLDecodeError, TypeError, ValueError, re.error) as error:
        reason = f"{error}."
    raise LayerMapError(f"Die Ebenenzuordnung „{path.name}“ ist nicht lesbar: {reason}") from None


@cache
def built_in_maps() -> tuple[LayerMap, ...]:
    """The layer maps that come with the product."""
    return tuple(load_layer_map(path) for path in sorted(_MAPS.glob("*.toml")))


def maps_in(folder: Path) -> tuple[LayerMap, ...]:
    """All layer maps of a folder, by name; raises :class:`LayerMapError` where there is none."""
    found = tuple(load_layer_map(path) for path in sorted(folder.glob("*.toml")))
    if not found:
        raise LayerMapError(f"Im Ordner „{folder.name}“ liegt keine Ebenenzuordnung (TOML-Datei).")
    return found


def choose_map(maps: Sequence[LayerMap], layers: Sequence[str]) -> tuple[LayerMap, Role | None]:
    """The first map that knows most layers; where none knows any and only the fallback layer is used, its role."""
    best = max(maps, key=lambda layer_map: sum(layer_map.match(layer) is not None for layer in layers))
    if any(best.match(layer) for layer in layers):
        return best, None
    for layer_map in maps:
        if layer_map.fallback and list(layers) == [layer_map.fallback[0]]:
            return layer_map, layer_map.fallback[1]
    return best, None


def _entry(entry: Mapping[str, Any]) -> tuple[re.Pattern[str], Role | None]:
    pattern = re.compile(entry["pattern"], re.IGNORECASE)
    unknown = pattern.groupindex.keys() - {*_NUMBERS, *COUNT_ATTRIBUTES}
    if unknown:
        raise ValueError(f"Das Attribut „{min(unknown)}“ ist unbekannt")
    if entry.get("plot") is True and "role" not in entry:
        return pattern, None
    return pattern, Role(entry["role"])


def _value(name: str, text: str) -> float | int:
    return int(text) if name in COUNT_ATTRIBUTES else float(text.replace(",", "."))
