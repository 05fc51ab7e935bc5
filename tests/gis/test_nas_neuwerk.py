"""The real NAS extract of Neuwerk (Hamburg), against the GeoPackage that another program made of it."""

import gzip
import math
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from lxml import etree

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


def test_57_buildings_come_with_storeys_and_function(shared_data: Path) -> None:
    batch = read(shared_data / "alkis" / "hh_neuwerk" / "ALKIS_NeuwScharh_0003.xml.gz", "buildings")
    assert len(batch.geometry) == 57
    assert None not in batch.attributes.column("storeys").to_pylist()
    assert None not in batch.attributes.column("function").to_pylist()
