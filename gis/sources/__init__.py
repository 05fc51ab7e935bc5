"""Live sources behind the layer interface: PostGIS tables, WFS, OGC API Features. Nothing is copied or kept."""

from functools import lru_cache

from gis.crs import crs_from_epsg
from gis.sources.config import read_sources
from gis.sources.remembering import Backend, LiveLayer
from gis.sources.settings import SourceConfigError, SourceSettings

__all__ = ["LiveLayer", "SourceConfigError", "SourceSettings", "open_live_layer", "read_sources"]


def open_live_layer(settings: SourceSettings, epsg: int) -> LiveLayer:
    """A live source as a layer in the system `epsg`; nothing is connected before the first reading."""
    return LiveLayer(settings, crs_from_epsg(epsg), _backend(settings, epsg))


@lru_cache(maxsize=64)
def _backend(settings: SourceSettings, epsg: int) -> Backend:
    """One per source and process: it lends connections, and keeps no data."""
    # Imported when needed: what is configured is asked at every start, and readers weigh much.
    crs = crs_from_epsg(epsg)
    if settings.kind == "postgis":
        from gis.sources.postgis import PostgisBackend

        return PostgisBackend(settings, crs)
    if settings.kind == "wfs":
        from gis.sources.wfs import WfsBackend

        return WfsBackend(settings, crs)
    from gis.sources.ogcapi import OgcApiBackend

    return OgcApiBackend(settings, crs)
