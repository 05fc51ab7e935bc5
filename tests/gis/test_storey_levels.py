"""Storeys with their heights, as plan files carry them."""

import json
from pathlib import Path
from typing import Any

import pytest

from gis.readers import read_site_plans
from gis.siteplan import Origin, OriginKind, PlanFeature, SitePlanError, StoreyLevel

SQUARE = [[[550000, 5800000], [550010, 5800000], [550010, 5800010], [550000, 5800010], [550000, 5800000]]]


def read(folder: Path, storeys: Any) -> PlanFeature:
    properties = {"role": "main_building", "storey_levels": storeys}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": SQUARE}}
    crs = {"type": "name", "properties": {"name": "EPSG:25832"}}
    path = folder / "plan.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    file = read_site_plans(path)
    for error in file.refused.values():
        raise error
    return file.plans[0].features[0]


def test_storeys_are_read_from_the_lowest_up(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        [{"name": "KG", "level_m": -2.6, "height_m": 2.6, "above_ground": False}, {"name": "EG", "level_m": 0}],
    )
    assert found.storey_levels == (StoreyLevel("KG", -2.6, 2.6, above_ground=False), StoreyLevel("EG", 0))
    assert found.provenance.values["storey_levels"] == Origin(OriginKind.GIVEN, "Eigenschaft „storey_levels“")


@pytest.mark.parametrize(
    "storeys",
    [
        "zwei",
        [1],
        [{}],
        [{"level_m": "0"}],
        [{"level_m": 0, "height_m": -1}],
        [{"level_m": 0, "name": 1}],
        [{"level_m": 0, "above_ground": "ja"}],
        [{"level_m": 0}] * 301,
    ],
)
def test_storeys_that_are_none_are_refused(tmp_path: Path, storeys: Any) -> None:
    with pytest.raises(SitePlanError) as caught:
        read(tmp_path, storeys)
    assert caught.value.code == "attribute"
