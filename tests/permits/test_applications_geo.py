"""Geodata for maps: windows of layers and the geometry of a case."""

import shutil
from pathlib import Path

import pytest
import shapely
from django.conf import settings
from django.test import Client
from django.urls import reverse

from demo.town.generate import Town
from permits.models import PermitAuthority, PermitCase
from permits.selectors.layers import _opened, publications_in_force
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(client: Client, cast: Cast) -> Client:
    client.force_login(cast.owner)
    return client


def window(authority: PermitAuthority, bbox: str, layer: str = "") -> str:
    name, args = ("geo_layer", [authority.uuid, layer]) if layer else ("geo_window", [authority.uuid])
    return f"{reverse(name, args=args)}?bbox={bbox}"


def box_of(town: Town) -> str:
    x1, y1, x2, y2 = town.site("einfamilienhaus").geometry.bounds
    return f"{x1:.2f},{y1:.2f},{x2:.2f},{y2:.2f}"


def test_window_holds_the_parcel_with_its_number_in_metres(
    anna: Client, authorities: dict[str, PermitAuthority], published_town: Town
) -> None:
    site = published_town.site("einfamilienhaus")
    answer = anna.get(window(authorities["musterstadt"], box_of(published_town), "parcels"))
    assert answer["Content-Type"] == "application/geo+json"
    data = answer.json()
    assert data["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::25832"
    found = {row["properties"]["parcel_id"]: row for row in data["features"]}
    parcel = found[site.parcels[0]]
    assert parcel["properties"]["kind"] == "parcel"
    assert shapely.hausdorff_distance(shapely.geometry.shape(parcel["geometry"]), site.geometry) < 0.001


def test_map_shows_every_published_layer_with_its_kind(
    anna: Client, authorities: dict[str, PermitAuthority], published_town: Town
) -> None:
    x, y = published_town.site("einfamilienhaus").geometry.centroid.coords[0]
    answer = anna.get(window(authorities["musterstadt"], f"{x - 300},{y - 300},{x + 300},{y + 300}"))
    kinds = {row["properties"]["kind"] for row in answer.json()["features"]}
    assert {"parcel", "building", "zone", "building_window", "street_boundary"} <= kinds


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "10,10,0,0", "inf,0,1,1"])
def test_bad_window_is_refused_in_german(
    anna: Client, authorities: dict[str, PermitAuthority], published_town: Town, bbox: str
) -> None:
    answer = anna.get(window(authorities["musterstadt"], bbox))
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("Bitte geben Sie den Ausschnitt")


def test_too_large_window_is_refused(
    anna: Client, authorities: dict[str, PermitAuthority], published_town: Town
) -> None:
    answer = anna.get(window(authorities["musterstadt"], "540000,5790000,560000,5810000"))
    assert answer.status_code == 400
    assert "zu groß" in answer.json()["message"]


def test_missing_layer_is_unavailable_and_never_empty(
    anna: Client, authorities: dict[str, PermitAuthority], published_town: Town, draft: PermitCase
) -> None:
    authority = authorities["musterstadt"]
    publication = publications_in_force(authority)["buildings"]
    snapshot = publication.snapshot
    folder = Path(settings.LAYER_ROOT) / snapshot.owner_folder / "buildings" / snapshot.snapshot_id
    away = folder.with_name("away")
    shutil.move(folder, away)
    _opened.cache_clear()
    try:
        answer = anna.get(window(authority, box_of(published_town), "buildings"))
        assert answer.status_code == 503
        assert "nicht verfügbar" in answer.json()["message"]
        assert anna.get(window(authority, box_of(published_town), "parcels")).status_code == 200
        around = anna.get(reverse("geo_case", args=[draft.uuid])).json()
        assert any("nicht verfügbar" in reason for reason in around["unavailable"])
        assert {row["properties"]["kind"] for row in around["features"]} >= {"site", "plan", "parcel"}
    finally:
        shutil.move(away, folder)
        _opened.cache_clear()


def test_unpublished_layer_and_unknown_name(anna: Client, authorities: dict[str, PermitAuthority]) -> None:
    authority = authorities["musterstadt"]
    assert anna.get(window(authority, "0,0,1,1", "parcels")).status_code == 503
    assert anna.get(window(authority, "0,0,1,1")).status_code == 503
    assert anna.get(window(authority, "0,0,1,1", "weather")).status_code == 404


def test_case_shows_site_plan_and_findings_to_its_people_only(
    anna: Client, client: Client, draft: PermitCase, cast: Cast
) -> None:
    address = reverse("geo_case", args=[draft.uuid])
    rows = anna.get(address).json()["features"]
    kinds = [row["properties"]["kind"] for row in rows]
    assert {"site", "plan", "finding", "parcel", "building"} <= set(kinds)
    assert kinds.count("site") == 1
    chosen = draft.site.parcels.get().parcel_id
    assert not [
        row for row in rows if row["properties"].get("parcel_id") == chosen and row["properties"]["kind"] != "site"
    ]
    bare = {row["properties"]["kind"] for row in anna.get(address + "?vorhaben=0").json()["features"]}
    assert not bare & {"plan", "finding"}
    client.force_login(cast.stranger)
    assert client.get(address).status_code == 404
