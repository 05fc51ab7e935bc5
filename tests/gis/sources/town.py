"""A quarter of 40 parcels for tests of live sources, under the column names that a German source would use."""

import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from tests.gis.builders import EAST, NORTH, box

Feature = dict[str, Any]
#: Bounds of everything.
ALL = (EAST - 10, NORTH - 10, EAST + 260, NORTH + 140)
#: Six of the parcels.
SOME = (EAST + 30, NORTH + 5, EAST + 70, NORTH + 45)


def number(index: int) -> str:
    """Flurstückskennzeichen of a parcel."""
    return f"030001003{index:05}______"


def quarter() -> dict[str, list[Feature]]:
    """Parcels of 20 × 30 m in four rows, some with holes or in two parts; buildings, zones, street lines."""
    parcels, buildings = [], []
    for index in range(40):
        row, column = divmod(index, 10)
        x, y = column * 25.0, row * 35.0
        shape: BaseGeometry = box(x, y, x + 25.125, y + 35.001)
        if index == 7:
            shape = shape.difference(box(x + 5, y + 5, x + 10.5, y + 9))
        if index == 8:
            shape = shapely.MultiPolygon([box(x, y, x + 10, y + 35), box(x + 12, y, x + 25, y + 35)])
        parcels.append(
            feature(
                f"DENIAL{index:04}",
                shape,
                {
                    "flstkennz": number(index).rstrip("_"),
                    "flaeche": round(shape.area),
                    "gemarkung": "Übersee & Söhne",
                    "flurstnr": None,
                    "zaehler": str(index),
                    "nenner": None if index % 2 else "2",
                },
            )
        )
        house = box(x + 4, y + 6, x + 14, y + 15)
        buildings.append(feature(f"G{index:04}", house, {"gfk": "31001_1010", "aog": 2, "hoehe": 7.5 + index / 10}))
    zones = [
        feature("Z1", box(0, 0, 125, 140), {"baugebiet": "WA", "grz": 0.4, "plan": "B 17"}),
        feature("Z2", box(125, 0, 251, 140), {"baugebiet": "GE", "grz": None, "plan": "B 17"}),
    ]
    lines = [
        feature(f"L{row}", shapely.LineString([(EAST, NORTH + row), (EAST + 250, NORTH + row)]), {"plan": "B 17"})
        for row in (0.0, 35.0)
    ]
    return {"parcels": parcels, "buildings": buildings, "zoning": zones, "street_boundaries": lines}


def feature(name: str, shape: BaseGeometry, properties: dict[str, Any]) -> Feature:
    """A feature as GeoJSON has it."""
    geometry = json.loads(shapely.to_geojson(shape))
    return {"type": "Feature", "id": name, "properties": properties, "geometry": geometry}


def write_geojson(path: Path, features: list[Feature]) -> Path:
    """Write a file in EPSG:25832, with the ids as a column, as the other sources have them."""
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}))
    return path
