"""The parcels tile the town: no gaps, no overlaps, common vertices; numbers are those of a real cadastre."""

import re

import numpy as np
import pytest
import shapely

from demo.town import Town

PARCEL_ID = re.compile(r"^\d{2}\d{4}(\d{3}|___)\d{5}(\d{4}|____)([0-9A-Z]{2}|__)$")  # AdV, Flurstückskennzeichen
TOWNS = ("musterstadt", "beispielhausen")


def parcels(town: Town, *keys: str) -> np.ndarray:
    return np.concatenate([town.layers[key]["parcels"].geometry.to_numpy() for key in keys or TOWNS])


def test_parcels_are_valid_simple_polygons(town: Town) -> None:
    geometry = parcels(town)
    assert shapely.is_valid(geometry).all()
    assert set(shapely.get_type_id(geometry)) == {shapely.GeometryType.POLYGON}
    assert (shapely.area(geometry) > 5).all()


def test_neighbours_share_every_vertex_even_across_the_municipal_border(town: Town) -> None:
    # coverage_is_valid: no overlaps, and edges that touch are the same edges, vertex by vertex.
    assert shapely.coverage_is_valid(parcels(town))


def test_no_two_parcels_overlap_by_more_than_a_square_millimetre(town: Town) -> None:
    geometry = parcels(town)
    left, right = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    pairs = left < right
    overlap = shapely.area(shapely.intersection(geometry[left[pairs]], geometry[right[pairs]]))
    assert pairs.sum() > 3000
    assert overlap.max() <= 1e-6


@pytest.mark.parametrize("key", TOWNS)
def test_parcels_cover_the_municipality_without_gaps(town: Town, key: str) -> None:
    union = shapely.union_all(parcels(town, key))
    assert isinstance(union, shapely.Polygon)
    assert not union.interiors
    assert shapely.area(parcels(town, key)).sum() == pytest.approx(union.area, abs=1e-3)
    assert town.municipalities[key].outline.symmetric_difference(union).area < 1e-3


def test_both_municipalities_meet_without_a_gap(town: Town) -> None:
    union = shapely.union_all(parcels(town))
    assert isinstance(union, shapely.Polygon)
    assert not union.interiors


def test_coordinates_are_in_millimetres(town: Town) -> None:
    xy = shapely.get_coordinates(parcels(town))
    assert np.abs(xy - np.round(xy, 3)).max() < 1e-9
    assert (xy[:, 0] > 544_000).all() and (xy[:, 0] < 548_000).all()  # noqa: PT018 (one range)
    assert (xy[:, 1] > 5_799_000).all() and (xy[:, 1] < 5_802_000).all()  # noqa: PT018


def test_the_towns_have_the_size_of_a_small_town_and_a_village(town: Town) -> None:
    assert 1000 <= len(parcels(town, "musterstadt")) <= 1300
    assert 150 <= len(parcels(town, "beispielhausen")) <= 260


def test_parcel_numbers_are_unique_and_well_formed(town: Town) -> None:
    ids = [name for key in TOWNS for name in town.layers[key]["parcels"]["parcel_id"]]
    assert len(set(ids)) == len(ids)
    assert all(PARCEL_ID.fullmatch(name) for name in ids)
    assert {name[:6] for name in ids} == {"039901", "039902"}


def test_parcel_ids_say_the_same_as_section_numerator_and_denominator(town: Town) -> None:
    for row in town.layers["musterstadt"]["parcels"].itertuples():
        denominator = "____" if not isinstance(row.denominator, str) else f"{int(row.denominator):04d}"
        assert row.parcel_id == f"039901{int(row.cadastral_section):03d}{int(row.numerator):05d}{denominator}__"


def test_official_areas_are_whole_square_metres_and_a_few_deviate(town: Town) -> None:
    frame = town.layers["musterstadt"]["parcels"]
    area, official = frame.geometry.area.to_numpy(), frame["official_area_m2"].to_numpy()
    assert (official == np.round(official)).all()
    off = np.abs(official - area) > 0.5 + 1e-9
    assert 0.005 < off.mean() < 0.1
    assert (np.abs(official - area) / area)[off].max() < 0.03


def test_buildings_stand_on_their_parcel_and_do_not_overlap(town: Town) -> None:
    for key in TOWNS:
        buildings, ground = town.layers[key]["buildings"], town.layers[key]["parcels"].set_index("parcel_id").geometry
        own = ground.loc[buildings["parcel_id"]].to_numpy()
        shapes = buildings.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert shapely.area(shapely.difference(shapes, own)).max() < 0.05
        left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        pairs = left < right
        assert shapely.area(shapely.intersection(shapes[left[pairs]], shapes[right[pairs]])).max() < 0.05


def test_every_building_has_a_plausible_height(town: Town) -> None:
    for key in TOWNS:
        frame = town.layers[key]["buildings"]
        assert frame["height_m"].between(2, 40).all()
        assert (frame["height_m"] >= frame["storeys"] * 2.2).all()


def test_addresses_are_unique_and_lie_on_their_parcel(town: Town) -> None:
    for key in TOWNS:
        frame = town.layers[key]["addresses"]
        suffix = frame["house_number_suffix"].fillna("")
        assert not (frame["street"] + " " + frame["house_number"] + suffix).duplicated().any()
        ground = town.layers[key]["parcels"].set_index("parcel_id").geometry
        assert shapely.covers(ground.loc[frame["parcel_id"]].to_numpy(), frame.geometry.to_numpy()).all()
