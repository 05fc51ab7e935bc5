"""Model fields for geometry without GeoDjango: EWKB bytes and core PostgreSQL's ``box``."""

from typing import Any

import shapely
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from shapely.geometry.base import BaseGeometry


class GeometryField(models.BinaryField):  # type: ignore[type-arg]
    """A shapely geometry, stored as EWKB with its SRID; planar, in a projected metric CRS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> BaseGeometry | None:
        """Return the stored geometry."""
        return None if value is None else shapely.from_wkb(bytes(value))

    def to_python(self, value: Any) -> BaseGeometry | None:
        """Return ``value`` as a geometry, reading bytes as WKB."""
        return value if value is None or isinstance(value, BaseGeometry) else shapely.from_wkb(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Return the bytes to store."""
        if isinstance(value, BaseGeometry):
            value = shapely.to_wkb(value, include_srid=True)
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        """Return the geometry as hexadecimal EWKB, for fixtures."""
        value = self.value_from_object(obj)
        return "" if value is None else shapely.to_wkb(value, hex=True, include_srid=True)


class BoxField(models.Field):  # type: ignore[type-arg]
    """The bounding box of a geometry: (x min, y min, x max, y max) in metres."""

    def db_type(self, connection: Any) -> str:
        """Return PostgreSQL's own type."""
        return "box"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> tuple[float, float, float, float] | None:
        """Return the box; PostgreSQL writes the upper right corner first."""
        if value is None:
            return None
        x2, y2, x1, y1 = (float(part) for part in value.replace("(", "").replace(")", "").split(","))
        return (x1, y1, x2, y2)

    def get_prep_value(self, value: Any) -> Any:
        """Return the box as PostgreSQL reads it."""
        if value is None or isinstance(value, str):
            return value
        x1, y1, x2, y2 = value
        return f"({x2!r},{y2!r}),({x1!r},{y1!r})"


def box_index(name: str, field: str = "box") -> GistIndex:
    """Return the spatial index of a ``box`` column."""
    return GistIndex(fields=[field], name=name)
