"""Neighbours in the real cadastre of Neuwerk, against common boundaries computed another way."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.layers import MemoryLayer, open_layer_file
from gis.neighbours import Relation, neighbours_of
from gis.rules import load_rules
from gis.siteplan import PlanFeature, Role, SitePlan
from tests.gis.builders import TODAY

pytestmark = pytest.mark.realdata


def test_common_boundaries_are_those_that_two_parcels_share(shared_data: Path) -> None:
    path = shared_data / "alkis" / "hh_neuwerk" / "hh_neuwerk_alkis.gpkg"
    layer = open_layer_file("parcels", path, source_layer="ax_flurstueck")
    assert isinstance(layer, MemoryLayer)
    names = [str(name) for name in layer.columns["parcel_id"]]
    shapes = dict(zip(names, layer.geometry, strict=True))
    outlines = np.array([shape.boundary for shape in shapes.values()], dtype=object)
    rules = load_rules("ni", TODAY)
    pairs: dict[tuple[str, str], float] = {}
    beside: set[frozenset[str]] = set()
    for name, shape in shapes.items():
        hut = PlanFeature(shape.representative_point().buffer(0.5), Role.MAIN_BUILDING)
        found = neighbours_of(SitePlan(name, (hut,), (name,), layer.info.crs), {"parcels": layer}, rules)
        shared = {n.parcel_id: n.shared_m for n in found.neighbours if n.relation is Relation.ADJACENT}
        # The extract is a topology: common boundaries are equal to the last digit and can be cut out exactly …
        lengths = shapely.length(shapely.intersection(outlines, shape.boundary))
        expected = {other: float(m) for other, m in zip(names, lengths, strict=True) if other != name and m >= 0.1}
        assert shared.keys() == expected.keys(), name
        pairs |= {(name, other): length for other, length in shared.items()}
        beside |= {frozenset((name, other)) for other, length in shared.items() if length - expected[other] > 0.25}
        assert all(length > expected[other] - 0.01 for other, length in shared.items()), name
        near = {n.parcel_id for n in found.neighbours}
        assert near == {other for other in names if other != name and shape.distance(shapes[other]) <= 20.0}
    assert len(pairs) > 500
    assert all(pairs[b, a] == pytest.approx(length, abs=0.01) for (a, b), length in pairs.items())
    # … but for short pieces, of more than 0.25 m only twice, where the lines run a few centimetres apart.
    assert {tuple(sorted(pair)) for pair in beside} == {
        ("020125___00257______", "020125___00404______"),
        ("020125___00391______", "020125___00394______"),
    }
