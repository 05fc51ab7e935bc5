"""IFC models for tests, written with ifcopenshell: boxes and prisms in a spatial structure. All lengths in metres.

The writer scales lengths to the model's unit, so that the same building can be written in metres, millimetres or feet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ifcopenshell
import ifcopenshell.guid

UNITS = {"METRE": 1.0, "MILLIMETRE": 0.001, "FOOT": 0.3048}
Points = Sequence[tuple[float, float]]


class IfcModel:
    """A model with project, site and one placed coordinate context; ``at`` and ``angle_deg`` place the site."""

    def __init__(
        self,
        schema: str = "IFC4",
        unit: str = "METRE",
        *,
        at: tuple[float, float, float] = (0, 0, 0),
        angle_deg: float = 0,
        site: dict[str, Any] | None = None,
    ) -> None:
        self.file: Any = ifcopenshell.file(schema=schema)  # type: ignore[arg-type]
        self.schema = schema
        self.scale = UNITS[unit]
        self.project = self.root("IfcProject", Name="Testprojekt")
        if unit:
            self.project.UnitsInContext = self.units(unit)
        self.context = self.new(
            "IfcGeometricRepresentationContext",
            ContextType="Model",
            CoordinateSpaceDimension=3,
            Precision=1e-5,
            WorldCoordinateSystem=self.axes((0, 0, 0)),
        )
        self.body = self.new(
            "IfcGeometricRepresentationSubContext",
            ContextIdentifier="Body",
            ContextType="Model",
            ParentContext=self.context,
            TargetView="MODEL_VIEW",
        )
        self.project.RepresentationContexts = [self.context]
        self.site = self.root("IfcSite", Name="Grundstück", ObjectPlacement=self.place(None, at, angle_deg))
        for name, value in (site or {}).items():
            setattr(self.site, name, value)
        self.aggregate(self.project, self.site)

    def new(self, kind: str, *args: Any, **attributes: Any) -> Any:
        """Add an entity."""
        return self.file.create_entity(kind, *args, **attributes)

    def root(self, kind: str, **attributes: Any) -> Any:
        """Add an entity with a GlobalId."""
        return self.new(kind, GlobalId=ifcopenshell.guid.new(), **attributes)

    def units(self, unit: str) -> Any:
        """Unit assignment: metres, millimetres or feet (conversion based), square and cubic metres."""
        metre = self.new("IfcSIUnit", UnitType="LENGTHUNIT", Name="METRE")
        if unit == "MILLIMETRE":
            metre.Prefix = "MILLI"
        elif unit == "FOOT":
            measure = self.new("IfcMeasureWithUnit", self.new("IfcLengthMeasure", 0.3048), metre)
            exponents = self.new("IfcDimensionalExponents", 1, 0, 0, 0, 0, 0, 0)
            metre = self.new("IfcConversionBasedUnit", exponents, "LENGTHUNIT", "FOOT", measure)
        area = self.new("IfcSIUnit", UnitType="AREAUNIT", Name="SQUARE_METRE")
        volume = self.new("IfcSIUnit", UnitType="VOLUMEUNIT", Name="CUBIC_METRE")
        return self.new("IfcUnitAssignment", [metre, area, volume])

    def point(self, *values: float) -> Any:
        """A point; ``values`` in metres."""
        return self.new("IfcCartesianPoint", [float(value) / self.scale for value in values])

    def direction(self, *values: float) -> Any:
        """A direction."""
        return self.new("IfcDirection", [float(value) for value in values])

    def axes(self, at: Sequence[float], angle_deg: float = 0) -> Any:
        """A right-handed system, turned about z."""
        angle = math.radians(angle_deg)
        x_axis = self.direction(math.cos(angle), math.sin(angle), 0) if angle_deg else None
        z_axis = self.direction(0, 0, 1) if angle_deg else None
        return self.new("IfcAxis2Placement3D", self.point(*at), z_axis, x_axis)

    def place(self, parent: Any, at: Sequence[float], angle_deg: float = 0) -> Any:
        """A local placement."""
        return self.new("IfcLocalPlacement", parent, self.axes(at, angle_deg))

    def aggregate(self, whole: Any, *parts: Any) -> Any:
        """Declare parts of a whole."""
        return self.root("IfcRelAggregates", RelatingObject=whole, RelatedObjects=list(parts))

    def building(
        self, name: str = "Wohnhaus", at: Sequence[float] = (0, 0, 0), angle_deg: float = 0, **attributes: Any
    ) -> Any:
        """A building on the site."""
        placement = self.place(self.site.ObjectPlacement, at, angle_deg)
        building = self.root("IfcBuilding", Name=name, ObjectPlacement=placement, **attributes)
        self.aggregate(self.site, building)
        return building

    def storey(self, building: Any, name: str, level: float, **attributes: Any) -> Any:
        """A storey at a level above the building's zero."""
        placement = self.place(building.ObjectPlacement, (0, 0, level))
        attributes = {"Elevation": level / self.scale} | attributes
        storey = self.root("IfcBuildingStorey", Name=name, ObjectPlacement=placement, **attributes)
        self.aggregate(building, storey)
        return storey

    def contain(self, structure: Any, *elements: Any) -> None:
        """Put elements into a storey, building or site."""
        self.root("IfcRelContainedInSpatialStructure", RelatingStructure=structure, RelatedElements=list(elements))

    def polyline(self, points: Points) -> Any:
        """A closed curve through 2D points."""
        corners = [self.point(x, y) for x, y in points]
        return self.new("IfcPolyline", [*corners, corners[0]])

    def solid(self, profile: Any, bottom: float, height: float) -> Any:
        """A profile extruded upwards."""
        at = self.axes((0, 0, bottom))
        return self.new("IfcExtrudedAreaSolid", profile, at, self.direction(0, 0, 1), height / self.scale)

    def shape(self, *items: Any, kind: str = "SweptSolid") -> Any:
        """A body representation."""
        body = self.new("IfcShapeRepresentation", self.body, "Body", kind, list(items))
        return self.new("IfcProductDefinitionShape", None, None, [body])

    def element(self, kind: str, structure: Any, shape: Any, **attributes: Any) -> Any:
        """An element with a shape, in a storey or building."""
        placement = self.place(structure.ObjectPlacement, (0, 0, 0))
        element = self.root(kind, ObjectPlacement=placement, Representation=shape, **attributes)
        self.contain(structure, element)
        return element

    def prism(self, kind: str, structure: Any, points: Points, bottom: float, top: float, **attributes: Any) -> Any:
        """An upright prism; heights above the level of the structure."""
        profile = self.new("IfcArbitraryClosedProfileDef", "AREA", None, self.polyline(points))
        return self.element(kind, structure, self.shape(self.solid(profile, bottom, top - bottom)), **attributes)

    def box(self, kind: str, structure: Any, box: Sequence[float], bottom: float, top: float, **attributes: Any) -> Any:
        """An upright box (x1, y1, x2, y2)."""
        x1, y1, x2, y2 = box
        return self.prism(kind, structure, [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], bottom, top, **attributes)

    def walls(self, structure: Any, box: Sequence[float], bottom: float, top: float, thick: float = 0.4) -> list[Any]:
        """Four walls whose outer faces are the sides of a box."""
        x1, y1, x2, y2 = box
        sides = [
            (x1, y1, x2, y1 + thick),
            (x2 - thick, y1 + thick, x2, y2 - thick),
            (x1, y2 - thick, x2, y2),
            (x1, y1 + thick, x1 + thick, y2 - thick),
        ]
        return [self.box("IfcWall", structure, side, bottom, top, Name=f"Wand {n}") for n, side in enumerate(sides, 1)]

    def extruded_along_x(
        self, kind: str, structure: Any, points: Points, x1: float, x2: float, **attributes: Any
    ) -> Any:
        """A prism along x; ``points`` are (y, z)."""
        profile = self.new("IfcArbitraryClosedProfileDef", "AREA", None, self.polyline(points))
        # The profile's plane is y, z: its x axis is y, its normal is x.
        at = self.new("IfcAxis2Placement3D", self.point(x1, 0, 0), self.direction(1, 0, 0), self.direction(0, 1, 0))
        solid = self.new("IfcExtrudedAreaSolid", profile, at, self.direction(0, 0, 1), (x2 - x1) / self.scale)
        return self.element(kind, structure, self.shape(solid), **attributes)

    def georeference(
        self,
        east: float,
        north: float,
        *,
        height: float = 0.0,
        angle_deg: float | None = None,
        name: str | None = "EPSG:25832",
        scale: float | None = None,
        map_unit: bool = True,
        **crs: Any,
    ) -> Any:
        """IfcMapConversion and IfcProjectedCRS, the map in metres."""
        unit = self.new("IfcSIUnit", UnitType="LENGTHUNIT", Name="METRE") if map_unit else None
        projected = self.new("IfcProjectedCRS", Name=name, MapUnit=unit, **crs)
        conversion = self.new(
            "IfcMapConversion",
            SourceCRS=self.context,
            TargetCRS=projected,
            Eastings=float(east),
            Northings=float(north),
            OrthogonalHeight=float(height),
        )
        if angle_deg is not None:
            conversion.XAxisAbscissa = math.cos(math.radians(angle_deg))
            conversion.XAxisOrdinate = math.sin(math.radians(angle_deg))
        if scale is not None:
            conversion.Scale = scale
        return conversion

    def properties(self, owner: Any, set_name: str, **values: Any) -> None:
        """A property set of single values (wrapped as IfcReal, IfcLabel, IfcBoolean or IfcInteger)."""
        kinds = {bool: "IfcBoolean", int: "IfcInteger", float: "IfcReal", str: "IfcLabel"}
        singles = [
            self.new("IfcPropertySingleValue", key, None, self.new(kinds[type(value)], value), None)
            for key, value in values.items()
        ]
        found = self.root("IfcPropertySet", Name=set_name, HasProperties=singles)
        self.root("IfcRelDefinesByProperties", RelatedObjects=[owner], RelatingPropertyDefinition=found)

    def quantities(self, owner: Any, set_name: str, **values: float) -> None:
        """Quantities in m² (names with Area) and m³ (names with Volume)."""
        singles = []
        for key, value in values.items():
            kind = "Area" if "Area" in key else "Volume" if "Volume" in key else "Length"
            singles.append(self.new(f"IfcQuantity{kind}", Name=key, **{f"{kind}Value": float(value)}))
        found = self.root("IfcElementQuantity", Name=set_name, Quantities=singles)
        self.root("IfcRelDefinesByProperties", RelatedObjects=[owner], RelatingPropertyDefinition=found)

    def save(self, folder: Path, name: str = "modell.ifc") -> Path:
        """Write the model."""
        path = folder / name
        self.file.write(str(path))
        return path


def house(model: IfcModel, building: Any, box: Sequence[float] = (0, 0, 12, 8), storeys: int = 2) -> list[Any]:
    """A plain house: storeys of 2.8 m with walls and slabs, flat roof flush with the walls. Returns the storeys."""
    made = []
    for number in range(storeys):
        storey = model.storey(building, "Erdgeschoss" if number == 0 else f"{number}. Obergeschoss", 2.8 * number)
        model.walls(storey, box, 0, 2.8)
        model.box("IfcSlab", storey, box, -0.2, 0, PredefinedType="FLOOR", Name="Decke")
        made.append(storey)
    model.box("IfcSlab", made[-1], box, 2.8, 3.0, PredefinedType="ROOF", Name="Flachdach")
    return made
