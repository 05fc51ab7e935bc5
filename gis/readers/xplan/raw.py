"""One feature of the file, as it stands there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

from gis.readers.source import Fault


@dataclass(slots=True)
class RawFeature:
    """A feature before its links are followed.

    Attributes
    ----------
    kind, id : local class name, gml:id ("" where it has none)
    attributes : name to value, list of values or mapping
    links : (name, target), the target without its #
    geometry : set when the batch that it came in is finished
    faults : what was wrong with it, places in the coordinates of the file
    """

    kind: str
    id: str
    attributes: dict[str, Any] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    geometry: BaseGeometry | None = None
    faults: tuple[Fault, ...] = ()

    def blame(self, kind: str, message: str) -> None:
        """Note that something is wrong."""
        self.faults = (*self.faults, Fault(kind, message))

    def link(self, *names: str) -> str | None:
        """Target of the first link of these names."""
        return next((target for name, target in self.links if name in names), None)

    def targets(self, *names: str) -> tuple[str, ...]:
        """Targets of all links of these names, in order."""
        return tuple(target for name, target in self.links if name in names)

    def text(self, name: str) -> str | None:
        """First value of an attribute as text."""
        return text_of(self.attributes, name)

    def mappings(self, name: str) -> list[dict[str, Any]]:
        """All complex values of an attribute."""
        value = self.attributes.get(name)
        values = value if isinstance(value, list) else [value]
        return [item for item in values if isinstance(item, dict)]


def text_of(values: Mapping[str, Any], name: str) -> str | None:
    """First value of a name as text; None where there is none, or one with parts of its own."""
    value = values.get(name)
    if isinstance(value, list):
        value = value[0]
    return value if isinstance(value, str) else None if value is None or isinstance(value, dict) else str(value)
