"""The real NAS extract of Neuwerk (Hamburg), against the GeoPackage that another program made of it."""

import gzip
import math
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from lxml import etree

from gis.importing import CADASTRE_LAYERS, LEGAL_LAYERS, ImportRequest, import_cadastre
from gis.readers.opening import open_source
from gis.readers.source import SourceBatch

pytestmark = pytest.mark.realdata


def read(path: Path, layer: str = "parcels") -> SourceBatch:
    with open_source(path) as opened:
        (batch,) = opened.source.batches(layer, ())
        return batch


@pytest.fixture(scope="module")
def parcels(shared_data: Path) -> dict[str, shapely.Geometry]:
    batch = read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz")
    assert not batch.faults
    return dict(zip(batch.attributes.column("parcel_id").to_pylist(), batch.geometry, strict=True))


@pytest.fixture(scope="module")
def reference(shared_data: Path) -> dict[str, shapely.Geometry]:
    path = shared_data / "alkis" / "hh_neuwerk" / "hh_neuwerk_alkis.gpkg"
    frame = pyogrio.read_dataframe(path, layer="ax_flurstueck")
    return dict(zip(frame["flurstueckskennzeichen"], frame.geometry, strict=True))


@pytest.fixture(scope="module")
def arcs(shared_data: Path) -> dict[str, list[list[tuple[float, float]]]]:
    """Arcs per parcel, read from the XML by other means than ours."""
    path = shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz"
    with gzip.open(path) as file:
        tree = etree.parse(file)
    found: dict[str, list[list[tuple[float, float]]]] = {}
    for element in tree.iter("{*}AX_Flurstueck"):
        number = element.findtext("{*}flurstueckskennzeichen")
        for segment in element.iter("{*}Arc"):
            values = [float(value) for value in segment.findtext("{*}posList").split()]
            found.setdefault(number, []).append(list(zip(values[::2], values[1::2], strict=True)))
    return found


def test_all_137_parcels_are_there_and_valid(
    parcels: dict[str, shapely.Geometry], reference: dict[str, shapely.Geometry]
) -> None:
    assert len(parcels) == 137
    assert parcels.keys() == reference.keys()
    assert all(geometry.is_valid for geometry in parcels.values())


def test_parcels_with_straight_edges_equal_the_geopackage_to_1_mm(
    parcels: dict[str, shapely.Geometry],
    reference: dict[str, shapely.Geometry],
    arcs: dict[str, list[list[tuple[float, float]]]],
) -> None:
    straight = parcels.keys() - arcs.keys()
    assert len(straight) == 128
    worst = max(shapely.hausdorff_distance(parcels[number], reference[number]) for number in straight)
    assert worst <= 0.001


def test_arcs_are_within_1_cm_of_the_true_arc(
    parcels: dict[str, shapely.Geometry], arcs: dict[str, list[list[tuple[float, float]]]]
) -> None:
    assert len(arcs) == 9
    for number, segments in arcs.items():
        boundary = parcels[number].boundary
        for start, middle, end in segments:
            # A thousand points of the true arc, from its circle in exact form.
            ax, ay = middle[0] - start[0], middle[1] - start[1]
            bx, by = end[0] - start[0], end[1] - start[1]
            cross = 2 * (ax * by - ay * bx)
            cx = start[0] + (by * (ax**2 + ay**2) - ay * (bx**2 + by**2)) / cross
            cy = start[1] + (ax * (bx**2 + by**2) - bx * (ax**2 + ay**2)) / cross
            radius = math.hypot(start[0] - cx, start[1] - cy)
            first = math.atan2(start[1] - cy, start[0] - cx)
            sweep = (math.atan2(end[1] - cy, end[0] - cx) - first) % math.tau
            through = (math.atan2(middle[1] - cy, middle[0] - cx) - first) % math.tau
            if through > sweep:
                sweep -= math.tau
            angles = first + sweep * np.linspace(0, 1, 1000)
            true = shapely.points(cx + radius * np.cos(angles), cy + radius * np.sin(angles))
            assert shapely.distance(true, boundary).max() <= 0.01


