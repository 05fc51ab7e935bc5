"""The AdV's simplified schema, as web feature services of the states give it."""

from pathlib import Path
from typing import Any

import pytest

from gis.importing import CADASTRE_LAYERS, ImportRequest, import_cadastre, import_features
from gis.layers import open_snapshot
from gis.readers.opening import open_source
from gis.readers.source import SourceError

WFS = 'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"'
NAMESPACE = "http://repository.gdi-de.org/schemas/adv/produkt/alkis-vereinfacht/{version}"
UTM = "urn:ogc:def:crs:EPSG::25832"


def multi_surface(ring: str, srs: str = UTM) -> str:
    """A property with a surface of one ring."""
    return (
        f'<ave:geometrie><gml:MultiSurface srsName="{srs}"><gml:surfaceMember><gml:Polygon><gml:exterior>{ring}'
        "</gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></ave:geometrie>"
    )


def linear(*points: tuple[float, float]) -> str:
    """A ring of corners."""
    text = " ".join(f"{x} {y}" for x, y in points)
    return f"<gml:LinearRing><gml:posList>{text}</gml:posList></gml:LinearRing>"


def box(x: float, y: float, side: float = 10) -> str:
    """A square of `side` metres."""
    east, north = 550_000 + x, 5_800_000 + y
    return multi_surface(
        linear((east, north), (east + side, north), (east + side, north + side), (east, north + side), (east, north))
    )


def parcel(number: int, geometry: str) -> str:
    """A parcel with the attributes that services give."""
    return (
        f'<ave:Flurstueck gml:id="F{number}"><ave:oid>DENIF{number}FL</ave:oid><ave:aktualit>2026-01-01</ave:aktualit>'
        f"{geometry}<ave:flaeche>100.5</ave:flaeche><ave:flstkennz>031001004{number:05}</ave:flstkennz>"
        "<ave:gemarkung>Hannover</ave:gemarkung><ave:gemaschl>031001</ave:gemaschl><ave:flurschl>031001004</ave:flurschl>"
        f"<ave:flstnrzae>{number}</ave:flstnrzae><ave:gmdschl>03241001</ave:gmdschl>"
        "<ave:lagebeztxt>Lange Straße 5</ave:lagebeztxt></ave:Flurstueck>"
    )


def building(number: int, x: float, *, key: str = "", kind: str = "", place: str = "") -> str:
    """A building, a part of one, or another structure."""
    texts = {"gfkzshh": key, "gebnutzbez": kind, "lagebeztxt": place}
    more = "".join(f"<ave:{name}>{text}</ave:{name}>" for name, text in texts.items() if text)
    return (
        f'<ave:GebaeudeBauwerk gml:id="G{number}"><ave:oid>DENIG{number}BL</ave:oid>{box(x, 0)}{more}'
        "<ave:funktion>Wohnhaus</ave:funktion><ave:anzahlgs>2</ave:anzahlgs></ave:GebaeudeBauwerk>"
    )


def collection(folder: Path, *things: str, version: str = "2.0", at_members: bool = False) -> Path:
    """The answer of a service; `at_members` declares the schema at each member and not at the root."""
    declared = f'xmlns:ave="{NAMESPACE.format(version=version)}"'
    body = "".join(f"<wfs:member>{thing}</wfs:member>" for thing in things)
    if at_members:
        body = body.replace(" gml:id", f" {declared} gml:id")
    path = folder / "antwort.gml"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection {WFS} {"" if at_members else declared} '
        f'numberMatched="unknown"><wfs:boundedBy><gml:Envelope srsName="{UTM}"><gml:lowerCorner>1 1</gml:lowerCorner>'
        f"</gml:Envelope></wfs:boundedBy>{body}</wfs:FeatureCollection>"
    )
    return path


def rows(path: Path, layer: str) -> list[dict[str, Any]]:
    """Rows of a layer with their geometries."""
    with open_source(path) as opened:
        return [
            values | {"geometry": geometry}
            for batch in opened.source.batches(layer, ())
            for values, geometry in zip(batch.attributes.to_pylist(), batch.geometry, strict=True)
        ]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("at_members", [False, True])
def test_parcels_of_both_versions_wherever_the_schema_is_declared(
    tmp_path: Path, version: str, at_members: bool
) -> None:
    path = collection(tmp_path, parcel(12, box(0, 0)), version=version, at_members=at_members)
    summary = import_features(ImportRequest("parcels", path), tmp_path / "store")
    assert (summary.ok, summary.source_format, summary.crs) == (True, "ALKIS-vereinfacht", "EPSG:25832")
    (row,) = rows(path, "parcels")
    assert row["official_area_m2"] == "100.5"
    assert (row["cadastral_district"], row["numerator"]) == ("031001", "12")


def test_the_parcel_number_gets_its_underscores_back(tmp_path: Path) -> None:
    path = collection(tmp_path, parcel(12, box(0, 0)))
    summary = import_features(ImportRequest("parcels", path), tmp_path / "store")
    assert summary.snapshot is not None
    assert open_snapshot("parcels", summary.snapshot).find("03100100400012______") is not None


