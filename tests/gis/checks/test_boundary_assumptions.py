"""What the line that distances are measured to takes for granted where a layer or a zone is not known."""

from gis.checks.boundary import NO_STREETS, OPEN_ZONES
from gis.layers import Layer
from tests.gis.builders import box, feature, layer, plan, run

TOWN = layer("parcels", [box(0, 0, 20, 30), box(20, 0, 40, 30)], {"parcel_id": ["A", "B"]})
HOUSE = plan(feature(box(5, 5, 15, 15), wall_height_m=6.0), parcels=["A"])
STREET = layer("traffic_areas", [box(0, -50, 20, -40)], {"kind": ["street"], "public": [True]})


def assumptions(**layers: Layer) -> list[str]:
    result = run("boundary_distance", HOUSE, parcels=TOWN, **layers)  # type: ignore[arg-type]
    return list(result.to_json()["details"]["assumptions"])


def test_without_a_street_layer_it_says_that_nothing_is_counted_to_the_middle_of_a_street() -> None:
    assert NO_STREETS in assumptions()
    assert NO_STREETS not in assumptions(traffic_areas=STREET)


def test_land_of_no_known_zone_beside_a_commercial_area_is_named() -> None:
    def commercial(east: float) -> Layer:
        return layer("zoning", [box(-100, -100, east, 100)], {"zone": ["GE"]})

    assert OPEN_ZONES in assumptions(zoning=commercial(20))
    assert OPEN_ZONES not in assumptions(zoning=commercial(100))
