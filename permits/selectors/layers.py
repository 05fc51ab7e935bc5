"""Reading reference layers: which state is in force for an authority, and the parcels in it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import pyproj
import shapely
from django.conf import settings
from django.db.models import Q
from shapely.geometry.base import BaseGeometry

from gis.crs import CrsError, crs_from_name
from gis.layers import (
    Bounds,
    Layer,
    LayerInfo,
    Layers,
    LayerUnavailableError,
    LayerWindow,
    SearchableLayer,
    UnavailableLayer,
    open_snapshot,
)
from gis.sources import LiveLayer, SourceSettings
from permits.models import LayerPublication, LayerSnapshot, PermitAuthority
from permits.selectors.layer_sources import open_source_for, own_sources, shared_sources

logger = logging.getLogger(__name__)

#: Begins the state of a layer that was read from a live source, in place of a snapshot id.
LIVE = "live:"


@dataclass(frozen=True)
class ParcelRecord:
    """Flurstück as the layer in force has it. Geometry in the authority's CRS; area in m², None where not known."""

    parcel_id: str
    geometry: BaseGeometry
    official_area_m2: float | None
    cadastral_district: str | None
    cadastral_section: str | None
    snapshot_id: str


def layers_for(authority: PermitAuthority) -> Layers:
    """Return every layer in force for an authority.

    The first that there is counts: the authority's own live source, its own publication, the live source of all, the
    publication for all.

    A layer whose snapshot is missing or damaged stays in the mapping and raises LayerUnavailableError when it is
    read, so that a check answers "not assessable" and never "nothing there". One query; files are opened once per
    process, since snapshots never change.
    """
    published = publications_in_force(authority)
    live = _live_sources(authority, published)
    layers: dict[str, Layer] = {name: open_source_for(source, authority) for name, source in live.items()}
    for name, publication in published.items():
        if name not in layers:
            layers[name] = open_published(publication.snapshot)
    return MappingProxyType(layers)


def states_used(layers: Layers) -> dict[str, str | None]:
    """Return for each layer its snapshot id; for a live source that was read, the digest of its largest window."""
    used: dict[str, str | None] = {}
    for name, layer in layers.items():
        used[name] = layer.info.snapshot_id
        if isinstance(layer, LiveLayer) and layer.readings:
            _, largest = max(layer.readings, key=lambda reading: shapely.box(*reading[0]).area)
            used[name] = f"{LIVE}{largest.digest()}"
    return used


def _live_sources(
    authority: PermitAuthority, published: Mapping[str, LayerPublication]
) -> Mapping[str, SourceSettings]:
    own = own_sources(authority)
    replaced = {name for name, publication in published.items() if publication.authority_id is not None}
    return {name: source for name, source in shared_sources().items() if name not in replaced} | dict(own)


def publications_in_force(authority: PermitAuthority) -> Mapping[str, LayerPublication]:
    """Return the newest publication of each layer that counts for an authority, by layer name."""
    newest = (
        LayerPublication.objects.filter(Q(authority=authority) | Q(authority=None))
        .order_by("layer", "authority_id", "-number")
        .distinct("layer", "authority_id")
        .select_related("snapshot__owner")
    )
    in_force: dict[str, LayerPublication] = {}
    for publication in newest:
        if publication.authority_id is not None or publication.layer not in in_force:
            in_force[publication.layer] = publication
    return in_force


def open_published(snapshot: LayerSnapshot) -> SearchableLayer:
    """Return the layer of a snapshot row; one that cannot be opened says so when it is read."""
    folder = Path(settings.LAYER_ROOT) / snapshot.owner_folder / snapshot.layer / snapshot.snapshot_id
    try:
        return _opened(snapshot.layer, folder)
    except LayerUnavailableError as error:
        logger.error("layer %s: snapshot %s cannot be read: %s", snapshot.layer, snapshot.snapshot_id, error.reason)
        return UnavailableLayer(info=_info(snapshot), reason=error.reason)


def find_parcel(authority: PermitAuthority, parcel_id: str) -> ParcelRecord | None:
    """Return the parcel with this number, or None; raises LayerUnavailableError.

    A binary search in the snapshot's id index and one window read: no database table of a million rows, the same
    speed for any size.
    """
    layer = parcels_layer(authority)
    return next(iter(_records(authority, layer.find(parcel_id.strip()))), None)


def parcel_at(authority: PermitAuthority, x: float, y: float) -> ParcelRecord | None:
    """Return the parcel that holds a point (authority's CRS), or None; raises LayerUnavailableError.

    On a common boundary the parcel with the smaller number is returned.
    """
    found = [
        record for record in parcels_in(authority, (x, y, x, y)) if record.geometry.intersects(shapely.Point(x, y))
    ]
    return found[0] if found else None


def parcels_in(authority: PermitAuthority, bounds: Bounds) -> Sequence[ParcelRecord]:
    """Return the parcels in a window (authority's CRS), ordered by number; raises LayerUnavailableError."""
    layer = parcels_layer(authority)
    own = _crs(authority)
    window = pyproj.Transformer.from_crs(own, layer.info.crs, always_xy=True).transform_bounds(*bounds)
    return _records(authority, layer.window(window))


def parcels_layer(authority: PermitAuthority) -> SearchableLayer:
    """Return the parcels in force for an authority; raises LayerUnavailableError where there are none."""
    published = publications_in_force(authority)
    live = _live_sources(authority, published).get("parcels")
    if live is not None:
        return open_source_for(live, authority)
    if "parcels" not in published:
        raise LayerUnavailableError("Für diese Behörde sind keine Flurstücke veröffentlicht.")
    return open_published(published["parcels"].snapshot)


def _records(authority: PermitAuthority, window: LayerWindow) -> list[ParcelRecord]:
    geometry = window.in_crs(_crs(authority)).geometry
    columns = window.columns
    records = [
        ParcelRecord(
            parcel_id=str(columns["parcel_id"][row]),
            geometry=shapely.set_srid(geometry[row], authority.crs_epsg),
            official_area_m2=None if area != area else area,
            cadastral_district=columns["cadastral_district"][row],
            cadastral_section=columns["cadastral_section"][row],
            snapshot_id=window.info.snapshot_id or "",
        )
        for row, area in enumerate(columns["official_area_m2"].tolist())
    ]
    return sorted(records, key=lambda record: record.parcel_id)


def _crs(authority: PermitAuthority) -> pyproj.CRS:
    return crs_from_name(f"EPSG:{authority.crs_epsg}")


def _info(snapshot: LayerSnapshot) -> LayerInfo:
    try:
        crs = crs_from_name(snapshot.crs)
    except CrsError:
        crs = crs_from_name("EPSG:25832")
    return LayerInfo(
        layer=snapshot.layer,
        snapshot_id=snapshot.snapshot_id,
        source=snapshot.source,
        licence=snapshot.licence,
        as_of=snapshot.as_of,
        crs=crs,
        feature_count=snapshot.feature_count,
    )


@lru_cache(maxsize=256)
def _opened(layer: str, folder: Path) -> SearchableLayer:
    return open_snapshot(layer, folder)
