"""Binding plans and derived layers in the store: nothing is lost, equal content has equal ids, damage is noticed."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyproj
import pytest
import shapely

from gis.layers import LayerUnavailableError, open_snapshot
from gis.planning.derivation import derived_layers
from gis.planning.family import family_of, is_family
from gis.planning.model import (
    BindingPlan,
    Height,
    LawVersion,
    ObjectStatus,
    PlanChange,
    PlanPart,
    PlanProblem,
    PlanReading,
    TextSection,
)
from gis.planning.publishing import DerivedSnapshot, store_derived_layers
from gis.planning.storage import in_force_plan, open_plan, plan_folder, store_plan
from gis.snapshots import SnapshotMeta, remove_abandoned
from tests.gis.planning.synthetic import UTM32, item, line, plan, rectangle, zone

SCOPE = rectangle(0, 0, 100, 100)


def rich_plan() -> BindingPlan:
    """Something of everything that a plan can hold."""
    return plan(
        "Am Bach",
        SCOPE,
        zone("z", SCOPE, GRZ=0.4, Z=2, sondernutzung=["1000", "1100"], rund=True, d={"BP_Dach": {"dachform": "3100"}}),
        item(
            "BP_HoehenMass", "h", shapely.Point(550_001.123456789, 5_800_002.3),
            heights=(Height(reference="1000", point="6000", value_m=48.2),), level=-1, conditional=True,
            legal_status=ObjectStatus.PLANNED, text_ids=("t1",), references={"baugrenze": ("g1", "g2")}, part_id="p1",
        ),
        item("XP_Sonstiges", "ohne", None),
        number="12",
        in_force_since=date(2001, 2, 3),
        ended_on=date(2030, 1, 1),
        parts=(PlanPart("p1", "0", "Teil", SCOPE, LawVersion(None, "BauNVO 1977"), {"bedeutung": "1600"}),),
        texts=(TextSection("t1", "§ 2 Nr. 1", "Wände müssen weiß sein.", "§ 84 NBauO"),),
        changes=(PlanChange("Alt", "11", "1000", changes_other=True),),
        notes=("Bögen wurden zu Linien.",),
        object_counts={"BP_BaugebietsTeilFlaeche": 1},
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "plan.gml"
    path.write_text("<XPlanAuszug/>")
    return path


def test_a_plan_comes_back_as_it_was(tmp_path: Path, file: Path) -> None:
    reading = PlanReading(rich_plan(), (PlanProblem("z", "overlap", (1.5, 2.5), "Überlappung.", "warning", ("y",)),))
    stored = store_plan(tmp_path / "store", "shared", reading, file, family="am-bach")
    meta, again = open_plan(tmp_path / "store", "shared", "am-bach", stored.snapshot_id)
    assert replace(again, crs=UTM32) == replace(reading.plan, crs=UTM32)
    assert again.crs.equals(reading.plan.crs)
    assert meta.problems == reading.problems
    assert (meta.counts["BP_BaugebietsTeilFlaeche"], meta.areas_m2["BP_BaugebietsTeilFlaeche"]) == (1, 10_000.0)
    folder = plan_folder(tmp_path / "store", "shared", "am-bach", stored.snapshot_id)
    assert (folder / "source.gml").read_text() == "<XPlanAuszug/>"


def test_the_same_plan_has_the_same_id_and_another_statement_another(tmp_path: Path, file: Path) -> None:
    reading = PlanReading(rich_plan())
    ids = [
        store_plan(tmp_path, "shared", reading, file, family="am-bach", in_force_since=since).snapshot_id
        for since in (None, None, date(2020, 1, 1))
    ]
    assert ids[0] == ids[1] != ids[2]
    assert in_force_plan(tmp_path, "shared", "am-bach", ids[2]).since == date(2020, 1, 1)
    assert not list((tmp_path / ".staging").iterdir())


@pytest.mark.parametrize("name", ["meta.json", "plan.json", "objects.arrow"])
@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_damaged_plan_is_not_read(tmp_path: Path, file: Path, name: str, damage: str) -> None:
    stored = store_plan(tmp_path, "shared", PlanReading(rich_plan()), file, family="am-bach")
    victim = plan_folder(tmp_path, "shared", "am-bach", stored.snapshot_id) / name
    victim.chmod(0o644)
    if damage == "missing":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes().replace(b"Bach", b"Berg") + b" ")
    with pytest.raises(LayerUnavailableError, match="am-bach"):
        open_plan(tmp_path, "shared", "am-bach", stored.snapshot_id)


def test_the_key_of_a_plan_tells_a_plan_from_its_change() -> None:
    base = plan("Am Bäckerweg", SCOPE, number="12")
    change = replace(base, name="Am Bäckerweg, 1. Änderung")
    assert family_of(base) == "03999001-12-am-baeckerweg"
    assert family_of(change) == "03999001-12-am-baeckerweg-1-aenderung"
    assert family_of(replace(base, plan_id="GML_other")) == family_of(base)


def test_the_key_is_always_a_short_folder_name() -> None:
    long = family_of(plan("Ä" * 300, SCOPE))
    assert is_family(long)
    assert long != family_of(plan("Ä" * 301, SCOPE))
    assert is_family(family_of(replace(plan("漢字", SCOPE), municipality=None, municipality_key=None)))
    assert not is_family("../etc")
    assert not is_family("a" * 81)


class TestDerivedSnapshots:
    def stored(self, root: Path, file: Path, *plans: BindingPlan) -> tuple[DerivedSnapshot, ...]:
        in_force = []
        for one in plans:
            family = family_of(one)
            meta = store_plan(root, "shared", PlanReading(one), file, family=family)
            in_force.append(in_force_plan(root, "shared", family, meta.snapshot_id))
        return store_derived_layers(root, "shared", in_force, UTM32)

    def test_every_layer_can_be_opened_and_names_its_plans(self, tmp_path: Path, file: Path) -> None:
        one = plan("A", SCOPE, zone("z", SCOPE, GRZ=0.4), item("BP_BauGrenze", "g", line((0, 0), (30, 40))),
                   in_force_since=date(2001, 2, 3))  # fmt: skip
        snapshots = self.stored(tmp_path, file, one)
        assert {snapshot.layer for snapshot in snapshots} == set(derived_layers())
        for snapshot in snapshots:
            folder = tmp_path / "shared" / snapshot.layer / snapshot.snapshot_id
            window = open_snapshot(snapshot.layer, folder).window(SCOPE.bounds)
            assert len(window) == snapshot.feature_count
            meta = SnapshotMeta.from_bytes((folder / "meta.json").read_bytes())
            assert meta.derived_from is not None
            assert len(meta.derived_from) == 1
        zones = next(snapshot for snapshot in snapshots if snapshot.layer == "zoning")
        window = open_snapshot("zoning", tmp_path / "shared" / "zoning" / zones.snapshot_id).window(SCOPE.bounds)
        assert window.columns["grz"].tolist() == [0.4]
        assert window.columns["zone"].tolist() == ["WA"]
        assert zones.as_of == date(2001, 2, 3)
        assert zones.source == "abgeleitet aus 1 Bebauungsplan in Kraft"

    def test_the_order_of_the_plans_does_not_matter(self, tmp_path: Path, file: Path) -> None:
        one = plan("A", SCOPE, zone("za", SCOPE), in_force_since=date(1990, 1, 1))
        east = rectangle(50, 0, 150, 100)
        two = plan("B", east, zone("zb", east), in_force_since=date(2020, 1, 1))
        assert self.stored(tmp_path, file, one, two) == self.stored(tmp_path, file, two, one)

    def test_a_layer_without_features_is_read_as_empty_and_not_as_missing(self, tmp_path: Path, file: Path) -> None:
        snapshots = self.stored(tmp_path, file)
        layer = open_snapshot("zoning", tmp_path / "shared" / "zoning" / snapshots[0].snapshot_id)
        assert len(layer.window((0, 0, 1e6, 1e7))) == 0
        assert len(layer.find("z")) == 0


def test_leftovers_of_rolled_back_imports_are_swept_after_two_days(tmp_path: Path, file: Path) -> None:
    reading = PlanReading(rich_plan())
    used, unused, fresh = (
        plan_folder(tmp_path, "shared", key, store_plan(tmp_path, "shared", reading, file, family=key).snapshot_id)
        for key in ("used", "unused", "fresh")
    )
    for folder in (used, unused):
        os.utime(folder, (0, 0))
    assert remove_abandoned(tmp_path, lambda folder: folder == used) == 1
    assert (used.exists(), unused.exists(), fresh.exists()) == (True, False, True)
    os.utime(used, (0, 0))
    store_plan(tmp_path, "shared", reading, file, family="used")
    assert remove_abandoned(tmp_path, lambda _folder: False) == 0, "a folder that is wanted again is young again"


def test_crs_without_a_code_survives(tmp_path: Path, file: Path) -> None:
    local = pyproj.CRS.from_proj4("+proj=tmerc +lat_0=52 +lon_0=9.5 +ellps=GRS80 +units=m +type=crs")
    stored = store_plan(tmp_path, "shared", PlanReading(replace(rich_plan(), crs=local)), file, family="am-bach")
    assert open_plan(tmp_path, "shared", "am-bach", stored.snapshot_id)[1].crs.equals(local)
