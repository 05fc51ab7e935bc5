"""The spatial structure of a model: buildings, their storeys and elements, and placements that run in no circle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gis.readers.ifc.child.kinds import Kind, kind_of
from gis.readers.ifc.child.refusal import RefusedError

_MOST_NESTED = 200
_MAKING = {Kind.WALL, Kind.SLAB, Kind.BASE_SLAB, Kind.ROOF}
_BODIES = {None, "", "Body", "Facetation", "Body-FallBack", "Surface"}


@dataclass
class Element:
    """An element that matters for the outline."""

    entity: Any
    kind: Kind
    storey: Any | None

    @property
    def label(self) -> str:
        """Class and name, for people."""
        return label(self.entity)


@dataclass
class Building:
    """An IfcBuilding with what belongs to it and to no building inside it."""

    entity: Any
    storeys: list[Any] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    #: Walls, slabs and roofs without a body of their own or of their parts.
    bodiless: list[Any] = field(default_factory=list)
    #: Ids of storeys in which there are spaces.
    with_spaces: set[int] = field(default_factory=set)

    @property
    def label(self) -> str:
        """Class and name, for people."""
        return label(self.entity)


def label(entity: Any) -> str:
    """Return "IfcWall „Wand 1“", or class and number in the file where there is no name."""
    name = str(getattr(entity, "Name", None) or "").strip()
    return f"{entity.is_a()} „{name[:60]}“" if name else f"{entity.is_a()} #{entity.id()}"


def has_body(element: Any) -> bool:
    """Whether an element has a solid or surface; axes, symbols and boxes do not count."""
    representations = getattr(element.Representation, "Representations", None) or ()
    return any(found.RepresentationIdentifier in _BODIES and found.Items for found in representations)


def buildings(model: Any) -> tuple[list[Building], int]:
    """Return the buildings of a model, and how many walls, slabs and roofs belong to none of them."""
    children = _children(model)
    wholes = _wholes(model)
    found = [Building(entity) for entity in model.by_type("IfcBuilding")]
    if not found:
        raise RefusedError(
            "no_building",
            "Das Modell enthält kein Gebäude (IfcBuilding). Bitte geben Sie beim Export die räumliche Struktur mit "
            "Grundstück, Gebäude und Geschossen aus.",
        )
    seen: set[int] = set()
    for building in found:
        _walk(building, children, wholes, seen)
    outside = sum(
        element.id() not in seen and not _voids(element)
        for name in ("IfcWall", "IfcSlab", "IfcRoof")
        for element in model.by_type(name)
    )
    return found, outside


def _voids(element: Any) -> bool:
    return not element.Representation and not element.ObjectPlacement


def _children(model: Any) -> dict[int, list[Any]]:
    children: dict[int, list[Any]] = {}
    for relation in model.by_type("IfcRelAggregates"):
        if relation.RelatingObject:
            children.setdefault(relation.RelatingObject.id(), []).extend(relation.RelatedObjects or ())
    for relation in model.by_type("IfcRelContainedInSpatialStructure"):
        if relation.RelatingStructure:
            children.setdefault(relation.RelatingStructure.id(), []).extend(relation.RelatedElements or ())
    return children


def _wholes(model: Any) -> dict[int, Any]:
    """Element that an element is a part of, by the part's id: slabs of a roof, plates of a curtain wall."""
    wholes: dict[int, Any] = {}
    for relation in model.by_type("IfcRelAggregates"):
        if relation.RelatingObject and relation.RelatingObject.is_a("IfcElement"):
            wholes.update((part.id(), relation.RelatingObject) for part in relation.RelatedObjects or ())
    return wholes


def _kind(entity: Any, wholes: dict[int, Any]) -> Kind | None:
    """Kind of an element, from the outermost whole inwards."""
    chain = [entity]
    while len(chain) < _MOST_NESTED and (whole := wholes.get(chain[-1].id())) is not None:
        chain.append(whole)
    kind = None
    for part in reversed(chain):
        kind = kind_of(part, kind)
    return kind


def _walk(building: Building, children: dict[int, list[Any]], wholes: dict[int, Any], seen: set[int]) -> None:
    """Collect what hangs below a building; each object once, so that circles end."""
    waiting: deque[tuple[Any, Any | None]] = deque()
    waiting.extend((child, None) for child in children.get(building.entity.id(), ()))
    while waiting:
        entity, storey = waiting.popleft()
        if entity.id() in seen or entity.is_a("IfcBuilding"):
            continue
        seen.add(entity.id())
        if entity.is_a("IfcBuildingStorey"):
            building.storeys.append(entity)
            storey = entity
        elif entity.is_a("IfcSpace"):
            if storey is not None:
                building.with_spaces.add(storey.id())
        elif entity.is_a("IfcElement"):
            kind = _kind(entity, wholes)
            if kind is not None and has_body(entity):
                building.elements.append(Element(entity, kind, storey))
            elif kind in _MAKING and entity.id() not in children:
                building.bodiless.append(entity)
        waiting.extend((child, storey) for child in children.get(entity.id(), ()))


def check_placements(model: Any) -> None:
    """Refuse placements that refer to themselves: the geometry library would follow them for ever."""
    good: set[int] = set()
    for product in model.by_type("IfcObjectPlacement"):
        chain: dict[int, None] = {}
        for placement in _upwards(product):
            number = placement.id()
            if number in good:
                break
            if number in chain or len(chain) > _MOST_NESTED:
                raise RefusedError(
                    "placement_loop",
                    "Die Platzierungen (IfcLocalPlacement) verweisen im Kreis aufeinander oder sind zu tief "
                    "verschachtelt.",
                    f"#{number}",
                )
            chain[number] = None
        good.update(chain)


def _upwards(placement: Any) -> Iterator[Any]:
    while placement is not None:
        yield placement
        placement = getattr(placement, "PlacementRelTo", None)


def position(product: Any, unit_m: float) -> NDArray[np.float64]:
    """Origin of a product in the model's coordinates, in metres, shape (3,); NaN where it has no placement."""
    from ifcopenshell.util.placement import get_local_placement

    placement = getattr(product, "ObjectPlacement", None)
    if placement is None:
        return np.full(3, np.nan)
    try:
        matrix = get_local_placement(placement)
    except (AttributeError, TypeError, ValueError, IndexError, RuntimeError, ZeroDivisionError):
        raise RefusedError("placement", "Die Platzierung ist nicht lesbar.", label(product)) from None
    return np.asarray(matrix, dtype=float)[:3, 3] * unit_m
