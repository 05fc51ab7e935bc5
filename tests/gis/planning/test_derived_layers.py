"""Layers derived from binding plans: which objects, which values, which plan goes first. Areas computed by hand."""

import json
from datetime import date
from typing import Any

import pyproj
import pytest
import shapely

from gis.planning.derivation import derivation, derived_layers
from gis.planning.layers import DerivedLayer, derive_layers
from gis.planning.model import Height, ObjectStatus, PlanChange, PlanProblem
from tests.gis.planning.synthetic import UTM32, in_force, item, line, plan, rectangle, zone

WINDOW = "BP_UeberbaubareGrundstuecksFlaeche"
SCOPE = rectangle(0, 0, 100, 100)


def derived(*plans: Any) -> dict[str, DerivedLayer]:
    return derive_layers(plans, UTM32)


def only_row(layer: DerivedLayer) -> dict[str, Any]:
    assert len(layer.rows) == 1
    return dict(layer.rows[0])


class TestZones:
    def test_a_zone_carries_kind_and_measures_of_the_plan(self) -> None:
        measures = {"GRZ": 0.4, "GFZ": 0.8, "Z": 2, "bauweise": "1000", "MaxZahlWohnungen": 2, "Fmin": 500.0}
        layers = derived(in_force(plan("A", SCOPE, zone("z1", SCOPE, **measures)), date(2001, 2, 3)))
        row = only_row(layers["zoning"])
        assert layers["zoning"].geometry[0].area == pytest.approx(10_000)
        expected = {
            "zone_id": "z1", "plan_id": "a", "plan_name": "A", "zone": "WA", "grz": 0.4, "gfz": 0.8, "storeys_max": 2,
            "building_method": "o", "max_dwellings": 2, "min_plot_m2": 500.0, "baunvo_version": "23.01.1990",
            "legal_status": "in_force", "in_force_since": "2001-02-03", "special_use": None,
        }  # fmt: skip
        assert row == expected

    @pytest.mark.parametrize(("code", "zone_kind"), derivation().codes["special_kinds"].items())
    def test_every_code_of_the_list_gives_its_zone(self, code: str, zone_kind: str) -> None:
        layers = derived(in_force(plan("A", SCOPE, zone("z", SCOPE, besondereArtDerBaulNutzung=code))))
        assert only_row(layers["zoning"])["zone"] == zone_kind

    def test_without_a_special_kind_the_general_one_counts(self) -> None:
        area = zone("z", SCOPE, besondereArtDerBaulNutzung=None, allgArtDerBaulNutzung="2000")
        assert only_row(derived(in_force(plan("A", SCOPE, area)))["zoning"])["zone"] == "M"

    def test_an_unknown_code_is_unknown_and_said(self) -> None:
        layer = derived(in_force(plan("A", SCOPE, zone("z", SCOPE, besondereArtDerBaulNutzung="9999"))))["zoning"]
        assert only_row(layer)["zone"] is None
        assert any("9999" in note for note in layer.notes)

    def test_what_the_plan_does_not_fix_is_not_there(self) -> None:
        row = only_row(derived(in_force(plan("A", SCOPE, zone("z", SCOPE))))["zoning"])
        assert "grz" not in row
        assert "height_reference" not in row

    def test_contradicting_values_are_left_out_and_said(self) -> None:
        layer = derived(in_force(plan("A", SCOPE, zone("z", SCOPE, GRZ=[0.3, 0.4]))))["zoning"]
        assert "grz" not in only_row(layer)
        assert any("0.3, 0.4" in note for note in layer.notes)

    def test_ranges_give_minimum_and_maximum(self) -> None:
        row = only_row(derived(in_force(plan("A", SCOPE, zone("z", SCOPE, GRZmin=0.2, GRZmax=0.4, Zmin=2, Zmax=4))))[
            "zoning"
        ])  # fmt: skip
        assert (row["grz_min"], row["grz"], row["storeys_min"], row["storeys_max"]) == (0.2, 0.4, 2, 4)

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"legal_status": ObjectStatus.CEASING}, "fortfallend"),
            ({"attributes": {"rechtscharakter": "2000"}}, "Rechtscharakter 2000"),
            ({"level": -1}, "Ebene -1"),
            ({"geometry": None}, "keine lesbare Geometrie"),
        ],
    )
    def test_objects_that_do_not_bind_stay_out_and_are_named(self, change: dict[str, Any], word: str) -> None:
        values = {"geometry": SCOPE, "attributes": {}} | change
        layer = derived(in_force(plan("A", SCOPE, item("BP_BaugebietsTeilFlaeche", "z", **values))))["zoning"]
        assert not layer.rows
        assert any(word in note and "BP_BaugebietsTeilFlaeche z" in note for note in layer.notes)

    def test_an_area_with_a_crossing_ring_stays_out_and_its_place_is_not_assessable(self) -> None:
        bow = shapely.Polygon([(550_000, 5_800_000), (550_010, 5_800_010), (550_010, 5_800_000), (550_000, 5_800_010)])
        layer = derived(in_force(plan("A", SCOPE, zone("z", bow))))["zoning"]
        assert not layer.rows
        assert [(skipped.id, skipped.kind) for skipped in layer.skipped] == [("z", "invalid_geometry")]
        assert layer.skipped[0].bounds == (550_000, 5_800_000, 550_010, 5_800_010)

    def test_a_conditional_zone_is_there_and_its_place_not_assessable(self) -> None:
        area = item("BP_BaugebietsTeilFlaeche", "z", SCOPE, conditional=True)
        layer = derived(in_force(plan("A", SCOPE, area)))["zoning"]
        assert len(layer.rows) == 1
        assert [skipped.kind for skipped in layer.skipped] == ["conditional"]