def test_arcs_in_degrees_are_stroked_in_metres(tmp_path: Path) -> None:
    # A half circle of about 100 m radius north of 52° N, 9° E, written latitude first.
    metre = 1 / 111_270
    across = metre / 0.61566
    ring = (
        "<gml:Ring><gml:curveMember><gml:Curve><gml:segments>"
        f"<gml:Arc><gml:posList>52 {9 + 100 * across} {52 + 100 * metre} 9 "
        f"52 {9 - 100 * across}</gml:posList></gml:Arc>"
        f"<gml:LineStringSegment><gml:posList>52 {9 - 100 * across} 52 {9 + 100 * across}</gml:posList>"
        "</gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember></gml:Ring>"
    )
    path = collection(tmp_path, parcel(1, multi_surface(ring, "urn:ogc:def:crs:EPSG::4326")))
    (row,) = rows(path, "parcels")
    assert row["geometry"].bounds[:2] == pytest.approx((499_900, 5_761_038), abs=1)
    assert row["geometry"].area == pytest.approx(15_708, rel=0.005)


def test_buildings_parts_and_other_structures_are_told_apart_by_their_key(tmp_path: Path) -> None:
    path = collection(
        tmp_path,
        building(1, 0, key="31001_1010"),
        building(2, 20, key="31002_1100"),
        building(3, 40, key="51009_1610"),
        building(4, 60, kind="Gebäude"),
        building(5, 80, kind="Bauteil"),
        building(6, 100, kind="SonstigesBauwerkOderSonstigeEinrichtung"),
    )
    buildings = rows(path, "buildings")
    assert [(row["building_id"], row["function"]) for row in buildings] == [
        ("DENIG1BL", "1010"),
        ("DENIG4BL", "Wohnhaus"),
    ]
    assert buildings[0]["storeys"] == "2"
    assert [(row["part_id"], row["kind"]) for row in rows(path, "building_parts")] == [
        ("DENIG2BL", "1100"),
        ("DENIG5BL", "Wohnhaus"),
    ]
    with open_source(path) as opened:
        list(opened.source.batches("buildings", ()))
        assert opened.source.warnings == ("Nicht übernommen: Bauwerke, die keine Gebäude sind (2).",)


def test_what_a_building_says_of_its_place_becomes_addresses(tmp_path: Path) -> None:
    path = collection(
        tmp_path, building(1, 0, key="31001_1010", place="Am Alten Markt 3 a; Straße des 17. Juni 135; Hof")
    )
    first, second = rows(path, "addresses")
    assert (first["street"], first["house_number"], first["house_number_suffix"]) == ("Am Alten Markt", "3", "a")
    assert (second["street"], second["house_number"]) == ("Straße des 17. Juni", "135")
    assert first["address_id"] != second["address_id"]
    assert first["position_source"] == "building"
    with open_source(path) as opened:
        list(opened.source.batches("addresses", ()))
        assert opened.source.warnings == ("Lagebezeichnungen ohne erkennbare Hausnummer: 1.",)


def test_all_layers_of_a_collection_come_in_at_once(tmp_path: Path) -> None:
    use = (
        f'<ave:Nutzung gml:id="N1"><ave:oid>DENIN1TN</ave:oid>{box(0, 0)}<ave:nutzart>Wohnbaufläche</ave:nutzart>'
        "<ave:bez>Wohnbaufläche</ave:bez></ave:Nutzung>"
    )
    path = collection(tmp_path, parcel(1, box(0, 0)), building(1, 0, key="31001_1010", place="Hauptstr. 1"), use)
    summary = import_cadastre(ImportRequest("parcels", path), CADASTRE_LAYERS, tmp_path / "store")
    assert summary.ok
    assert summary.to_json()["counts"] == {"parcels": 1, "buildings": 1, "addresses": 1, "land_use": 1}


def test_two_systems_in_one_answer_are_refused(tmp_path: Path) -> None:
    other = box(0, 0).replace("25832", "25833")
    with pytest.raises(SourceError, match="mischt Koordinatenreferenzsysteme"):
        rows(collection(tmp_path, parcel(1, box(0, 0)), parcel(2, other)), "parcels")


def test_a_broken_ring_names_its_parcel(tmp_path: Path) -> None:
    broken = multi_surface(linear((550_000, 5_800_000), (550_010, 5_800_000), (550_010, 5_800_010)))
    path = collection(tmp_path, parcel(1, box(0, 0)), parcel(2, broken))
    summary = import_features(ImportRequest("parcels", path), tmp_path / "store")
    assert not summary.ok
    (problem,) = summary.problems
    assert (problem.id, problem.message) == ("03100100400002______", "Ein Ring ist nicht geschlossen.")
    assert problem.place == (550_000, 5_800_000)