def test_neighbours_share_their_edges_exactly(
    parcels: dict[str, shapely.Geometry], arcs: dict[str, list[list[tuple[float, float]]]]
) -> None:
    keys: dict[frozenset[tuple[float, float]], list[str]] = {}
    for number, segments in arcs.items():
        for start, _, end in segments:
            keys.setdefault(frozenset((start, end)), []).append(number)
    pairs = [numbers for numbers in keys.values() if len(numbers) == 2]
    assert pairs
    for one, two in pairs:
        assert shapely.intersection(parcels[one], parcels[two]).area < 1e-6
        shared = shapely.intersection(parcels[one].boundary, parcels[two].boundary)
        vertices = set(map(tuple, shapely.get_coordinates(parcels[one])))
        common = vertices & set(map(tuple, shapely.get_coordinates(parcels[two])))
        assert shared.length > 0
        assert len(common) >= 3


@pytest.fixture(scope="module")
def tree(shared_data: Path) -> etree._ElementTree:
    """The file as XML, to count in it by other means than ours."""
    with gzip.open(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz") as file:
        return etree.parse(file)


def named(tree: etree._ElementTree, *names: str) -> list[etree._Element]:
    """Objects of the given types that have not ended."""
    wanted = " or ".join(f"local-name() = '{name}'" for name in names)
    return tree.xpath(f"//*[local-name() = 'featureMember']/*[{wanted}][not(.//*[local-name() = 'endet'])]")


def values(elements: list[etree._Element], path: str) -> list[str | None]:
    """Text at a path of local names, per object."""
    steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
    return [element.findtext(steps) for element in elements]


def column(batch: SourceBatch, name: str) -> list[str | None]:
    return batch.attributes.column(name).to_pylist()


def test_57_buildings_come_with_storeys_function_roof_and_year(shared_data: Path, tree: etree._ElementTree) -> None:
    batch = read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz", "buildings")
    elements = named(tree, "AX_Gebaeude")
    assert len(batch.geometry) == len(elements) == 57
    for name, path in (
        ("storeys", "anzahlDerOberirdischenGeschosse"),
        ("storeys_below_ground", "anzahlDerUnterirdischenGeschosse"),
        ("function", "gebaeudefunktion"),
        ("roof_form", "dachform"),
        ("construction_year", "baujahr"),
        ("building_type", "bauweise"),
        ("name", "name"),
    ):
        assert column(batch, name) == values(elements, path)
    assert None not in column(batch, "storeys")


def test_buildings_equal_the_geopackage_to_1_mm(shared_data: Path) -> None:
    folder = shared_data / "alkis" / "hh_neuwerk"
    batch = read(folder / "ALKIS_NeuwScharh_0003.xml.gz", "buildings")
    frame = pyogrio.read_dataframe(folder / "hh_neuwerk_alkis.gpkg", layer="ax_gebaeude")
    assert len(frame) == 57
    # The GeoPackage has no ids of the objects in common: each building has exactly one that covers it.
    index = shapely.STRtree(frame.geometry.to_numpy())
    found = {int(index.nearest(shapely.point_on_surface(geometry))) for geometry in batch.geometry}
    assert len(found) == 57
    for geometry in batch.geometry:
        twin = frame.geometry.iloc[int(index.nearest(shapely.point_on_surface(geometry)))]
        if len(shapely.get_coordinates(geometry)) == len(shapely.get_coordinates(twin)):
            assert shapely.hausdorff_distance(geometry, twin) <= 0.001
        else:
            # An arc, which the GeoPackage strokes in its own way (it misses the true arc by up to 73 mm).
            assert shapely.hausdorff_distance(geometry, twin) <= 0.1


def test_the_file_has_no_building_parts(shared_data: Path, tree: etree._ElementTree) -> None:
    assert named(tree, "AX_Bauteil") == []
    with open_source(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz") as opened:
        assert list(opened.source.batches("building_parts", ())) == []


def test_18_addresses_and_none_twice(shared_data: Path, tree: etree._ElementTree) -> None:
    batch = read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz", "addresses")
    elements = named(tree, "AX_GeoreferenzierteGebaeudeadresse")
    assert len(batch.geometry) == len(elements) == len(named(tree, "AX_LagebezeichnungMitHausnummer")) == 18
    assert column(batch, "house_number") == values(elements, "hausnummer")
    assert column(batch, "street") == values(elements, "postalischeAdresse/AX_Post/strassenname")
    assert set(column(batch, "position_source")) == {"georeferenced"}


def test_without_georeferenced_addresses_the_same_18_numbers_lie_in_their_buildings(
    shared_data: Path, tmp_path: Path, tree: etree._ElementTree
) -> None:
    with gzip.open(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz") as packed:
        document = etree.parse(packed)
    for element in named(document, "AX_GeoreferenzierteGebaeudeadresse"):
        member = element.getparent()
        member.getparent().remove(member)
    path = tmp_path / "ohne.xml"
    document.write(str(path), encoding="utf-8", xml_declaration=True)
    batch = read(path, "addresses")
    elements = named(tree, "AX_LagebezeichnungMitHausnummer")
    assert sorted(filter(None, column(batch, "address_id"))) == sorted(
        str(element.get("{http://www.opengis.net/gml/3.2}id")) for element in elements
    )
    numbers = [
        f"{number}{suffix or ''}"
        for number, suffix in zip(column(batch, "house_number"), column(batch, "house_number_suffix"), strict=True)
    ]
    assert sorted(numbers) == sorted(str(number).replace(" ", "") for number in values(elements, "hausnummer"))
    buildings = shapely.union_all(
        read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz", "buildings").geometry
    )
    assert max(shapely.distance(point, buildings) for point in batch.geometry) < 5


LAND_USE = (
    "AX_Wohnbauflaeche", "AX_IndustrieUndGewerbeflaeche", "AX_FlaecheGemischterNutzung", "AX_Strassenverkehr",
    "AX_FlaecheBesondererFunktionalerPraegung", "AX_SportFreizeitUndErholungsflaeche", "AX_Weg", "AX_Schiffsverkehr",
    "AX_Landwirtschaft", "AX_Wald", "AX_Gehoelz", "AX_StehendesGewaesser", "AX_Hafenbecken",
)  # fmt: skip


def test_61_areas_of_land_use_do_not_overlap(shared_data: Path, tree: etree._ElementTree) -> None:
    batch = read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz", "land_use")
    elements = named(tree, *LAND_USE)
    assert column(batch, "kind") == [etree.QName(element).localname for element in elements]
    assert column(batch, "function") == values(elements, "funktion")
    assert len(batch.geometry) == 61
    total = shapely.union_all(batch.geometry)
    assert shapely.area(batch.geometry).sum() == pytest.approx(total.area, abs=1)


def test_streets_paths_and_harbour_are_traffic_areas(shared_data: Path, tree: etree._ElementTree) -> None:
    batch = read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz", "traffic_areas")
    elements = named(tree, "AX_Strassenverkehr", "AX_Weg", "AX_Platz", "AX_Bahnverkehr", "AX_Schiffsverkehr")
    assert len(batch.geometry) == len(elements) == 13
    kinds = column(batch, "kind")
    assert (kinds.count("street"), kinds.count("path"), kinds.count("other")) == (1, 10, 2)


def test_monuments_easements_and_the_national_park(shared_data: Path, tree: etree._ElementTree) -> None:
    path = shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz"
    monuments = read(path, "monuments")
    assert len(monuments.geometry) == len(named(tree, "AX_Denkmalschutzrecht")) == 2
    assert column(monuments, "kind") == values(named(tree, "AX_Denkmalschutzrecht"), "artDerFestlegung")
    easements = read(path, "easements")
    assert column(easements, "easement_id") == values(named(tree, "AX_BauRaumOderBodenordnungsrecht"), "name")
    (park,) = read(path, "overlays").attributes.to_pylist()
    assert (park["name"], park["description"]) == ("Hamburgisches Wattenmeer", "Nationalpark")
    assert (park["kind"], park["zone"]) == ("nature_protection", "Zone II")


def test_the_cadastre_is_imported_at_once_and_says_that_it_is_one_portion_of_16(
    shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz"
    summary = import_cadastre(ImportRequest("parcels", path), (*CADASTRE_LAYERS, *LEGAL_LAYERS), tmp_path)
    assert summary.ok
    assert summary.to_json()["counts"] == {
        "parcels": 137,
        "buildings": 57,
        "addresses": 18,
        "traffic_areas": 13,
        "land_use": 61,
        "monuments": 2,
        "easements": 4,
        "overlays": 1,
    }
    assert summary.layers["parcels"].notes == ("Enthalten ist nur Portion 3 von 16 dieses Auszugs.",)
    assert summary.notes == ("Ohne Objekte in dieser Datei, ein früherer Datenstand bleibt in Kraft: building_parts.",)
