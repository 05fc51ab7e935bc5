"""What an ALKIS extract gives, layer by layer, in the encodings of GeoInfoDok 6 and 7."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
import shapely

from gis.importing import CADASTRE_LAYERS, LEGAL_LAYERS, ImportRequest, import_cadastre, import_features
from gis.readers.alkis_law import law_types
from gis.readers.gml_bulk import GeometryBuffer
from gis.readers.nas import NasSource
from gis.readers.nas_schema import nas_layers
from gis.readers.opening import open_source
from gis.readers.source import SourceError

from .nas_builders import EAST, NORTH, arc, edge, extract, link, parcel, point, ring, square, surface, thing


def rows(path: Path, layer: str) -> list[dict[str, Any]]:
    """Rows of a layer with their geometries."""
    with open_source(path) as opened:
        found = []
        for batch in opened.source.batches(layer, ()):
            assert not batch.faults
            for values, geometry in zip(batch.attributes.to_pylist(), batch.geometry, strict=True):
                found.append(values | {"geometry": geometry})
        return found


def notes(path: Path, layer: str) -> tuple[str, ...]:
    """What the reader noticed."""
    with open_source(path) as opened:
        list(opened.source.batches(layer, ()))
        return tuple(opened.source.warnings)


class TestBuildings:
    def test_a_part_has_its_kind_storeys_roof_and_clearance(self, tmp_path: Path) -> None:
        part = thing(
            "AX_Bauteil",
            "DENIB1",
            square(),
            "<bauart>2610</bauart><durchfahrtshoehe>3.5</durchfahrtshoehe><dachform>1000</dachform>",
            "<anzahlDerOberirdischenGeschosse>3</anzahlDerOberirdischenGeschosse><objekthoehe>9</objekthoehe>",
        )
        (row,) = rows(extract(tmp_path, part), "building_parts")
        assert row["part_id"] == "DENIB1"
        assert row["kind"] == "2610"
        assert row["clearance_height_m"] == "3.5"
        assert row["height_m"] == "9"
        assert row["storeys"] == "3"
        assert row["roof_form"] == "1000"

    @pytest.mark.parametrize(
        ("height", "expected"),
        [
            ("<objekthoehe>9.5</objekthoehe>", "9.5"),
            ("<objekthoehe><AX_RelativeHoehe><hoehe>7.25</hoehe></AX_RelativeHoehe></objekthoehe>", "7.25"),
            (
                (
                    "<objekthoehe><AX_RelativeHoehe><hoehe>7.25</hoehe></AX_RelativeHoehe></objekthoehe>"
                    "<objekthoehe><AX_RelativeHoehe><hoehe>11</hoehe></AX_RelativeHoehe></objekthoehe>"
                ),
                "11",
            ),
        ],
    )
    def test_the_height_is_read_in_the_old_and_the_new_form_and_the_largest_counts(
        self, tmp_path: Path, height: str, expected: str
    ) -> None:
        (row,) = rows(extract(tmp_path, thing("AX_Gebaeude", "G", square(), height), version=7), "buildings")
        assert row["height_m"] == expected

    def test_of_two_years_of_construction_the_first_counts(self, tmp_path: Path) -> None:
        building = thing("AX_Gebaeude", "G", square(), "<baujahr>1965</baujahr><baujahr>2001</baujahr>")
        (row,) = rows(extract(tmp_path, building), "buildings")
        assert row["construction_year"] == "1965"


NUMBER = (
    "<lagebezeichnung><AX_Lagebezeichnung><verschluesselt><AX_VerschluesselteLagebezeichnung><land>03</land>"
    "<regierungsbezirk>2</regierungsbezirk><kreis>41</kreis><gemeinde>001</gemeinde><lage>01234</lage>"
    "</AX_VerschluesselteLagebezeichnung></verschluesselt></AX_Lagebezeichnung></lagebezeichnung>"
)
STREET = thing(
    "AX_LagebezeichnungKatalogeintrag",
    "K",
    "<schluessel><AX_VerschluesselteLagebezeichnung><land>03</land><regierungsbezirk>2</regierungsbezirk>"
    "<kreis>41</kreis><gemeinde>001</gemeinde><lage>01234</lage></AX_VerschluesselteLagebezeichnung></schluessel>"
    "<bezeichnung>Lange Straße</bezeichnung>",
)
PLACE = thing(
    "AX_Gemeinde",
    "M",
    "<bezeichnung>Musterstadt</bezeichnung><gemeindekennzeichen><AX_Gemeindekennzeichen><land>03</land>"
    "<regierungsbezirk>2</regierungsbezirk><kreis>41</kreis><gemeinde>001</gemeinde></AX_Gemeindekennzeichen>"
    "</gemeindekennzeichen>",
)


def house_number(own_id: str, number: str) -> str:
    """A house number without a place of its own."""
    return thing("AX_LagebezeichnungMitHausnummer", own_id, NUMBER, f"<hausnummer>{number}</hausnummer>")


class TestAddresses:
    def test_a_number_gets_its_street_and_place_from_the_catalogues_and_lies_in_its_building(
        self, tmp_path: Path
    ) -> None:
        building = thing("AX_Gebaeude", "G", square(100), link("zeigtAuf", "L1"))
        # The pieces stand in any order.
        (row,) = rows(extract(tmp_path, building, house_number("L1", "12 a"), STREET, PLACE), "addresses")
        assert row["address_id"] == "L1"
        assert (row["street"], row["house_number"], row["house_number_suffix"]) == ("Lange Straße", "12", "a")
        assert row["place"] == "Musterstadt"
        assert row["position_source"] == "building"
        assert shapely.box(EAST + 100, NORTH, EAST + 110, NORTH + 10).contains(row["geometry"])

    def test_the_text_of_the_map_is_the_best_place_and_the_parcel_the_last(self, tmp_path: Path) -> None:
        text = thing(
            "AP_PTO", "T", point(3, 4), "<art>HNR</art>", link("dientZurDarstellungVon", "L1"), model="DKKM500"
        )
        building = thing("AX_Gebaeude", "G", square(100), link("zeigtAuf", "L1"))
        land = parcel(7, link("weistAuf", "L1"), link("weistAuf", "L2"))
        path = extract(tmp_path, land, building, text, house_number("L1", "1"), house_number("L2", "2"), STREET)
        first, second = rows(path, "addresses")
        assert (first["position_source"], second["position_source"]) == ("presentation", "parcel")
        assert first["geometry"].equals(shapely.Point(EAST + 3, NORTH + 4))
        assert shapely.box(EAST + 70, NORTH, EAST + 80, NORTH + 10).contains(second["geometry"])

    def test_a_georeferenced_address_stands_for_its_number(self, tmp_path: Path) -> None:
        georeferenced = thing(
            "AX_GeoreferenzierteGebaeudeadresse",
            "A",
            point(1, 1),
            "<hausnummer>5</hausnummer><postalischeAdresse><AX_Post><postleitzahl>30159</postleitzahl>"
            "<ortsnamePost>Hannover</ortsnamePost><strassenname>Kurze Straße</strassenname></AX_Post>"
            "</postalischeAdresse>",
            link("hatAuch", "L1"),
        )
        building = thing("AX_Gebaeude", "G", square(), link("zeigtAuf", "L1"))
        (row,) = rows(extract(tmp_path, house_number("L1", "5"), building, georeferenced), "addresses")
        assert row["position_source"] == "georeferenced"
        assert (row["street"], row["postcode"]) == ("Kurze Straße", "30159")

    def test_numbers_without_place_and_addresses_without_street_are_counted(self, tmp_path: Path) -> None:
        building = thing("AX_Gebaeude", "G", square(), link("zeigtAuf", "L1"))
        path = extract(tmp_path, building, house_number("L1", "5"), house_number("L2", "6"))
        (row,) = rows(path, "addresses")
        assert row["street"] is None
        assert notes(path, "addresses") == (
            "1 Hausnummer ohne Lage fehlt.",
            "1 Adresse hat keinen Straßennamen (kein Katalogeintrag).",
        )


class TestLandUse:
    @pytest.mark.parametrize("version", [6, 7])
    def test_every_type_of_use_is_read_and_traffic_twice(self, tmp_path: Path, version: int) -> None:
        kinds = list(nas_layers()["land_use"].types)
        assert len(kinds) == 28
        path = extract(
            tmp_path,
            *(thing(kind, f"N{number}", square(number * 10)) for number, kind in enumerate(kinds)),
            version=version,
        )
        assert [row["kind"] for row in rows(path, "land_use")] == kinds
        traffic = [row["kind"] for row in rows(path, "traffic_areas")]
        assert traffic == ["street", "path", "square", "railway", "other", "other"]

    def test_function_vegetation_name_and_uses_over_others(self, tmp_path: Path) -> None:
        street = thing(
            "AX_Strassenverkehr",
            "S",
            square(),
            "<funktion>5130</funktion><name><AX_Lagebezeichnung><unverschluesselt>Am Markt</unverschluesselt>"
            "</AX_Lagebezeichnung></name>",
        )
        parking = thing(
            "AX_Platz", "P", square(), "<funktion>5310</funktion><istWeitereNutzung>1000</istWeitereNutzung>"
        )
        field = thing("AX_Landwirtschaft", "W", square(20), "<vegetationsmerkmal>1010</vegetationsmerkmal>")
        found = rows(extract(tmp_path, street, parking, field, version=7), "land_use")
        assert [row["secondary"] for row in found] == ["false", "true", "false"]
        assert (found[0]["function"], found[0]["name"]) == ("5130", "Am Markt")
        assert found[2]["vegetation"] == "1010"

    def test_topographic_objects_of_the_same_type_are_left_out_and_counted(self, tmp_path: Path) -> None:
        path = extract(
            tmp_path, thing("AX_Wald", "W1", square()), thing("AX_Wald", "W2", square(side=500), model="Basis-DLM")
        )
        assert [row["area_id"] for row in rows(path, "land_use")] == ["W1"]
        assert notes(path, "land_use") == ("1 Objekt einer anderen Modellart wurde nicht übernommen.",)


def law(kind: str, key: int, own_id: str = "R", *more: str) -> str:
    """A public-law area."""
    return thing(kind, own_id, square(), f"<artDerFestlegung>{key}</artDerFestlegung>", *more)


class TestLegalAreas:
    @pytest.mark.parametrize(
        ("kind", "key", "expected", "meaning"),
        [
            ("AX_AndereFestlegungNachWasserrecht", 1441, "flood_area", "Festgesetztes Überschwemmungsgebiet"),
            ("AX_NaturUmweltOderBodenschutzrecht", 1621, "nature_protection", "Naturschutzgebiet"),
            ("AX_NaturUmweltOderBodenschutzrecht", 621, "nature_protection", "Naturschutzgebiet"),
            ("AX_NaturUmweltOderBodenschutzrecht", 1634, "soil_protection", "Altlast"),
            ("AX_BauRaumOderBodenordnungsrecht", 1840, "redevelopment_area", "Sanierung"),
            ("AX_BauRaumOderBodenordnungsrecht", 1720, "development_freeze", "Veränderungssperre nach Baugesetzbuch"),
            ("AX_KlassifizierungNachStrassenrecht", 1150, "road_classification", "Gemeindestraße"),
            ("AX_KlassifizierungNachWasserrecht", 1330, "water_classification", "Gewässer II. Ordnung"),
            ("AX_SonstigesRecht", 4110, "air_traffic", "Bauschutzbereich"),
        ],
    )
    def test_the_key_says_which_kind_of_overlay_it_is(
        self, tmp_path: Path, kind: str, key: int, expected: str, meaning: str
    ) -> None:
        (row,) = rows(extract(tmp_path, law(kind, key)), "overlays")
        assert (row["kind"], row["key"], row["description"]) == (expected, str(key), meaning)

    def test_a_key_that_the_catalogue_does_not_know_keeps_the_area_and_is_named(self, tmp_path: Path) -> None:
        path = extract(tmp_path, law("AX_SonstigesRecht", 4242))
        assert rows(path, "overlays")[0]["kind"] == "other"
        assert notes(path, "overlays") == (
            "Unbekannter Schlüssel AX_SonstigesRecht 4242 (1×): Die Art der Festlegung bleibt offen.",
        )

    def test_a_zone_says_what_its_protected_area_is(self, tmp_path: Path) -> None:
        zone = thing("AX_Schutzzone", "Z", link("istTeilVon", "S"), square(), "<zone>1031</zone>")
        area = thing(
            "AX_SchutzgebietNachWasserrecht", "S", "<artDerFestlegung>1510</artDerFestlegung><name>Fuhrberg</name>"
        )
        (row,) = rows(extract(tmp_path, zone, area), "overlays")
        assert (row["overlay_id"], row["kind"], row["key"]) == ("Z", "water_protection", "1510")
        assert (row["zone"], row["name"]) == ("Zone III A", "Fuhrberg")

    def test_a_zone_of_an_area_outside_of_the_file_stays_and_is_named(self, tmp_path: Path) -> None:
        path = extract(tmp_path, thing("AX_Schutzzone", "Z", link("istTeilVon", "S"), square(), "<zone>1020</zone>"))
        assert rows(path, "overlays")[0]["kind"] == "protection_zone"
        assert "zu keinem Schutzgebiet dieser Datei" in notes(path, "overlays")[0]

    def test_public_easements_and_monuments_are_layers_of_their_own(self, tmp_path: Path) -> None:
        path = extract(
            tmp_path,
            law("AX_BauRaumOderBodenordnungsrecht", 2610, "B", "<name>4711</name>"),
            law("AX_Denkmalschutzrecht", 2711, "D", "<bezeichnung>Rathaus</bezeichnung>"),
        )
        assert rows(path, "overlays") == []
        (easement,) = rows(path, "easements")
        assert (easement["easement_id"], easement["kind"]) == ("4711", "Baulast")
        (monument,) = rows(path, "monuments")
        assert (monument["kind"], monument["description"]) == ("2711", "Baudenkmal")
        assert monument["name"] == "Rathaus"

    def test_every_type_of_the_catalogue_is_in_the_table(self) -> None:
        assert len(law_types()) == 12
        assert all(kind.keys for kind in law_types().values())


PERSON = thing(
    "AX_Person",
    "DENIPERSON00001",
    "<nachnameOderFirma>Geheimnisträger</nachnameOderFirma><vorname>Erika</vorname>"
    "<geburtsdatum>1964-08-12</geburtsdatum>",
)
BOOKING = thing(
    "AX_Buchungsstelle", "DENIBUCHUNG0001", "<buchungsart>1100</buchungsart><laufendeNummer>7</laufendeNummer>"
)
OWNER = thing("AX_Namensnummer", "DENINAMEN000001", link("benennt", "DENIPERSON00001"))
HOME = thing("AX_Anschrift", "DENIANSCHR00001", "<ort_Post>Heimlichhausen</ort_Post><strasse>Stille Gasse</strasse>")


def test_of_persons_and_bookings_no_byte_reaches_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spools: list[bytes] = []
    original = NasSource.close

    def keep(self: NasSource) -> None:
        spools.extend(file.read_bytes() for file in self._folder.rglob("*") if file.is_file())
        original(self)

    monkeypatch.setattr(NasSource, "close", keep)
    land = parcel(
        1,
        link("istGebucht", "DENIBUCHUNG0001"),
        "<zeigtAufExternes><AA_Fachdatenverbindung><fachdatenobjekt><AA_Fachdatenobjekt><name>Geheimnisträger</name>"
        "</AA_Fachdatenobjekt></fachdatenobjekt></AA_Fachdatenverbindung></zeigtAufExternes>",
    )
    source = extract(tmp_path, PERSON, BOOKING, land, OWNER, HOME, thing("AX_Gebaeude", "G", square()))
    store = tmp_path / "store"
    summary = import_cadastre(ImportRequest("parcels", source), (*CADASTRE_LAYERS, *LEGAL_LAYERS), store)
    assert summary.ok
    written = [file.read_bytes() for file in store.rglob("*") if file.is_file()]
    assert len(written) >= 6
    assert spools
    secrets = ("Geheimnis", "Erika", "1964-08-12", "DENIPERSON", "DENIBUCHUNG", "Heimlichhausen", "Stille Gasse")
    for content in (*written, *spools, str(summary.to_json()).encode()):
        assert not [secret for secret in secrets if secret.encode() in content]


class TestFiles:
    def test_an_older_encoding_keeps_its_umlauts(self, tmp_path: Path) -> None:
        building = thing("AX_Gebaeude", "G", square(), "<name>Gästehaus Süd</name>")
        (row,) = rows(extract(tmp_path, building, encoding="iso-8859-1"), "buildings")
        assert row["name"] == "Gästehaus Süd"

    def test_an_extract_from_a_service_has_its_namespace_at_the_object_only(self, tmp_path: Path) -> None:
        path = tmp_path / "antwort.gml"
        path.write_text(
            '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" '
            'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink">'
            '<wfs:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::25832"><gml:lowerCorner>1 1</gml:lowerCorner>'
            "</gml:Envelope></wfs:boundedBy><wfs:member>"
            + parcel(3, position=square(srs="urn:ogc:def:crs:EPSG::25832")).replace(
                "<AX_Flurstueck ", '<AX_Flurstueck xmlns="http://www.adv-online.de/namespaces/adv/gid/6.0" ', 1
            )
            + "</wfs:member></wfs:FeatureCollection>"
        )
        (row,) = rows(path, "parcels")
        assert row["parcel_id"] == "03100100400003______"
        assert row["geometry"].area == pytest.approx(100)

    @pytest.mark.parametrize("name", ["urn:adv:crs:DE_DHDN_3GK3", "urn:adv:crs:DE_DHDN_3GK3_NI000"])
    def test_gauss_krueger_coordinates_become_utm(self, tmp_path: Path, name: str) -> None:
        path = extract(tmp_path, parcel(1, position=square(3_000_000, 4_000, srs=name)))
        summary = import_features(ImportRequest("parcels", path, srid=25832), tmp_path / "store")
        assert summary.ok
        assert summary.crs == "EPSG:25832"
        assert summary.bounds is not None
        assert summary.bounds[0] == pytest.approx(549_900, abs=300)

    def test_latitude_before_longitude_is_recognised_and_moved_to_metres(self, tmp_path: Path) -> None:
        corners = "52.0000 9.0000 52.0000 9.0010 52.0010 9.0010 52.0010 9.0000 52.0000 9.0000"
        position = (
            '<position><gml:Polygon srsName="urn:ogc:def:crs:EPSG::4258"><gml:exterior><gml:LinearRing>'
            f"<gml:posList>{corners}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></position>"
        )
        (row,) = rows(extract(tmp_path, parcel(1, position=position)), "parcels")
        # 9° east is the middle meridian of zone 32.
        assert row["geometry"].bounds[0] == pytest.approx(500_000, abs=0.01)
        assert row["geometry"].area == pytest.approx(68.6 * 111.2, rel=0.01)

    def test_the_first_delivery_of_a_user_holds_only_inserts_and_is_read(self, tmp_path: Path) -> None:
        path = extract(tmp_path, parcel(1), parcel(2))
        path.write_text(
            path.read_text()
            .replace("AX_Bestandsdatenauszug", "AX_NutzerbezogeneBestandsdatenaktualisierung_NBA")
            .replace("wfs:FeatureCollection>", "wfs:Transaction>")
            .replace("gml:featureMember>", "wfs:Insert>")
        )
        assert len(rows(path, "parcels")) == 2

    def test_one_change_among_inserts_refuses_the_file(self, tmp_path: Path) -> None:
        path = extract(tmp_path, parcel(1), parcel(2))
        text = path.read_text().replace("gml:featureMember>", "wfs:Insert>")
        head, _, tail = text.rpartition("<wfs:Insert>")
        path.write_text(f"{head}<wfs:Delete>{tail.replace('</wfs:Insert>', '</wfs:Delete>', 1)}")
        with pytest.raises(SourceError, match="Fortführungsauftrag"):
            rows(path, "parcels")

    def test_a_file_that_mixes_kinds_of_members_is_refused_and_not_half_read(self, tmp_path: Path) -> None:
        path = extract(tmp_path, parcel(1), parcel(2))
        head, _, tail = path.read_text().rpartition("<gml:featureMember>")
        path.write_text(f"{head}<wfs:member>{tail.replace('</gml:featureMember>', '</wfs:member>', 1)}")
        with pytest.raises(SourceError, match="mischt"):
            rows(path, "parcels")

    def test_a_heading_without_end_is_refused(self, tmp_path: Path) -> None:
        path = extract(tmp_path, parcel(1), heading="<x/>" * 100_001)
        with pytest.raises(SourceError, match="vor dem ersten Objekt"):
            rows(path, "parcels")

    def test_one_portion_of_several_is_read_and_named(self, tmp_path: Path) -> None:
        path = extract(tmp_path, parcel(1), heading=portion(2, 3))
        assert len(rows(path, "parcels")) == 1
        assert notes(path, "parcels") == ("Enthalten ist nur Portion 2 von 3 dieses Auszugs.",)

    def test_all_portions_in_one_archive_are_one_extract(self, tmp_path: Path) -> None:
        both = parcel(1)
        first = extract(tmp_path, both, parcel(2), name="a.xml", heading=portion(1, 2))
        second = extract(tmp_path, both, parcel(3), name="b.xml", heading=portion(2, 2))
        archive = tmp_path / "auszug.zip"
        with zipfile.ZipFile(archive, "w") as packed:
            for path in (first, second):
                packed.write(path, path.name)
        assert [row["parcel_id"][9:14] for row in rows(archive, "parcels")] == ["00001", "00002", "00003"]
        assert notes(archive, "parcels") == ()


def portion(number: int, total: int) -> str:
    """Which part of a delivery a file is."""
    return (
        "<portionskennung><AX_Portionskennung><profilkennung>x</profilkennung>"
        f"<laufendeNummerVonGesamtzahl>{number}</laufendeNummerVonGesamtzahl><gesamtzahl>{total}</gesamtzahl>"
        "</AX_Portionskennung></portionskennung>"
    )


class TestGeometry:
    """Plain polygons are built in bulk; the careful reader must give the same."""

    def read_both(self, tmp_path: Path, position: str, monkeypatch: pytest.MonkeyPatch) -> list[shapely.Geometry]:
        path = extract(tmp_path, parcel(1, position=position))
        quick = rows(path, "parcels")[0]["geometry"]
        monkeypatch.setattr(GeometryBuffer, "_add_plain", lambda *_: False)
        return [quick, rows(path, "parcels")[0]["geometry"]]

    def test_rings_of_edges_chains_and_holes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        hole = ring(edge((2, 2), (2, 4), (4, 4)), edge((4, 4), (2, 2)))
        outer = ring(edge((0, 0), (10, 0)), edge((10, 0), (10, 10), (0, 10)), edge((0, 10), (0, 0)))
        quick, careful = self.read_both(tmp_path, surface(outer, interior=hole), monkeypatch)
        assert quick.equals_exact(careful, 0)
        assert quick.area == pytest.approx(98)

    def test_an_arc_between_edges_is_not_passed_over(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # A half circle of radius 5 bulging out of the upper edge.
        outer = ring(
            edge((0, 0), (10, 0)), edge((10, 0), (10, 10)), arc((10, 10), (5, 15), (0, 10)), edge((0, 10), (0, 0))
        )
        quick, careful = self.read_both(tmp_path, surface(outer), monkeypatch)
        assert quick.equals_exact(careful, 0)
        assert quick.area == pytest.approx(100 + 39.27, abs=0.15)

    def test_equal_corners_written_differently_still_join(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        position = square().replace(f"{EAST + 10} {NORTH} {EAST + 10}", f"{EAST + 10}.000 {NORTH} {EAST + 10}", 1)
        quick, careful = self.read_both(tmp_path, position, monkeypatch)
        assert quick.equals_exact(careful, 0)
        assert quick.area == pytest.approx(100)

    def test_a_broken_geometry_names_its_parcel_and_place(self, tmp_path: Path) -> None:
        path = extract(tmp_path, parcel(1), parcel(2, position=square(20).replace(f"{EAST + 30} ", "zehn ", 1)))
        summary = import_features(ImportRequest("parcels", path), tmp_path / "store")
        assert not summary.ok
        assert [(problem.id, problem.kind) for problem in summary.problems] == [
            ("03100100400002______", "unreadable_geometry")
        ]
