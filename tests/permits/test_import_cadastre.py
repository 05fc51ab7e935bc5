"""import_cadastre: all layers of one ALKIS file come into force together, or none does."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command
from pytest_django import Settings

from permits.models import AuditEvent, LayerPublication, PermitAuthority
from permits.selectors.layers import find_parcel, layers_for
from tests.gis.nas_builders import edge, extract, link, parcel, point, ring, square, surface, thing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Settings) -> Path:
    settings.LAYER_ROOT = tmp_path / "layers"
    return tmp_path / "layers"


@pytest.fixture
def one(authorities: dict[str, PermitAuthority]) -> PermitAuthority:
    return sorted(authorities.values(), key=lambda authority: authority.slug)[0]


def cadastre(folder: Path, *more: str) -> Path:
    """Two parcels, a house with its number, a street, a monument."""
    return extract(
        folder,
        parcel(1),
        parcel(2),
        thing(
            "AX_Gebaeude",
            "DENIG1",
            square(12, 2, 5),
            "<gebaeudefunktion>1010</gebaeudefunktion>",
            link("zeigtAuf", "L"),
        ),
        thing("AX_LagebezeichnungMitHausnummer", "L", "<hausnummer>7</hausnummer>"),
        thing("AP_PTO", "T", point(14, 4), "<art>HNR</art>", link("dientZurDarstellungVon", "L"), model="DKKM500"),
        thing("AX_Strassenverkehr", "DENIS1", square(0, 20, 30)),
        thing("AX_Wohnbauflaeche", "DENIW1", square(10, 0, 20)),
        thing("AX_Denkmalschutzrecht", "DENID1", square(12, 2, 5), "<artDerFestlegung>2711</artDerFestlegung>"),
        *more,
    )


def run(*arguments: object) -> dict[str, Any]:
    out = StringIO()
    call_command("import_cadastre", *map(str, arguments), stdout=out, stderr=StringIO())
    summary: dict[str, Any] = json.loads(out.getvalue())
    return summary


def test_all_layers_are_in_force_with_counts_and_areas(tmp_path: Path, one: PermitAuthority) -> None:
    summary = run(cadastre(tmp_path), "--authority", one.slug, "--date", "2026-10-01", "--source", "LGLN")
    assert summary["ok"]
    assert summary["published"]
    assert summary["counts"] == {"parcels": 2, "buildings": 1, "addresses": 1, "traffic_areas": 1, "land_use": 2}
    assert summary["areas_m2"]["parcels"] == pytest.approx(200)
    assert summary["layers"]["land_use"]["counts"] == {"AX_Strassenverkehr": 1, "AX_Wohnbauflaeche": 1}
    assert summary["layers"]["land_use"]["areas_m2"] == {
        "AX_Strassenverkehr": pytest.approx(900),
        "AX_Wohnbauflaeche": pytest.approx(400),
    }
    in_force = layers_for(one)
    assert {"parcels", "buildings", "addresses", "traffic_areas", "land_use"} <= set(in_force)
    assert find_parcel(one, "03100100400002______") is not None
    assert AuditEvent.objects.filter(type="layer.published").count() == 5


def test_legal_areas_come_only_when_asked_for(tmp_path: Path, one: PermitAuthority) -> None:
    path = cadastre(tmp_path)
    assert "monuments" not in run(path, "--authority", one.slug)["layers"]
    summary = run(path, "--authority", one.slug, "--layers", "monuments", "overlays")
    assert summary["counts"] == {"monuments": 1}
    assert summary["notes"] == ["Ohne Objekte in dieser Datei, ein früherer Datenstand bleibt in Kraft: overlays."]


def test_one_bad_building_and_not_even_the_parcels_are_published(
    tmp_path: Path, one: PermitAuthority, store: Path
) -> None:
    open_ring = surface(ring(edge((0, 0), (10, 0)), edge((10, 0), (10, 10))))
    path = cadastre(tmp_path, thing("AX_Gebaeude", "DENIG2", open_ring))
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="Ebenen mit Fehlern: buildings; es wurde nichts") as error:
        call_command("import_cadastre", str(path), "--authority", one.slug, stdout=out, stderr=err)
    assert error.value.returncode == 1
    assert not json.loads(out.getvalue())["published"]
    assert "buildings: DENIG2: unreadable_geometry bei 550000.000 5800000.000: Ein Ring ist nicht geschlossen." in (
        err.getvalue()
    )
    assert not LayerPublication.objects.filter(authority=one).exists()
    assert not list(store.rglob("meta.json"))
    summary = run(path, "--authority", one.slug, "--skip-bad")
    assert summary["layers"]["buildings"]["skipped_count"] == 1
    assert summary["layers"]["parcels"]["published"]


def test_validating_publishes_nothing(tmp_path: Path, one: PermitAuthority) -> None:
    summary = run(cadastre(tmp_path), "--authority", one.slug, "--validate-only")
    assert summary["ok"]
    assert not summary["published"]
    assert not LayerPublication.objects.filter(authority=one).exists()


def test_a_file_that_is_no_cadastre_is_sent_to_import_layer(tmp_path: Path, one: PermitAuthority) -> None:
    path = tmp_path / "x.geojson"
    geometry = json.loads(shapely.to_geojson(shapely.Point(9, 52)))
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}))
    with pytest.raises(CommandError, match=r"kein ALKIS-Auszug .*import_layer"):
        run(path, "--authority", one.slug)
