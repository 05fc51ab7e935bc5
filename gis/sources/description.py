"""What is known of a live source without its data: provenance, and how its columns become canonical attributes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyproj

from gis.attributes import AttributeMapError, layer_schema, match_columns
from gis.layers import LayerInfo
from gis.sources.settings import SourceSettings

_BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class SourceDescription:
    """What a source says of itself: the system in which it is asked, and its columns."""

    crs: str
    columns: tuple[str, ...]


def info_of(settings: SourceSettings, crs: pyproj.CRS, read_at: datetime | None = None) -> LayerInfo:
    """Provenance of a live layer; its number of features is not known (-1), and its state is the day of the reading."""
    return LayerInfo(
        layer=settings.layer,
        snapshot_id=None,
        source=settings.provenance,
        licence=settings.licence,
        as_of=None if read_at is None else read_at.astimezone(_BERLIN).date(),
        crs=crs,
        feature_count=-1,
        read_at=read_at,
    )


def info_now(settings: SourceSettings, crs: pyproj.CRS) -> LayerInfo:
    """Provenance of what was just read."""
    return info_of(settings, crs, datetime.now(UTC))


def source_mapping(settings: SourceSettings, columns: Sequence[str]) -> dict[str, str]:
    """Canonical attribute → column of the source; raises LayerUnavailableError where it does not fit."""
    schema = layer_schema(settings.layer)
    try:
        mapping = match_columns(schema, columns, settings.mapping())
    except AttributeMapError as error:
        raise settings.unavailable(f"passt nicht zur Ebene „{schema.title}“: {error}") from None
    missing = [name for name, attribute in schema.attributes.items() if attribute.required and name not in mapping]
    if missing:
        raise settings.unavailable(
            f"hat keine Spalte für „{missing[0]}“ ({schema.attributes[missing[0]].description}). "
            f"Vorhanden sind: {', '.join(sorted(columns)) or 'keine'}."
        )
    return mapping