class TestHeights:
    def test_limits_come_per_point_with_their_reference(self) -> None:
        heights = (
            Height(reference="1000", point="1000", value_m=48.0),
            Height(reference="1000", point="2000", min_m=50.0, max_m=52.5),
            Height(reference="1000", point="6500", exact_m=47.0),
        )
        area = item("BP_BaugebietsTeilFlaeche", "z", SCOPE, heights=heights)
        row = only_row(derived(in_force(plan("A", SCOPE, area)))["zoning"])
        assert row["eaves_height_max_m"] == 48.0
        assert (row["ridge_height_min_m"], row["ridge_height_max_m"]) == (50.0, 52.5)
        assert row["wall_height_exact_m"] == 47.0
        assert row["height_reference"] == "nhn"

    def test_different_references_are_mixed_and_kept_apart_in_the_list(self) -> None:
        heights = (
            Height(reference="3500", point="1000", max_m=6.0),
            Height(reference="1000", point="2000", max_m=60.0),
        )
        row = only_row(
            derived(in_force(plan("A", SCOPE, item(WINDOW, "w", SCOPE, heights=heights))))["building_windows"]
        )
        assert row["height_reference"] == "mixed"
        assert [(entry["point"], entry["reference"], entry["max_m"]) for entry in json.loads(row["heights"])] == [
            ("eaves", "street", 6.0),
            ("ridge", "nhn", 60.0),
        ]

    def test_a_vertical_range_without_a_point_limits_nothing(self) -> None:
        heights = (Height(reference="1000", min_m=3.5, max_m=9.0),)
        row = only_row(
            derived(in_force(plan("A", SCOPE, item(WINDOW, "w", SCOPE, heights=heights))))["building_windows"]
        )
        assert set(row) == {"window_id", "plan_id", "heights"}

    def test_a_height_mark_belongs_to_the_window_that_it_lies_in_and_not_to_the_zone(self) -> None:
        window, other = rectangle(10, 10, 50, 50), rectangle(60, 10, 90, 50)
        mark = item("BP_HoehenMass", "h", shapely.Point(550_020, 5_800_020), heights=(
            Height(reference="2000", point="6000", value_m=9.5),
        ))  # fmt: skip
        terrain = item("BP_HoehenMass", "t", shapely.Point(550_070, 5_800_020), heights=(
            Height(reference="1000", value_m=41.3),
        ))  # fmt: skip
        bp = plan("A", SCOPE, zone("z", SCOPE), item(WINDOW, "w1", window), item(WINDOW, "w2", other), mark, terrain)
        layers = derived(in_force(bp))
        rows = {row["window_id"]: row for row in layers["building_windows"].rows}
        assert (rows["w1"]["building_height_max_m"], rows["w1"]["height_reference"]) == (9.5, "terrain")
        assert "building_height_max_m" not in rows["w2"]
        assert "building_height_max_m" not in only_row(layers["zoning"])

    def test_a_height_mark_outside_every_zone_is_said(self) -> None:
        mark = item("BP_HoehenMass", "h", shapely.Point(550_500, 5_800_500), heights=(
            Height(reference="2000", point="6000", value_m=9.5),
        ))  # fmt: skip
        layer = derived(in_force(plan("A", SCOPE, zone("z", SCOPE), mark)))["zoning"]
        assert any("keiner Fläche zugeordnet" in note for note in layer.notes)


