"""Has the parcel of a case changed? What the cadastre in force says about the parcels that the case was filed with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from gis.comparison import ChangeKind, ComparisonError, FeatureChange, compare_layers
from gis.crs import crs_from_epsg, transform_geometries
from gis.layers import Bounds, Layer, LayerInfo, LayerUnavailableError, MemoryLayer, UnavailableLayer
from permits.models import LayerSnapshot, PermitAuthority, PermitCase, SiteParcel
from permits.parcel_numbers import parcel_label
from permits.selectors.layers import open_published, parcels_layer


@dataclass(frozen=True)
class ParcelChange:
    """One change of parcels of the case: kind (as in ``gis.comparison.ChangeKind``), German sentence, new numbers."""

    kind: str
    label: str
    sentence: str
    old_ids: tuple[str, ...]
    new_ids: tuple[str, ...]


@dataclass(frozen=True)
class ParcelNews:
    """What became of the parcels of a case; ``unknown`` says why that cannot be told, and is empty where it can."""

    changes: tuple[ParcelChange, ...] = ()
    unknown: str = ""


def changed_parcels(case: PermitCase) -> ParcelNews:
    """Compare the parcels that the case holds with the parcels layer in force for its authority.

    Nothing is read while the snapshot in force is the one that the case holds (two queries). An older snapshot that
    is no longer there is replaced by the copies that the case keeps; mergers with neighbours then show less exactly.
    """
    parcels = list(case.site.parcels.order_by("parcel_id"))
    if not parcels:
        return ParcelNews()
    try:
        in_force = parcels_layer(case.authority)
        used = {parcel.snapshot_id for parcel in parcels}
        if used == {in_force.info.snapshot_id}:
            return ParcelNews()
        old = _old_state(case.authority, parcels)
        comparison = compare_layers(old, in_force, window=_window(case.authority, parcels, old))
    except LayerUnavailableError as error:
        return ParcelNews(unknown=error.reason)
    except ComparisonError as error:
        return ParcelNews(unknown=str(error))
    mine = {parcel.parcel_id for parcel in parcels}
    found = [_relevant(change) for change in comparison.changes if mine.intersection(change.old_ids)]
    return ParcelNews(tuple(_told(change) for change in found if change is not None))


def _relevant(change: FeatureChange) -> FeatureChange | None:
    """The change without what sources merely word differently; None where nothing else is left of it."""
    area = tuple(value for value in change.attributes if value.name == "official_area_m2")
    if change.kind is ChangeKind.ATTRIBUTES and not area:
        return None
    return replace(change, attributes=area)


def _old_state(authority: PermitAuthority, parcels: Sequence[SiteParcel]) -> Layer:
    used = {parcel.snapshot_id for parcel in parcels}
    if len(used) == 1:
        row = LayerSnapshot.objects.select_related("owner").filter(layer="parcels", snapshot_id=used.pop()).first()
        if row is not None:
            layer = open_published(row)
            if not isinstance(layer, UnavailableLayer):
                return layer
    info = LayerInfo("parcels", None, "Antrag", "", None, crs_from_epsg(authority.crs_epsg), len(parcels))
    areas = [np.nan if parcel.official_area_m2 is None else parcel.official_area_m2 for parcel in parcels]
    columns = {
        "parcel_id": np.array([parcel.parcel_id for parcel in parcels], dtype=object),
        "official_area_m2": np.array(areas, dtype=float),
    }
    return MemoryLayer(info, np.array([parcel.geometry for parcel in parcels], dtype=object), columns)


def _window(authority: PermitAuthority, parcels: Sequence[SiteParcel], old: Layer) -> Bounds:
    """Box of the parcels in the system of the old state, which may be another than that of the case."""
    geometry = np.array([parcel.geometry for parcel in parcels], dtype=object)
    geometry = transform_geometries(geometry, crs_from_epsg(authority.crs_epsg), old.info.crs)
    west, south, east, north = shapely.total_bounds(geometry).tolist()
    return west, south, east, north


def _told(change: FeatureChange) -> ParcelChange:
    return ParcelChange(
        kind=change.kind.value,
        label=change.kind.label,
        sentence=change.sentence(parcel_label),
        old_ids=change.old_ids,
        new_ids=change.new_ids,
    )
