"""A bigger building never improves a ratio: GRZ, GFZ and BMZ never fall, and their verdicts never get better."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gis.checks import CheckResult, Verdict, run_checks
from gis.rules import load_rules
from gis.siteplan import Role
from tests.gis.builders import TODAY, box, feature, layer, plan

RULES = load_rules("ni", TODAY)
RATIOS = ("building_volume_ratio", "floor_area_ratio", "site_coverage")
ORDER = (Verdict.PASSED, Verdict.BORDERLINE, Verdict.NOT_ASSESSABLE, Verdict.FAILED)
centimetres = st.integers(0, 1500).map(lambda cm: cm / 100)


def judged(width: float, depth: float, garage: float, split: float) -> dict[str, CheckResult]:
    """A house of two storeys from the corner (3, 3) on a site of 30 m × 40 m in two zones, with a garage beside it."""
    house = feature(
        box(3, 3, 3 + width, 3 + depth), storeys=2, gross_floor_area_m2=2 * width * depth,
        gross_volume_m3=6 * width * depth, id="haus",
    )  # fmt: skip
    shed = feature(box(20, 3, 20 + 0.01 + garage / 2, 9), Role.GARAGE, id="garage")
    zones: dict[str, list[Any]] = {
        "zone": ["WA", "MI"], "grz": [0.12, 0.2], "gfz": [0.2, 0.4], "bmz": [0.6, 1.2],
        "baunvo_version": ["1990", "1990"],
    }  # fmt: skip
    layers = {
        "parcels": layer("parcels", [box(0, 0, 30, 40)], {"parcel_id": ["A"]}),
        "zoning": layer("zoning", [box(-9, -9, 40, split), box(-9, split, 40, 60)], zones),
    }
    return {result.check: result for result in run_checks(plan(house, shed), layers, RULES, RATIOS)}


@given(centimetres, centimetres, centimetres, centimetres, centimetres, st.sampled_from([5.0, 12.0, 50.0]))
@settings(max_examples=80, deadline=None)
def test_a_bigger_building_never_improves_a_ratio(
    width: float, depth: float, wider: float, deeper: float, garage: float, split: float
) -> None:
    width, depth = width + 1, depth + 1
    small, big = judged(width, depth, garage, split), judged(width + wider, depth + deeper, garage, split)
    for name in RATIOS:
        before, after = (
            [p["value" if "value" in p else "grz_1"] for p in r[name].details["parts"]] for r in (small, big)
        )
        # In one zone alone the building's share may fall while it grows into the other; its sum over the site may not.
        if split == 50.0:
            was, now = (
                r[name].details["grz_1"] if name == "site_coverage" else r[name].value or 0 for r in (small, big)
            )
            assert now >= was - 1e-9, name
        elif name == "site_coverage":
            assert all(b >= a - 1e-9 for a, b in zip(before, after, strict=True)), name
        assert ORDER.index(big[name].verdict) >= ORDER.index(small[name].verdict), (name, small[name], big[name])
        if name == "site_coverage":
            assert big[name].details["grz_2"] >= big[name].details["grz_1"] - 1e-9


@given(centimetres, centimetres, centimetres)
@settings(max_examples=40, deadline=None)
def test_a_bigger_garage_never_improves_the_coverage_and_never_changes_the_floor_area(
    depth: float, garage: float, more: float
) -> None:
    small, big = judged(8, depth + 1, garage, 50.0), judged(8, depth + 1, garage + more, 50.0)
    assert big["site_coverage"].details["grz_2"] >= small["site_coverage"].details["grz_2"] - 1e-9
    assert ORDER.index(big["site_coverage"].verdict) >= ORDER.index(small["site_coverage"].verdict)
    assert big["floor_area_ratio"].value == small["floor_area_ratio"].value
