"""Live sources of layers: which authority reads which layer from where. Set by the operator, never in the database."""

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from gis.crs import CrsError
from gis.layers import Bounds, LayerUnavailableError
from gis.sources import LiveLayer, SourceConfigError, SourceSettings, open_live_layer, read_sources
from permits.models import PermitAuthority


def configured_sources() -> tuple[SourceSettings, ...]:
    """Return every configured source; raises ImproperlyConfigured with a German sentence that holds no secret."""
    if not settings.LAYER_SOURCES_FILE:
        return ()
    path = Path(settings.LAYER_SOURCES_FILE)
    try:
        return _read(path, path.stat().st_mtime_ns if path.exists() else 0)
    except SourceConfigError as error:
        raise ImproperlyConfigured(str(error)) from None


def own_sources(authority: PermitAuthority) -> Mapping[str, SourceSettings]:
    """Return the sources that are configured for this authority by name, by layer."""
    return {source.layer: source for source in configured_sources() if authority.slug in source.authorities}


def shared_sources() -> Mapping[str, SourceSettings]:
    """Return the sources that are configured for all authorities, by layer."""
    return {source.layer: source for source in configured_sources() if not source.authorities}


def open_source_for(source: SourceSettings, authority: PermitAuthority) -> LiveLayer:
    """Return the layer of a source in the authority's CRS; nothing is connected before it is read."""
    return open_live_layer(source, authority.crs_epsg)


def probe_source(source: SourceSettings, bounds: Bounds, epsg: int) -> dict[str, Any]:
    """Connect to a source, read a window (system ``epsg``), and return what was found, or why not."""
    found: dict[str, Any] = {"source": source.name, "layer": source.layer, "kind": source.kind, "ok": False}
    found["provenance"] = source.provenance
    try:
        layer = open_live_layer(source, epsg)
        description, mapping = layer.describe()
        found |= {"source_crs": description.crs, "columns": list(description.columns), "mapping": dict(mapping)}
        window = layer.window(bounds)
    except LayerUnavailableError as error:
        return found | {"reason": error.reason}
    except (ValueError, CrsError):
        return found | {"reason": "Der Ausschnitt oder sein EPSG-Code ist nicht brauchbar."}
    filled = {
        name: sum(value is not None and value == value for value in values.tolist())
        for name, values in window.columns.items()
    }
    return found | {
        "ok": True,
        "reason": None,
        "crs": f"EPSG:{epsg}",
        "count": len(window),
        "skipped": [{"id": feature.id, "kind": feature.kind} for feature in window.skipped],
        "filled": {name: count for name, count in filled.items() if name in mapping},
        "digest": window.digest(),
    }


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[SourceSettings, ...]:
    return read_sources(path, os.environ)
