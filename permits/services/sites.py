"""Choosing the parcels of a site and giving its site plan."""

from collections.abc import Sequence

import shapely

from permits.errors import InvalidInputError
from permits.models import CaseStatus, Level, PermitCase, Site, SiteParcel, User
from permits.selectors.layers import ParcelRecord
from permits.selectors.parcels import district_name, find_parcels
from permits.services import audit
from permits.services.drafts import count_change
from permits.services.writing import writing

MAX_PARCELS = 50


def choose_parcels(*, case: PermitCase, by: User, parcel_ids: Sequence[str], revision: int | None = None) -> Site:
    """Replace the parcels of a draft's site by ``parcel_ids`` (Flurstückskennzeichen).

    Raises InvalidInputError naming each number that does not exist or belongs to another authority; then nothing
    is changed. Raises StaleError where the list was opened before somebody else's change.
    """
    wanted = list(dict.fromkeys(parcel_ids))
    if not wanted:
        raise InvalidInputError("Bitte wählen Sie mindestens ein Flurstück.", field="parcels")
    if len(wanted) > MAX_PARCELS:
        raise InvalidInputError(f"Bitte wählen Sie höchstens {MAX_PARCELS} Flurstücke.", field="parcels")
    with writing(case=case, by=by, level=Level.CONTRIBUTE, states=(CaseStatus.DRAFT,)) as locked:
        found = find_parcels(authority=locked.authority, parcel_ids=wanted)
        site = locked.site
        count_change(locked, revision)
        _replace(site, found)
        audit.record(type="site.parcels_chosen", by=by, case=locked, subject={"parcels": wanted})
        return site


def _replace(site: Site, found: Sequence[ParcelRecord]) -> None:
    site.parcels.all().delete()
    SiteParcel.objects.bulk_create(
        SiteParcel(
            site=site,
            parcel_id=parcel.parcel_id,
            district_name=district_name(parcel.parcel_id),
            official_area_m2=parcel.official_area_m2,
            geometry=parcel.geometry,
            box=shapely.bounds(parcel.geometry).tolist(),
            snapshot_id=parcel.snapshot_id,
        )
        for parcel in found
    )
    site.geometry = shapely.set_srid(
        shapely.union_all([parcel.geometry for parcel in found]), site.case.authority.crs_epsg
    )
    site.box = tuple(site.geometry.bounds)
    site.save(update_fields=["geometry", "box"])


def refresh_parcels(*, site: Site, case: PermitCase) -> None:
    """Take the parcels anew from the layer in force; called when the application is submitted."""
    ids = list(site.parcels.order_by("parcel_id").values_list("parcel_id", flat=True))
    _replace(site, find_parcels(authority=case.authority, parcel_ids=ids))
