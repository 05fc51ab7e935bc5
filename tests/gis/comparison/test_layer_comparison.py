"""Comparing two states of the parcels: small towns made by hand, so that every change is known."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from gis.comparison import ChangeKind, ComparisonError, FeatureChange, LayerComparison, compare_layers
from gis.crs import transform_geometries
from gis.layers import Layer, LayerInfo, MemoryLayer, SkippedFeature, open_layer_file
from tests.gis.builders import CRS, EAST, NORTH, box, layer

A, B, C = box(0, 0, 20, 30), box(20, 0, 40, 30), box(40, 0, 60, 30)


def town(crs: pyproj.CRS = CRS, area: float = float("nan"), /, **shapes: BaseGeometry) -> Layer:
    """Parcels by number, all with one official area."""
    official = [area for _ in shapes]
    return layer("parcels", list(shapes.values()), {"parcel_id": list(shapes), "official_area_m2": official}, crs=crs)


def kinds(comparison: LayerComparison) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(change.kind.value, change.old_ids, change.new_ids) for change in comparison.changes]


def only(comparison: LayerComparison) -> FeatureChange:
    (change,) = comparison.changes
    return change


def test_a_split_parcel_is_found_with_its_parts_even_where_one_keeps_the_number() -> None:
    comparison = compare_layers(town(A=A, B=B), town(A=box(0, 0, 20, 18), A2=box(0, 18, 20, 30), B=B))
    change = only(comparison)
    assert kinds(comparison) == [("split", ("A",), ("A", "A2"))]
    assert comparison.unchanged == 1
    # 20 m × 18 m and 20 m × 12 m of what was 20 m × 30 m.
    assert change.overlaps_m2 == {("A", "A"): pytest.approx(360), ("A", "A2"): pytest.approx(240)}
    assert change.area_change_m2 == pytest.approx(0)
    assert change.sentence(lambda number: f"Flurstück {number}") == (
        "Flurstück A wurde geteilt in Flurstück A und Flurstück A2."
    )


def test_merged_parcels_are_found_whichever_number_survives() -> None:
    assert kinds(compare_layers(town(A=A, B=B), town(A=box(0, 0, 40, 30)))) == [("merged", ("A", "B"), ("A",))]
    merged = only(compare_layers(town(A=A, B=B), town(N=box(0, 0, 40, 30))))
    assert merged.sentence() == "A und B wurden verschmolzen zu N."


def test_a_moved_boundary_tells_how_far_and_how_much_for_both_parcels() -> None:
    comparison = compare_layers(town(A=A, B=B), town(A=box(0, 0, 21, 30), B=box(21, 0, 40, 30)))
    assert kinds(comparison) == [("moved", ("A",), ("A",)), ("moved", ("B",), ("B",))]
    # 1 m along 30 m.
    assert [(c.moved_m, c.area_change_m2) for c in comparison.changes] == [
        (pytest.approx(1), pytest.approx(30)),
        (pytest.approx(1), pytest.approx(-30)),
    ]
    assert comparison.changes[1].sentence() == (
        "Die Grenzen von B haben sich geändert (um bis zu 1,00 m, Fläche −30,00 m²)."
    )


def test_a_cadastre_measured_anew_moves_every_parcel_and_splits_none() -> None:
    old = town(A=A, B=B, C=C)
    shifted = {
        name: shapely.transform(shape, lambda xy: xy + np.array([0.5, 0.4]))
        for name, shape in (("A", A), ("B", B), ("C", C))
    }
    comparison = compare_layers(old, town(**shifted))
    assert comparison.counts() == {"moved": 3}
    assert all(change.moved_m == pytest.approx(np.hypot(0.5, 0.4)) for change in comparison.changes)


def test_a_parcel_with_a_new_number_on_the_same_ground_is_renamed() -> None:
    assert only(compare_layers(town(A=A, B=B), town(A9=A, B=B))).sentence() == "A heißt jetzt A9."
    both = only(compare_layers(town(A=A), town(A9=box(0, 0, 20.5, 30))))
    assert (both.kind, both.moved_m) == (ChangeKind.RENAMED, pytest.approx(0.5))
    assert "Zugleich haben sich die Grenzen geändert (um bis zu 0,50 m, Fläche +15,00 m²)." in both.sentence()


def test_a_rearrangement_names_all_parcels_that_went_in_and_came_out() -> None:
    # Umlegung: three strips become two rows.
    old = town(A=A, B=B, C=C, D=box(60, 0, 80, 30))
    new = town(X=box(0, 0, 60, 15), Y=box(0, 15, 60, 30), D=box(60, 0, 80, 30))
    assert kinds(compare_layers(old, new)) == [("rearranged", ("A", "B", "C"), ("X", "Y"))]


def test_parcels_vanish_and_appear() -> None:
    comparison = compare_layers(town(A=A, B=B), town(A=A, C=C))
    assert [change.sentence() for change in comparison.changes] == ["B gibt es nicht mehr.", "C ist hinzugekommen."]


def test_a_number_that_lies_elsewhere_now_has_moved() -> None:
    change = only(compare_layers(town(A=A), town(A=box(500, 0, 520, 30))))
    assert (change.kind, change.moved_m) == (ChangeKind.MOVED, pytest.approx(500))


def test_an_official_area_that_changed_is_told_with_both_values() -> None:
    change = only(compare_layers(town(CRS, 600.0, A=A), town(CRS, 601.5, A=A)))
    assert change.sentence() == "Angaben zu A haben sich geändert: amtliche Fläche 600 m² → 601,50 m²."
    change = only(compare_layers(town(A=A), town(CRS, 600.0, A=A)))
    assert change.sentence() == "Angaben zu A haben sich geändert: amtliche Fläche ohne Angabe → 600 m²."


def test_the_order_of_vertices_and_rings_and_the_start_of_a_ring_are_no_change() -> None:
    turned = shapely.Polygon(list(A.exterior.coords)[2:] + list(A.exterior.coords)[1:3]).reverse()
    assert compare_layers(town(A=A), town(A=turned)).changes == ()
    nudged = shapely.transform(A, lambda xy: xy + 0.002)
    assert compare_layers(town(A=A), town(A=nudged)).changes == ()


def test_the_same_parcels_in_another_coordinate_system_are_the_same() -> None:
    other = pyproj.CRS.from_epsg(25833)
    moved = transform_geometries(np.array([A, B], dtype=object), CRS, other)
    assert compare_layers(town(A=A, B=B), town(other, A=moved[0], B=moved[1])).changes == ()


def test_a_window_follows_a_change_that_leaves_it() -> None:
    old = town(A=A, B=B, C=C, far=box(500, 0, 520, 30))
    new = town(A=A, N=box(20, 0, 60, 30))
    comparison = compare_layers(old, new, window=(EAST + 15, NORTH, EAST + 25, NORTH + 5))
    # C lies outside of the window, and belongs to what became of B; `far` is none of our business.
    assert kinds(comparison) == [("merged", ("B", "C"), ("N",))]


def test_a_window_finds_a_number_that_moved_out_of_it() -> None:
    comparison = compare_layers(town(A=A), town(A=box(500, 0, 520, 30)), window=A.bounds)
    assert kinds(comparison) == [("moved", ("A",), ("A",))]


def test_features_left_out_at_import_are_mentioned() -> None:
    skipped = [SkippedFeature("Z", "self_crossing", tuple(A.bounds))]
    old = layer("parcels", [A], {"parcel_id": ["A"], "official_area_m2": [600.0]}, skipped=skipped)
    comparison = compare_layers(old, town(CRS, 600.0, A=A))
    assert comparison.changes == ()
    assert comparison.notes == ("Im alten Stand fehlt 1 Objekt, das beim Einlesen ausgelassen wurde.",)


def test_what_cannot_be_compared_is_refused_in_german() -> None:
    with pytest.raises(ComparisonError, match="derselben Ebene"):
        compare_layers(town(A=A), layer("buildings", [A], {"building_id": ["1"]}))
    addresses = layer("addresses", [shapely.Point(EAST, NORTH)], {"address_id": ["1"]})
    with pytest.raises(ComparisonError, match="keine Flächen"):
        compare_layers(addresses, addresses)
    with pytest.raises(ComparisonError, match="ohne Kennung"):
        compare_layers(
            layer("buildings", [A], {"building_id": [None]}), layer("buildings", [A], {"building_id": ["1"]})
        )


def test_the_result_is_strict_json() -> None:
    comparison = compare_layers(town(A=A, B=B), town(A=box(0, 0, 40, 30)))
    data = json.loads(json.dumps(comparison.to_json(), allow_nan=False))
    assert data["counts"] == {"merged": 1}
    assert data["changes"][0]["old_geometry"]["type"] == "Polygon"


def grid(columns: Sequence[float], rows: Sequence[float], drop: frozenset[int], names: str) -> Layer:
    """A town cut at the given lines; cells with a number in `drop` are left out."""
    xs, ys = [0.0, *sorted(columns), 200.0], [0.0, *sorted(rows), 200.0]
    cells = [box(x1, y1, x2, y2) for x1, x2 in pairwise(xs) for y1, y2 in pairwise(ys)]
    return town(**{f"{names[n % len(names)]}{n}": cell for n, cell in enumerate(cells) if n not in drop})


cuts = st.lists(st.integers(1, 19).map(lambda n: n * 10.0), max_size=4, unique=True)
towns = st.builds(grid, cuts, cuts, st.frozensets(st.integers(0, 20), max_size=3), st.sampled_from(["A", "B", "AB"]))


@settings(max_examples=60, deadline=None)
@given(towns)
def test_a_layer_compared_with_itself_has_not_changed(state: Layer) -> None:
    comparison = compare_layers(state, state)
    assert comparison.changes == ()
    assert comparison.unchanged == state.info.feature_count


@settings(max_examples=60, deadline=None)
@given(towns, towns)
def test_comparing_backwards_gives_the_inverse_of_every_change(old: Layer, new: Layer) -> None:
    forth, back = compare_layers(old, new), compare_layers(new, old)
    assert forth.unchanged == back.unchanged
    turned = {(change.kind.inverse, change.new_ids, change.old_ids) for change in back.changes}
    assert {(change.kind, change.old_ids, change.new_ids) for change in forth.changes} == turned
    named = [name for change in forth.changes for name in change.old_ids]
    assert len(named) == len(set(named)), "every old parcel is in one change at most"


def test_many_parcels_are_compared_tile_by_tile_and_boundaries_of_tiles_do_not_show() -> None:
    # 150 × 100 parcels are more than one tile; every 37th is renamed, every 101st split.
    cells = {f"P{x:03d}{y:03d}": box(x * 20, y * 30, x * 20 + 20, y * 30 + 30) for x in range(150) for y in range(100)}
    after: dict[str, BaseGeometry] = {}
    renamed = split = 0
    for number, (name, cell) in enumerate(cells.items()):
        if number % 101 == 0:
            split += 1
            west, south, east, north = cell.bounds
            after[name] = shapely.box(west, south, east, south + 15)
            after[f"{name}b"] = shapely.box(west, south + 15, east, north)
        elif number % 37 == 0:
            renamed += 1
            after[f"{name}r"] = cell
        else:
            after[name] = cell
    comparison = compare_layers(town(**cells), town(**after))
    assert comparison.counts() == {"split": split, "renamed": renamed}
    assert comparison.unchanged == len(cells) - split - renamed


@pytest.mark.realdata
def test_changes_made_to_real_parcels_are_found_and_nothing_else(shared_data: Path) -> None:
    real = open_layer_file("parcels", shared_data / "alkis/hh_neuwerk/hh_neuwerk_alkis.gpkg")
    assert isinstance(real, MemoryLayer)
    order = np.argsort(shapely.area(real.geometry))[::-1]
    ids = real.columns["parcel_id"]
    first, second, third, fourth = (int(row) for row in order[10:14])
    geometry, numbers = real.geometry.copy(), ids.copy()
    west, south, east, north = geometry[first].bounds
    halves = [
        geometry[first].intersection(shapely.box(west, south, (west + east) / 2, north)),
        geometry[first].intersection(shapely.box((west + east) / 2, south, east, north)),
    ]
    numbers[second] = "neu"
    geometry[third] = shapely.transform(geometry[third], lambda xy: xy + np.array([0.2, 0.0]))
    keep = np.setdiff1d(np.arange(len(ids)), [first, fourth])
    info = LayerInfo("parcels", None, "verändert", "", None, real.info.crs, len(ids))
    columns = {
        name: np.append(values[keep], [None, None] if values.dtype == object else [np.nan] * 2)
        for name, values in real.columns.items()
    }
    columns["parcel_id"] = np.append(numbers[keep], ["erste Hälfte", "zweite Hälfte"])
    changed = MemoryLayer(info, np.append(geometry[keep], halves), columns)
    assert {change.kind: (change.old_ids, change.new_ids) for change in compare_layers(real, changed).changes} == {
        ChangeKind.SPLIT: ((ids[first],), ("erste Hälfte", "zweite Hälfte")),
        ChangeKind.RENAMED: ((ids[second],), ("neu",)),
        ChangeKind.MOVED: ((ids[third],), (ids[third],)),
        ChangeKind.VANISHED: ((ids[fourth],), ()),
    }


@pytest.mark.realdata
def test_nas_and_geopackage_of_one_cadastre_hold_the_same_parcels(shared_data: Path) -> None:
    folder = shared_data / "alkis/hh_neuwerk"
    nas = open_layer_file("parcels", folder / "ALKIS_NeuwScharh_0003.xml.gz")
    geopackage = open_layer_file("parcels", folder / "hh_neuwerk_alkis.gpkg")
    # The GeoPackage's own arcs miss the true ones by up to 73 mm.
    comparison = compare_layers(nas, geopackage, tolerance_m=0.08)
    assert {change.kind for change in comparison.changes} <= {ChangeKind.ATTRIBUTES}
    assert comparison.unchanged + len(comparison.changes) == 137
