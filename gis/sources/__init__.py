"""Live sources behind the layer interface: PostGIS tables, WFS, OGC API Features. Nothing is copied or kept."""

from functools import lru_cache

import pyproj

from gis.crs import crs_from_epsg
from gis.sources.config import read_sources
from gis.sources.ogcapi import OgcApiBackend
from gis.sources.postgis import PostgisBackend
from gis.sources.remembering import Backend, LiveLayer
from gis.sources.settings import SourceConfigError, SourceSettings
from gis.sources.wfs import WfsBackend

__all__ = ["LiveLayer", "SourceConfigError", "SourceSettings", "open_live_layer", "read_sources"]


def open_live_layer(settings: SourceSettings, epsg: int) -> LiveLayer:
    """A live source as a layer in the system `epsg`; nothing is connected before the first reading."""
    return LiveLayer(settings, crs_from_epsg(epsg), _backend(settings, epsg))


@lru_cache(maxsize=64)
def _backend(settings: SourceSettings, epsg: int) -> Backend:
    """One per source and process: it lends connections, and keeps no data."""
    crs: pyproj.CRS = crs_from_epsg(epsg)
    if settings.kind == "postgis":
        return PostgisBackend(settings, crs)
    return WfsBackend(settings, crs) if settings.kind == "wfs" else OgcApiBackend(settings, crs)