class TestOtherLayers:
    def test_windows_carry_only_what_they_set_themselves(self) -> None:
        bp = plan(
            "A",
            SCOPE,
            zone("z", SCOPE, GRZ=0.4, Z=2),
            item(WINDOW, "w", rectangle(10, 10, 40, 30), attributes={"Z": 3}),
        )
        row = only_row(derived(in_force(bp))["building_windows"])
        assert row == {"window_id": "w", "plan_id": "a", "storeys_max": 3}

    def test_lines_go_to_their_layers(self) -> None:
        bp = plan(
            "A",
            SCOPE,
            item("BP_BauGrenze", "g", line((0, 0), (30, 40))),
            item("BP_BauLinie", "l", line((0, 0), (10, 0))),
            item("BP_StrassenbegrenzungsLinie", "s", line((0, 5), (20, 5))),
        )
        layers = derived(in_force(bp))
        lengths = {
            name: layers[name].geometry[0].length for name in ("building_limits", "building_lines", "street_boundaries")
        }
        assert lengths == {"building_limits": 50.0, "building_lines": 10.0, "street_boundaries": 20.0}

    def test_ancillary_areas_say_what_for_and_whether_it_is_ruled_out(self) -> None:
        complex_value = {"BP_KomplexeZweckbestNebenanlagen": {"allgemein": "2000"}}
        bp = plan(
            "A",
            SCOPE,
            item(
                "BP_NebenanlagenFlaeche",
                "n",
                rectangle(0, 0, 10, 10),
                attributes={"zweckbestimmung": ["1000", complex_value]},
            ),
            item(
                "BP_GemeinschaftsanlagenFlaeche", "g", rectangle(20, 0, 30, 10), attributes={"zweckbestimmung": "4100"}
            ),
            item("BP_NebenanlagenAusschlussFlaeche", "x", rectangle(40, 0, 50, 10), attributes={"typ": "2000"}),
        )
        rows = {row["area_id"]: row for row in derived(in_force(bp))["ancillary_areas"].rows}
        assert (rows["n"]["kind"], rows["n"]["rule"], rows["n"]["communal"]) == ("garage,parking", "designated", False)
        assert (rows["g"]["kind"], rows["g"]["communal"]) == ("bicycle_parking", True)
        assert rows["x"]["rule"] == "excluded"

    def test_traffic_areas_are_public_only_where_the_plan_says_so(self) -> None:
        special = "BP_VerkehrsflaecheBesondererZweckbestimmung"
        bp = plan(
            "A",
            SCOPE,
            item("BP_StrassenVerkehrsFlaeche", "s", rectangle(0, 0, 10, 10), attributes={"nutzungsform": "2000"}),
            item(
                special, "p", rectangle(20, 0, 30, 10), attributes={"zweckbestimmung": "1500", "nutzungsform": "1000"}
            ),
            item(special, "q", rectangle(40, 0, 50, 10), attributes={"zweckbestimmung": "2100"}),
        )
        rows = {row["area_id"]: row for row in derived(in_force(bp))["plan_traffic_areas"].rows}
        assert [(rows[name]["kind"], rows[name]["public"]) for name in "spq"] == [
            ("street", True),
            ("path", False),
            ("square", None),
        ]

    def test_the_scope_says_what_kind_of_plan_it_is(self) -> None:
        row = only_row(derived(in_force(plan("A", SCOPE, number="12"), date(2001, 2, 3)))["plan_scopes"])
        assert (row["name"], row["number"], row["plan_type"], row["qualified"]) == ("A", "12", "qualified", True)
        assert (row["in_force_since"], row["superseded_m2"]) == ("2001-02-03", 0.0)

    def test_without_plans_every_layer_is_there_and_empty(self) -> None:
        layers = derived()
        assert set(layers) == set(derived_layers())
        assert all(len(layer.rows) == 0 for layer in layers.values())

    def test_a_plan_in_another_system_is_moved_into_that_of_the_layers(self) -> None:
        utm33 = pyproj.CRS.from_epsg(25833)
        corner = pyproj.Transformer.from_crs(UTM32, utm33, always_xy=True).transform(550_000, 5_800_000)
        there = shapely.box(corner[0], corner[1], corner[0] + 100, corner[1] + 100)
        layer = derived(in_force(plan("A", there, zone("z", there), crs=utm33)))["zoning"]
        assert layer.geometry[0].bounds[:2] == pytest.approx((550_000, 5_800_000), abs=10)


