"""Golden scenarios of ``plot_size`` (BauGB § 9 Abs. 1 Nr. 3); the site A is 20 m × 30 m = 600 m²."""

from typing import Any

import pytest

from gis.checks import Verdict
from gis.layers import Layer
from tests.gis.builders import box, feature, layer, parcels, plan, run

TOWN = parcels(A=box(0, 0, 20, 30))
SHAPE = box(4, 4, 14, 16)


def zoning(**values: Any) -> Layer:
    return layer("zoning", [box(-50, -50, 90, 80)], {"zone": ["WA"]} | {key: [value] for key, value in values.items()})


def plot(zones: Layer, official: float | None = None) -> Any:
    columns: dict[str, list[Any]] = {"parcel_id": ["A"]}
    town = layer("parcels", [box(0, 0, 20, 30)], columns | ({"official_area_m2": [official]} if official else {}))
    return run("plot_size", plan(feature(SHAPE)), parcels=town, zoning=zones)


@pytest.mark.parametrize(("official", "verdict"), [(600.0, "passed"), (599.0, "failed"), (609.0, "passed")])
def test_an_official_area_counts_exactly(official: float, verdict: str) -> None:
    result = plot(zoning(min_plot_m2=600.0), official)
    assert (result.verdict, result.value, result.limit) == (verdict, official, 600.0)


def test_a_planar_area_has_the_tolerance_of_its_perimeter() -> None:
    # Perimeter 100 m · 0.03 m = 3 m².
    assert plot(zoning(min_plot_m2=602.0)).verdict is Verdict.BORDERLINE
    assert plot(zoning(min_plot_m2=604.0)).verdict is Verdict.FAILED
    assert plot(zoning(min_plot_m2=596.0)).verdict is Verdict.PASSED
    assert plot(zoning(max_plot_m2=590.0)).verdict is Verdict.FAILED
    assert plot(zoning(grz=0.4)).verdict is Verdict.NOT_APPLICABLE


@pytest.mark.parametrize("zones", [zoning(min_plot_m2=1000.0), zoning(max_plot_m2=1000.0)])
def test_parcels_that_do_not_adjoin_have_no_size_together(zones: Layer) -> None:
    # 600 m² and 900 m², 80 m apart: 1,500 m² would be enough, or too much.
    columns = {"parcel_id": ["A", "Z"], "official_area_m2": [600.0, 900.0]}
    town = layer("parcels", [box(0, 0, 20, 30), box(100, 0, 130, 30)], columns)
    result = run("plot_size", plan(feature(SHAPE), parcels=["A", "Z"]), parcels=town, zoning=zones)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, 1500.0)
    assert "Flurstück Z grenzt nicht an Flurstück A; zusammen sind sie kein Baugrundstück" in result.message


def test_two_areas_of_the_site_that_lead_to_different_answers_give_none() -> None:
    # 700 m² officially, 600 m² by the map.
    result = plot(zoning(min_plot_m2=650.0), 700.0)
    assert (result.verdict, result.value) == (Verdict.NOT_ASSESSABLE, 700.0)
    assert "amtlich 700,00 m², aus der Geometrie 600,00 m²" in result.message
    same = plot(zoning(min_plot_m2=500.0), 700.0)
    assert same.verdict is Verdict.PASSED
    assert any("führt zum selben Ergebnis" in text for text in same.assumptions)


@pytest.mark.parametrize(("least", "verdict"), [(700.0, "not_assessable"), (500.0, "passed"), (900.0, "failed")])
def test_a_public_street_among_the_parcels_is_no_plot(least: float, verdict: str) -> None:
    # A with 600 m² and the street's parcel S with 200 m².
    columns = {"parcel_id": ["A", "S"], "official_area_m2": [600.0, 200.0]}
    town = layer("parcels", [box(0, 0, 20, 30), box(0, -10, 20, 0)], columns)
    street = layer("traffic_areas", [box(-50, -10, 90, 0)], {"kind": ["street"], "public": [True]})
    site = plan(feature(SHAPE), parcels=["A", "S"])
    result = run("plot_size", site, parcels=town, zoning=zoning(min_plot_m2=least), traffic_areas=street)
    assert result.verdict == verdict
    assert result.value == 800.0
    told = "200,00 m² des Baugrundstücks sind nach den Daten öffentliche Verkehrsfläche"
    assert told in " ".join([result.message, *result.assumptions])
