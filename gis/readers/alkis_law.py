"""Public-law areas of ALKIS: which layer, which kind, what a key means (data: ``alkis_law.toml``)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

ZONE_TYPE = "AX_Schutzzone"


@dataclass(frozen=True)
class LawKey:
    """Meaning of one key."""

    meaning: str
    kind: str
    layer: str


@dataclass(frozen=True)
class LawType:
    """One object type. `parent`: has its place through protection zones that are parts of it."""

    kind: str
    layer: str
    parent: bool
    keys: Mapping[str, LawKey] = field(default_factory=dict)

    def of(self, key: str | None) -> LawKey:
        """What a key says; one that the catalogue does not know keeps the kind of its type."""
        return self.keys.get(key or "", LawKey("", self.kind, self.layer))


@cache
def law_types() -> Mapping[str, LawType]:
    """All object types of public-law areas, protection zones among them."""
    with Path(__file__).with_name("alkis_law.toml").open("rb") as file:
        data: dict[str, dict[str, Any]] = tomllib.load(file)
    return MappingProxyType({name: _type(entry) for name, entry in data.items()})


def _type(entry: dict[str, Any]) -> LawType:
    kind, layer = entry.get("kind", ""), entry.get("layer", "overlays")
    keys = {
        key: LawKey(parts[0], parts[1] if len(parts) > 1 else kind, parts[2] if len(parts) > 2 else layer)
        for key, parts in entry["keys"].items()
    }
    return LawType(kind, layer, entry.get("parent", False), keys)