class TestOverlaps:
    """A (0–100) and B (50–150) overlap on 50 m x 100 m = 5,000 m²."""

    A = plan("A", SCOPE, zone("za", SCOPE), item("BP_BauGrenze", "ga", line((0, 50), (100, 50))))
    B = plan("B", rectangle(50, 0, 150, 100), zone("zb", rectangle(50, 0, 150, 100)))

    def test_the_later_plan_goes_first_whatever_the_order(self) -> None:
        early, late = in_force(self.A, date(1990, 1, 1)), in_force(self.B, date(2020, 1, 1))
        for plans in ((early, late), (late, early)):
            layers = derived(*plans)
            areas = {
                row["zone_id"]: shape.area
                for row, shape in zip(layers["zoning"].rows, layers["zoning"].geometry, strict=True)
            }
            assert areas == {"za": pytest.approx(5_000), "zb": pytest.approx(10_000)}
            assert layers["building_limits"].geometry[0].length == pytest.approx(50)

    def test_it_is_said_with_the_maxim_and_the_area(self) -> None:
        layers = derived(in_force(self.A, date(1990, 1, 1)), in_force(self.B, date(2020, 1, 1)))
        note = next(note for note in layers["zoning"].notes if "lex posterior" in note)
        assert "„B“ verdrängt „A“ auf 5.000,00 m²" in note
        scopes = {row["plan_id"]: row["superseded_m2"] for row in layers["plan_scopes"].rows}
        assert scopes == {"a": pytest.approx(5_000), "b": 0.0}

    def test_the_older_may_be_the_one_that_comes_first_in_the_alphabet_or_not(self) -> None:
        layers = derived(in_force(self.A, date(2020, 1, 1)), in_force(self.B, date(1990, 1, 1)))
        areas = [shape.area for shape in layers["zoning"].geometry]
        assert sorted(areas) == [pytest.approx(5_000), pytest.approx(10_000)]
        assert next(row for row in layers["plan_scopes"].rows if row["plan_id"] == "b")[
            "superseded_m2"
        ] == pytest.approx(5_000)

    def test_without_days_both_stay_and_the_place_is_not_assessable(self) -> None:
        layers = derived(in_force(self.A), in_force(self.B))
        assert [shape.area for shape in layers["zoning"].geometry] == [pytest.approx(10_000), pytest.approx(10_000)]
        skipped = layers["zoning"].skipped
        assert [(entry.kind, entry.bounds) for entry in skipped] == [
            ("plan_precedence", (550_050, 5_800_000, 550_100, 5_800_100))
        ]
        assert any("nicht prüfbar" in note for note in layers["zoning"].notes)

    def test_without_days_a_plan_that_says_what_it_changes_is_the_later_one(self) -> None:
        change = PlanChange(name="A", number=None, kind="1000", changes_other=True)
        new = plan("B", rectangle(50, 0, 150, 100), zone("zb", rectangle(50, 0, 150, 100)), changes=(change,))
        layers = derived(in_force(self.A), in_force(new))
        assert sorted(shape.area for shape in layers["zoning"].geometry) == [
            pytest.approx(5_000),
            pytest.approx(10_000),
        ]
        assert not layers["zoning"].skipped

    def test_a_later_plan_that_only_has_text_takes_nothing_away(self) -> None:
        text_plan = plan("B", rectangle(50, 0, 150, 100))
        layers = derived(in_force(self.A, date(1990, 1, 1)), in_force(text_plan, date(2020, 1, 1)))
        assert layers["zoning"].geometry[0].area == pytest.approx(10_000)
        assert [entry.kind for entry in layers["zoning"].skipped] == ["plan_precedence"]

    def test_neighbours_drawn_a_hand_over_each_other_are_no_conflict(self) -> None:
        beside = plan("C", rectangle(99.9, 0, 200, 100), zone("zc", rectangle(99.9, 0, 200, 100)))
        layers = derived(in_force(self.A), in_force(beside))
        assert not layers["zoning"].skipped
        assert not layers["zoning"].notes

    def test_plans_that_only_touch_leave_each_other_as_they_are(self) -> None:
        beside = plan("C", rectangle(100, 0, 200, 100), zone("zc", rectangle(100, 0, 200, 100)))
        layers = derived(in_force(self.A, date(1990, 1, 1)), in_force(beside, date(2020, 1, 1)))
        assert shapely.equals_exact(layers["zoning"].geometry[0], SCOPE)

    def test_three_plans_on_each_other_leave_only_the_latest(self) -> None:
        plans = [
            in_force(plan(name, SCOPE, zone(f"z{name}", SCOPE)), date(year, 1, 1))
            for name, year in (("A", 1970), ("B", 1990), ("C", 2010))
        ]
        assert [row["zone_id"] for row in derived(*plans)["zoning"].rows] == ["zC"]


