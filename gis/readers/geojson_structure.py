"""What RFC 7946 asks of the structure of GeoJSON."""

from typing import Any

GEOMETRY_TYPES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)

_STRANGERS = {
    "FeatureCollection": frozenset({"coordinates", "geometries", "geometry", "properties"}),
    "Feature": frozenset({"coordinates", "geometries", "features"}),
    "Geometry": frozenset({"geometry", "properties", "features"}),
}


class StructureError(ValueError):
    """A feature does not have the structure of RFC 7946."""

    def __init__(self, message: str, kind: str = "structure") -> None:
        super().__init__(message)
        self.kind = kind


def refuse_strangers(member: dict[str, Any], kind: object) -> None:
    """Refuse members that would change the meaning (RFC 7946, 7.1), and a bounding box that is none."""
    key = str(kind) if kind in ("FeatureCollection", "Feature") else "Geometry"
    if not _STRANGERS[key].isdisjoint(member):
        stranger = min(_STRANGERS[key] & member.keys())
        raise StructureError(f"Ein Objekt der Art {key} darf keinen Eintrag „{stranger}“ haben.")
    if "bbox" not in member:
        return
    box = member["bbox"]
    if not (isinstance(box, list) and len(box) in {4, 6} and all(isinstance(value, int | float) for value in box)):
        raise StructureError("Der Begrenzungsrahmen (bbox) ist fehlerhaft.")