class TestKnownFaults:
    def test_a_fault_of_an_object_makes_its_place_not_assessable(self) -> None:
        fault = PlanProblem(id="z", kind="overlap", place=(550_001, 5_800_001), message="…")
        layers = derived(in_force(plan("A", SCOPE, zone("z", SCOPE)), problems=(fault,)))
        assert len(layers["zoning"].rows) == 1
        assert layers["building_windows"].skipped[0].bounds == SCOPE.bounds

    def test_a_fault_without_object_counts_a_metre_around_its_place(self) -> None:
        fault = PlanProblem(id="", kind="gap", place=(550_050, 5_800_050), message="…")
        layers = derived(in_force(plan("A", SCOPE, zone("z", SCOPE)), problems=(fault,)))
        assert layers["zoning"].skipped[0].bounds == (550_049, 5_800_049, 550_051, 5_800_051)

    def test_the_place_of_a_fault_moves_with_a_plan_in_another_system(self) -> None:
        utm33 = pyproj.CRS.from_epsg(25833)
        place = pyproj.Transformer.from_crs(UTM32, utm33, always_xy=True).transform(550_050, 5_800_050)
        there = shapely.box(place[0] - 50, place[1] - 50, place[0] + 50, place[1] + 50)
        fault = PlanProblem(id="", kind="gap", place=place, message="…")
        bp = plan("A", there, zone("z", there), crs=utm33)
        layers = derived(in_force(bp, problems=(fault,)))
        expected = (550_049, 5_800_049, 550_051, 5_800_051)
        assert layers["zoning"].skipped[0].bounds == pytest.approx(expected, abs=1e-3)

    def test_a_fault_without_any_place_counts_in_the_whole_scope(self) -> None:
        fault = PlanProblem(id="", kind="structure", place=None, message="…")
        layers = derived(in_force(plan("A", SCOPE, zone("z", SCOPE)), problems=(fault,)))
        assert layers["zoning"].skipped[0].bounds == SCOPE.bounds
